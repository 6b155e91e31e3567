import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { getJson } from '../data/page-state.ts';
import type { TraceList, TraceRow } from '../page-data.ts';

/** Rows of a request: few for the first look, many for a long scroll. */
const FIRST_PAGE = 100;
const NEXT_PAGE = 1000;

/** The rows that are loaded, and how many there are. */
export interface TraceRows {
  readonly rows: readonly TraceRow[];
  readonly total: number;
  readonly models: readonly string[];
  readonly services: readonly string[];
  readonly isLoaded: boolean;
  /** Loads rows until the row with this index is there. */
  readonly loadTo: (index: number) => void;
}

const NOTHING: TraceList = { traces: [], total: 0, dropped: 0, models: [], services: [] };

/** The list of traces under the filters. A change asks for the first page again, and keeps what is loaded behind the page. */
export function useTraceRows(filters: Readonly<Record<string, string>>, version: number): TraceRows {
  const query = new URLSearchParams(filters).toString();
  const [list, setList] = useState<TraceList & { query: string }>({ ...NOTHING, query: '-' });
  const wanted = useRef(0);
  const isLoading = useRef(false);
  useEffect(() => {
    let isGone = false;
    getJson<TraceList>(`/api/traces?limit=${FIRST_PAGE}&${query}`)
      .then((first) => {
        if (!isGone && first !== undefined)
          setList((before) => ({ ...first, ...(before.query === query ? joined(before, first) : {}), query }));
      })
      .catch(() => undefined); // the server has gone: the status says so
    return () => {
      isGone = true;
    };
  }, [query, version]);
  const loadMore = useCallback(async (from: TraceList & { query: string }): Promise<void> => {
    if (isLoading.current || from.next === undefined || from.traces.length > wanted.current) return;
    isLoading.current = true;
    try {
      const page = await getJson<TraceList>(
        `/api/traces?limit=${NEXT_PAGE}&before=${encodeURIComponent(from.next)}&${from.query}`,
      );
      if (page !== undefined)
        setList((now) =>
          now.query !== from.query
            ? now
            : { ...now, next: page.next, traces: withoutTwice([...now.traces, ...page.traces]) },
        );
    } catch {
      // the server has gone
    } finally {
      isLoading.current = false;
    }
  }, []);
  useEffect(() => void loadMore(list), [list, loadMore]);
  const loadTo = useCallback(
    (index: number) => {
      wanted.current = index;
      void loadMore(list);
    },
    [list, loadMore],
  );
  const { traces, total, models, services } = list;
  return { rows: traces, total, models, services, isLoaded: list.query === query, loadTo };
}

/** The new first page in front of what was loaded before. */
function joined(before: TraceList, first: TraceList): Pick<TraceList, 'traces' | 'next'> {
  if (first.next === undefined || before.traces.length <= first.traces.length) return first;
  return { traces: withoutTwice([...first.traces, ...before.traces]), next: before.next };
}

/** The first row of each trace, newest first. */
function withoutTwice(rows: readonly TraceRow[]): TraceRow[] {
  const byId = new Map<string, TraceRow>();
  for (const row of rows) if (!byId.has(row.traceId)) byId.set(row.traceId, row);
  return [...byId.values()].sort((a, b) => b.startTime - a.startTime);
}
