/** Hooks of the page: the place, the answers of the server, and the changes that the server tells. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Stats, TraceChange } from '../page-data.ts';
import { type Place, readPlace } from './hash-route.ts';

/** How the page hears of changes. */
export type Connection = 'live' | 'paused' | 'disconnected';

/** The place behind the `#`. */
export function usePlace(): Place {
  const [place, setPlace] = useState(() => readPlace(location.hash));
  useEffect(() => {
    const read = (): void => setPlace(readPlace(location.hash));
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return place;
}

/** Goes to a place. `replace` leaves no step in the history. */
export function goTo(hash: string, replace = false): void {
  if (replace) {
    history.replaceState(null, '', hash);
    dispatchEvent(new HashChangeEvent('hashchange'));
  } else location.hash = hash;
}

/** The answer of a path, or undefined until there is one. */
export async function getJson<T>(path: string): Promise<T | undefined> {
  const answer = await fetch(path);
  return answer.ok ? ((await answer.json()) as T) : undefined;
}

/** What the server tells. */
export interface Live {
  readonly connection: Connection;
  readonly stats: Stats | undefined;
  /** Counts the changes of everything; a new number asks for new answers. */
  readonly version: number;
  /** Counts the changes of each trace. */
  readonly versionOf: (traceId: string) => number;
  readonly isPaused: boolean;
  setPaused(isPaused: boolean): void;
}

/** Listens to the server. While the page is paused, changes are gathered and shown afterwards. */
export function useLive(): Live {
  const [stats, setStats] = useState<Stats>();
  const [isOpen, setOpen] = useState(true);
  const [isPaused, setPaused] = useState(false);
  const [version, setVersion] = useState(0);
  const versions = useRef(new Map<string, number>());
  const paused = useRef(isPaused);
  const waiting = useRef<{ stats: Stats | undefined; hasChanged: boolean }>({ stats: undefined, hasChanged: false });
  const show = useCallback(() => {
    const { stats: newest, hasChanged } = waiting.current;
    waiting.current = { stats: undefined, hasChanged: false };
    if (newest !== undefined) setStats(newest);
    if (hasChanged) setVersion((count) => count + 1);
  }, []);
  useEffect(() => {
    const events = new EventSource('/api/events');
    const change = (): void => {
      waiting.current.hasChanged = true;
      if (!paused.current) show();
    };
    events.onopen = () => {
      setOpen(true);
      change(); // what came while the connection was away
    };
    events.onerror = () => setOpen(false);
    events.addEventListener('stats', ({ data }: MessageEvent<string>) => {
      waiting.current.stats = JSON.parse(data) as Stats;
      change();
    });
    events.addEventListener('trace', ({ data }: MessageEvent<string>) => {
      for (const traceId of (JSON.parse(data) as TraceChange).traceIds)
        versions.current.set(traceId, (versions.current.get(traceId) ?? 0) + 1);
    });
    events.addEventListener('clear', () => {
      for (const traceId of versions.current.keys())
        versions.current.set(traceId, (versions.current.get(traceId) ?? 0) + 1);
      change();
    });
    return () => events.close();
  }, [show]);
  return {
    connection: !isOpen ? 'disconnected' : isPaused ? 'paused' : 'live',
    stats,
    version,
    versionOf: (traceId) => versions.current.get(traceId) ?? 0,
    isPaused,
    setPaused: (wish) => {
      paused.current = wish;
      setPaused(wish);
      if (!wish) show();
    },
  };
}

/** Least time between two requests for the same path. Milliseconds. */
const REQUEST_MS = 400;

/** The answer of a path, asked for again whenever `version` changes. The last answer stays until the next one is there. */
export function useAnswer<T>(
  path: string | undefined,
  version: number,
): { readonly answer: T | undefined; readonly isLoaded: boolean } {
  const [state, setState] = useState<{ path: string | undefined; answer: T | undefined }>({
    path: undefined,
    answer: undefined,
  });
  const lastRequest = useRef({ path: '', time: 0 });
  useEffect(() => {
    if (path === undefined) return;
    let isGone = false;
    const { path: lastPath, time } = lastRequest.current;
    const wait = lastPath === path ? Math.max(0, time + REQUEST_MS - Date.now()) : 0;
    const timer = setTimeout(async () => {
      lastRequest.current = { path, time: Date.now() };
      try {
        const answer = await getJson<T>(path);
        if (!isGone) setState({ path, answer });
      } catch {
        // the server has gone: the status says so, and the last answer stays
      }
    }, wait);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [path, version]);
  const isLoaded = state.path === path && path !== undefined;
  return { answer: isLoaded ? state.answer : undefined, isLoaded };
}
