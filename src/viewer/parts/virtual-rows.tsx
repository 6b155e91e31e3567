import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Rows above and below the visible ones, so that a small scroll shows no gap. */
const SPARE_ROWS = 8;

/** See {@link VirtualRows}. */
export interface VirtualRowsProps {
  readonly count: number;
  /** Height of a row in pixels. */
  readonly height: number;
  /** The row that has to be visible; scrolled to when the number changes. */
  readonly current?: number | undefined;
  readonly role?: 'rowgroup' | 'presentation';
  readonly className?: string;
  readonly row: (index: number) => ComponentChildren;
  /** Called with the first and the last row on the screen. */
  readonly onShow?: (first: number, last: number) => void;
}

/** A list that has elements for the visible rows alone. */
export function VirtualRows({
  count,
  height,
  current,
  role = 'presentation',
  className = '',
  row,
  onShow,
}: VirtualRowsProps) {
  const box = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState({ first: 0, last: 40 });
  const measure = (): void => {
    const element = box.current;
    if (element === null) return;
    const first = Math.max(0, Math.floor(element.scrollTop / height) - SPARE_ROWS);
    const last = Math.ceil((element.scrollTop + element.clientHeight) / height) + SPARE_ROWS;
    setRange((before) => (before.first === first && before.last === last ? before : { first, last }));
  };
  useEffect(() => {
    const observer = new ResizeObserver(measure);
    if (box.current !== null) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || current === undefined || current < 0) return;
    const top = current * height;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + height > element.scrollTop + element.clientHeight)
      element.scrollTop = top + height - element.clientHeight;
  }, [current, height]);
  const last = Math.min(count, range.last);
  const first = Math.min(range.first, last);
  useEffect(() => onShow?.(first, last), [first, last, onShow]);
  return (
    <div ref={box} class={`rows ${className}`} onScroll={measure} role="presentation">
      <div role={role} style={{ height: `${count * height}px`, position: 'relative' }}>
        <div role="presentation" style={{ transform: `translateY(${first * height}px)` }}>
          {Array.from({ length: last - first }, (_, i) => row(first + i))}
        </div>
      </div>
    </div>
  );
}
