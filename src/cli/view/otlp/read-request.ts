/** Reads export requests in the shape of OTLP's JSON encoding: spans, log records and metrics, each checked alone. */
import type { Fields } from '../../../viewer/page-data.ts';
import { objectOf, objectsOf } from '../../otlp/flat-values.ts';

/** The signals of OTLP. */
export type Signal = 'traces' | 'metrics' | 'logs';

/** An item as it came, with the objects around the item. */
export interface ReceivedItem {
  readonly item: Fields;
  readonly resource: Fields;
  readonly scope: Fields;
}

/** Items of a request, and why others are refused. */
export interface ReadRequest {
  readonly items: readonly ReceivedItem[];
  readonly refused: number;
  /** The reason of the first refusal. */
  readonly reason?: string | undefined;
}

/** The names of the lists of a signal, from the outer one to the inner one, and the check of an item. */
const SIGNALS = {
  traces: { lists: ['resourceSpans', 'scopeSpans', 'spans'], check: problemOfSpan },
  metrics: { lists: ['resourceMetrics', 'scopeMetrics', 'metrics'], check: problemOfMetric },
  logs: { lists: ['resourceLogs', 'scopeLogs', 'logRecords'], check: () => undefined },
} as const satisfies Record<
  Signal,
  { lists: readonly [string, string, string]; check: (item: Fields) => string | undefined }
>;

/** The names of the lists of a signal. */
export const listsOf = (signal: Signal): readonly [string, string, string] => SIGNALS[signal].lists;

/** Reads the items of a request. Throws a TypeError if the request is no request of the signal. */
export function readRequest(signal: Signal, request: unknown): ReadRequest {
  const [resources, scopes, items] = SIGNALS[signal].lists;
  if (typeof request !== 'object' || request === null || Array.isArray(request))
    throw new TypeError('expected an object');
  const list = (request as Fields)[resources];
  if (list !== undefined && list !== null && !Array.isArray(list)) throw new TypeError(`${resources}: expected a list`);
  const found: ReceivedItem[] = [];
  const reasons: string[] = [];
  for (const ofResource of objectsOf(list))
    for (const ofScope of objectsOf(ofResource[scopes]))
      for (const item of listOf(ofScope[items])) {
        const reason = isItem(item) ? (problemOfDepth(item) ?? SIGNALS[signal].check(item)) : 'expected an object';
        if (reason === undefined)
          found.push({ item: item as Fields, resource: objectOf(ofResource.resource), scope: objectOf(ofScope.scope) });
        else reasons.push(reason);
      }
  return { items: found, refused: reasons.length, reason: reasons[0] };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isItem = (item: unknown): item is Fields => typeof item === 'object' && item !== null && !Array.isArray(item);

/** Signals that a request object may hold, found by its lists. */
export function signalOf(request: unknown): Signal | undefined {
  const fields = objectOf(request);
  return (Object.keys(SIGNALS) as Signal[]).find((signal) => Array.isArray(fields[SIGNALS[signal].lists[0]]));
}

const isHexId = (value: unknown, digits: number): value is string =>
  typeof value === 'string' && value.length === digits && /^[\da-f]+$/i.test(value) && !/^0+$/.test(value);

/** True for an id of a trace that is not all zeros. */
export const isTraceId = (value: unknown): value is string => isHexId(value, 32);
/** True for an id of a span that is not all zeros. */
export const isSpanId = (value: unknown): value is string => isHexId(value, 16);

function problemOfSpan({ traceId, spanId, name }: Fields): string | undefined {
  if (!isTraceId(traceId)) return 'span without a valid traceId (32 hexadecimal digits)';
  if (!isSpanId(spanId)) return 'span without a valid spanId (16 hexadecimal digits)';
  return name === undefined || typeof name === 'string' ? undefined : 'span with a name that is no text';
}

function problemOfMetric({ name }: Fields): string | undefined {
  return typeof name === 'string' && name !== '' ? undefined : 'metric without a name';
}

/** Objects inside objects of one item; an attribute takes about three. JSON that nests deeper can be read, but not written. */
const MOST_DEPTH = 300;

function problemOfDepth(item: Fields): string | undefined {
  let level: unknown[] = [item];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_DEPTH) return 'values that nest too deep';
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return undefined;
}
