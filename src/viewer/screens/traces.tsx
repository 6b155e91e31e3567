import { useEffect } from 'preact/hooks';
import { filtersOf, type Place, tracePlace, writePlace } from '../data/hash-route.ts';
import { goTo } from '../data/page-state.ts';
import { FilterBar } from '../list/filter-bar.tsx';
import { TraceGrid } from '../list/trace-list.tsx';
import { useTraceRows } from '../list/use-trace-rows.ts';
import type { Stats } from '../page-data.ts';
import { TraceView } from '../waterfall/trace-view.tsx';

/** See {@link Traces}. */
export interface TracesProps {
  readonly place: Place;
  readonly version: number;
  readonly versionOf: (traceId: string) => number;
  readonly stats: Stats | undefined;
  readonly marked: string | undefined;
  readonly onMark: (span: string) => void;
}

/** The list of traces, and one trace: until the user chooses one, the newest. */
export function Traces({ place, version, versionOf, stats, marked, onMark }: TracesProps) {
  const filters = filtersOf(place);
  const list = useTraceRows(filters, version);
  const { rows, total, isLoaded } = list;
  const traceId = place.id ?? rows[0]?.traceId;
  const row = rows.find((one) => one.traceId === traceId);
  const select = (id: string): void => goTo(tracePlace(place, id));
  useEffect(() => {
    const onStep = (event: Event): void => {
      const { detail: step } = event as CustomEvent<1 | -1>;
      const at = rows.findIndex((one) => one.traceId === traceId);
      const next = rows[Math.max(0, at + step)];
      if (next !== undefined) goTo(tracePlace(place, next.traceId), true);
    };
    addEventListener('trace-step', onStep);
    return () => removeEventListener('trace-step', onStep);
  });
  const isEmpty = isLoaded && total === 0;
  const hasFilters = Object.keys(filters).length > 0;
  return (
    <div class="screen two traces">
      <div class="list">
        <FilterBar place={place} models={list.models} services={list.services} />
        {isEmpty && !hasFilters && <Empty endpoint={stats?.endpoint} />}
        {isEmpty && hasFilters && (
          <p class="note" data-testid="no-match">
            No trace matches the filters.
            <button type="button" onClick={() => goTo(writePlace({ ...place, params: {} }), true)}>
              Clear filters
            </button>
          </p>
        )}
        {!isEmpty && <TraceGrid {...list} selected={traceId} onSelect={select} />}
      </div>
      {traceId !== undefined && (
        <div class="detail">
          <TraceView
            key={traceId}
            place={place}
            traceId={traceId}
            row={row}
            version={versionOf(traceId)}
            marked={marked}
            onMark={onMark}
          />
        </div>
      )}
    </div>
  );
}

function Empty({ endpoint = 'http://localhost:4318' }: { readonly endpoint: string | undefined }) {
  return (
    <div class="note" data-testid="empty">
      <p>Nothing has arrived yet. Start an application with</p>
      <p>
        <code>
          OTEL_EXPORTER_OTLP_ENDPOINT={endpoint} OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=SPAN_ONLY node
          --import @x/llm-otel/register app.js
        </code>
      </p>
    </div>
  );
}
