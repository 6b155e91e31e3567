import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { endOf } from '../../pipeline/exporters/tree/spans/span-facts.ts';
import { isCall, operationOf } from '../data/call-facts.ts';
import type { ViewedSpan } from '../page-data.ts';
import { count, duration } from '../parts/amounts.ts';
import { VirtualRows } from '../parts/virtual-rows.tsx';
import { chunkMarks, waitingShare } from './chunk-marks.ts';
import { orderSpans, type TreeRow } from './order-spans.ts';

/** Height of a row in pixels, as in the style sheet. */
const ROW_HEIGHT = 28;
/** Levels that are indented; deeper ones are written as a number. */
const MOST_INDENTS = 16;
const INDENT = 12;

/** See {@link Waterfall}. */
export interface WaterfallProps {
  readonly spans: readonly ViewedSpan[];
  readonly selected: string | undefined;
  readonly onSelect: (spanId: string) => void;
}

/** The spans of a trace over time: waiting, receiving and chunks of model calls. */
export function Waterfall({ spans, selected, onSelect }: WaterfallProps) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => orderSpans(spans, closed), [spans, closed]);
  const scale = useMemo(() => scaleOf(spans), [spans]);
  const tree = useRef<HTMLDivElement>(null);
  const hasFocus = useRef(false);
  const at = rows.findIndex(({ span }) => span.spanId === selected);

  // The row of the selected span may be new after a scroll: the focus of the tree follows the selection.
  useEffect(() => {
    if (!hasFocus.current) return;
    const row = tree.current?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (document.activeElement !== row) row?.focus({ preventScroll: true });
  });

  const select = (index: number): void => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, index))];
    if (row !== undefined) onSelect(row.span.spanId);
  };
  const toggle = ({ span }: TreeRow, isOpen: boolean): void =>
    setClosed((before) => {
      const next = new Set(before);
      if (isOpen) next.delete(span.spanId);
      else next.add(span.spanId);
      return next;
    });
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[at];
    const keys: Record<string, () => void> = {
      ArrowDown: () => select(at + 1),
      ArrowUp: () => select(at - 1),
      Home: () => select(0),
      End: () => select(rows.length - 1),
      ArrowRight: () => row?.hasChildren && (row.isOpen ? select(at + 1) : toggle(row, true)),
      ArrowLeft: () => {
        if (row?.hasChildren && row.isOpen) toggle(row, false);
        else if (row !== undefined) select(rows.findLastIndex(({ level }, i) => i < at && level < row.level));
      },
    };
    const act = keys[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  return (
    <div
      ref={tree}
      class="waterfall"
      role="tree"
      aria-label="Waterfall"
      onKeyDown={onKeyDown}
      onFocusCapture={() => {
        hasFocus.current = true;
      }}
      onBlurCapture={(event) => {
        // A row that leaves the screen is gone without a new focus.
        if (event.relatedTarget instanceof Node && !tree.current?.contains(event.relatedTarget))
          hasFocus.current = false;
      }}
    >
      <VirtualRows
        count={rows.length}
        height={ROW_HEIGHT}
        current={at < 0 ? undefined : at}
        row={(i) => {
          const row = rows[i];
          return (
            row && (
              <SpanRow
                key={row.span.spanId}
                row={row}
                scale={scale}
                isSelected={i === at}
                isFirstStop={at < 0 && i === 0}
                onSelect={onSelect}
                onToggle={(isOpen) => toggle(row, isOpen)}
              />
            )
          );
        }}
      />
    </div>
  );
}

interface Scale {
  readonly start: number;
  readonly length: number;
}

function scaleOf(spans: readonly ViewedSpan[]): Scale {
  let [start, end] = [Number.POSITIVE_INFINITY, 0];
  for (const { startTime, durationMs } of spans) {
    start = Math.min(start, startTime);
    end = Math.max(end, startTime + durationMs);
  }
  return { start, length: Math.max(end - start, 0.001) };
}

interface SpanRowProps {
  readonly row: TreeRow;
  readonly scale: Scale;
  readonly isSelected: boolean;
  /** No span is selected: the first row takes the focus. */
  readonly isFirstStop: boolean;
  readonly onSelect: (spanId: string) => void;
  readonly onToggle: (isOpen: boolean) => void;
}

function SpanRow({ row, scale, isSelected, isFirstStop, onSelect, onToggle }: SpanRowProps) {
  const { span, level, hasChildren, isOpen } = row;
  const isFailed = span.status === 'error';
  const kind = isCall(span)
    ? 'call'
    : operationOf(span) === 'execute_tool'
      ? 'tool'
      : operationOf(span)
        ? 'agent'
        : 'other';
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
    <div
      class={`span ${kind} ${isFailed ? 'failed' : ''}`}
      role="treeitem"
      data-testid="span-row"
      data-span-id={span.spanId}
      aria-level={level}
      aria-selected={isSelected}
      aria-expanded={hasChildren ? isOpen : undefined}
      tabIndex={isSelected || isFirstStop ? 0 : -1}
      onClick={() => onSelect(span.spanId)}
    >
      <span class="label" style={{ paddingLeft: `${Math.min(level - 1, MOST_INDENTS) * INDENT}px` }}>
        {hasChildren ? (
          <span
            class="twist"
            aria-hidden="true"
            onClick={(event) => {
              event.stopPropagation();
              onToggle(!isOpen);
            }}
          >
            {isOpen ? '▾' : '▸'}
          </span>
        ) : (
          <span class="twist" aria-hidden="true" />
        )}
        {level > MOST_INDENTS + 1 && <span class="depth">{level}</span>}
        <span class="mark" aria-hidden="true">
          {isFailed ? '✗' : '●'}
        </span>
        <span class="title" dir="auto">
          {span.name}
        </span>
        <span class="end">{endText(span)}</span>
      </span>
      <Bar span={span} scale={scale} />
      <span class="length">{duration(span.durationMs)}</span>
    </div>
  );
}

/** How a span ended, where the end is not the usual one. */
function endText(span: ViewedSpan): string {
  const end = endOf({ attributes: span.attributes, failed: span.status === 'error' });
  return end === undefined || end.mood === 'fine' ? '' : end.text;
}

const percent = (share: number): string => `${Math.round(share * 10_000) / 100}%`;

function Bar({ span, scale }: { readonly span: ViewedSpan; readonly scale: Scale }) {
  const waiting = waitingShare(span);
  const marks = useMemo(() => chunkMarks(span), [span]);
  return (
    <span class="track">
      <span
        class="bar"
        data-testid="span-bar"
        style={{
          left: percent((span.startTime - scale.start) / scale.length),
          width: percent(span.durationMs / scale.length),
        }}
      >
        {waiting !== undefined && <span class="waiting" style={{ width: percent(waiting) }} />}
        {waiting !== undefined && (
          <span class="first-chunk" data-testid="first-chunk" style={{ left: percent(waiting) }} />
        )}
        {marks.map(({ at, chunks }) => (
          <span
            key={at}
            class="chunk"
            data-testid="chunk"
            title={chunks === 1 ? undefined : `${count(chunks)} chunks`}
            style={{ left: percent(at) }}
          />
        ))}
      </span>
    </span>
  );
}
