import { useEffect, useMemo } from 'preact/hooks';
import { firstSpan, isCall } from '../data/call-facts.ts';
import { type Place, tracePlace } from '../data/hash-route.ts';
import { goTo, useAnswer } from '../data/page-state.ts';
import type { TraceDetail, TraceRow } from '../page-data.ts';
import { SpanPanel } from '../span/span-panel.tsx';
import { Waterfall } from './waterfall.tsx';

/** See {@link TraceView}. */
export interface TraceViewProps {
  readonly place: Place;
  readonly traceId: string;
  readonly row: TraceRow | undefined;
  readonly version: number;
  readonly marked: string | undefined;
  readonly onMark: (span: string) => void;
}

/** One trace: the waterfall, and the span that is selected. */
export function TraceView({ place, traceId, version, marked, onMark }: TraceViewProps) {
  const { answer, isLoaded } = useAnswer<TraceDetail>(`/api/traces/${encodeURIComponent(traceId)}`, version);
  const spans = answer?.spans ?? [];
  const wanted = place.id === traceId ? place.params.span : undefined;
  const selected = useMemo(() => spans.find(({ spanId }) => spanId === wanted) ?? firstSpan(spans), [spans, wanted]);
  const select = (spanId: string): void => goTo(tracePlace(place, traceId, spanId), true);
  useEffect(() => {
    const onKeyDown = (event: Event): void => {
      const { detail: step } = event as CustomEvent<1 | -1>;
      const calls = spans.filter(isCall);
      const at = calls.findIndex(({ spanId }) => spanId === selected?.spanId);
      const next = calls[at < 0 && step < 0 ? calls.length - 1 : at + step];
      if (next !== undefined) select(next.spanId);
    };
    addEventListener('model-call', onKeyDown);
    return () => removeEventListener('model-call', onKeyDown);
  });
  if (answer === undefined) return <p class="note">{isLoaded ? 'This trace is not here any more.' : 'Loading…'}</p>;
  return (
    <>
      <Waterfall spans={spans} selected={selected?.spanId} onSelect={select} />
      {selected !== undefined && (
        <SpanPanel key={selected.spanId} span={selected} logs={answer.logs} marked={marked} onMark={onMark} />
      )}
    </>
  );
}
