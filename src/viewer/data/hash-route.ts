/** The place of the page, which stands behind the `#`: a link or the history of the browser shows the same again. */

/** Screens, as in `#/traces`. */
export const SCREENS = ['traces', 'conversations', 'models', 'logs', 'metrics', 'compare'] as const;

/** One of the screens. */
export type Screen = (typeof SCREENS)[number];

/** A screen, the id behind the screen and parameters. */
export interface Place {
  readonly screen: Screen;
  readonly id: string | undefined;
  readonly params: Readonly<Record<string, string>>;
}

/** Parameters of the filters: they stay when another trace is chosen. */
const FILTERS = ['q', 'error', 'stream', 'tool', 'model', 'service'] as const;

/** Reads a hash; anything unknown is the list of traces. */
export function readPlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [name = '', id = ''] = path.split('/');
  const screen = SCREENS.find((one) => one === name) ?? 'traces';
  return { screen, id: decoded(id) || undefined, params: Object.fromEntries(new URLSearchParams(query)) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Writes a hash. Empty parameters are left out. */
export function writePlace({ screen, id, params }: Place): string {
  const query = new URLSearchParams(Object.entries(params).filter(([, value]) => value !== '')).toString();
  return `#/${screen}${id === undefined ? '' : `/${encodeURIComponent(id)}`}${query === '' ? '' : `?${query}`}`;
}

/** The filters among the parameters. */
export function filtersOf({ params }: Place): Record<string, string> {
  return Object.fromEntries(FILTERS.flatMap((name) => (params[name] ? [[name, params[name]]] : [])));
}

/** The hash of a trace, with the filters of the place. */
export const tracePlace = (place: Place, traceId: string | undefined, spanId?: string): string =>
  writePlace({ screen: 'traces', id: traceId, params: { ...filtersOf(place), span: spanId ?? '' } });
