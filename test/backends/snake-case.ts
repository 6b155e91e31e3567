/** OTLP in JSON as backends in Python write it: `snake_case`, null for what is absent, ids in base64, words of enumerations. */
import { flattenSpans, type Plain, type PlainAttributes, type ReceivedSpan } from '../support/otlp/flatten.ts';

const CODES: Readonly<Record<string, number>> = { STATUS_CODE_OK: 1, STATUS_CODE_ERROR: 2 };

/** The same with the names of OTLP, without what is null. */
function camelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCase);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(
    entries.map(([name, field]) => [
      name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      /(?:trace|span)_id$/.test(name)
        ? hexadecimal(String(field))
        : name === 'code'
          ? (CODES[String(field)] ?? field)
          : camelCase(field),
    ]),
  );
}

const hexadecimal = (id: string): string =>
  /^(?:[0-9a-f]{16}){1,2}$/.test(id) ? id : Buffer.from(id, 'base64').toString('hex');

/** The spans of such an answer. */
export function spansOf(spans: readonly object[]): ReceivedSpan[] {
  return flattenSpans({ resourceSpans: [{ scopeSpans: [{ spans: camelCase(spans) }] }] });
}

/** A span without what a backend does not keep or changes: kind, resource, scope, exact times. */
export interface Outline {
  readonly name: string;
  readonly traceId: string;
  readonly parentSpanId: string | undefined;
  readonly status: { readonly code: number; readonly message: string | undefined };
  readonly attributes: PlainAttributes;
  readonly events: readonly { readonly name: string; readonly attributes: PlainAttributes }[];
}

/** MLflow shows a text that is JSON as the value of the JSON. */
function parsed(value: Plain): Plain {
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as Plain;
  } catch {
    return value;
  }
}

/** The outline of a span; of its attributes those that `like` has too, because backends add some of their own. */
export function outline(span: ReceivedSpan | undefined, like: ReceivedSpan): Outline | undefined {
  if (span === undefined) return undefined;
  const { name, traceId, parentSpanId, status, attributes, events } = span;
  const kept = Object.entries(attributes).filter(([name]) => Object.hasOwn(like.attributes, name));
  return {
    name,
    traceId,
    parentSpanId,
    status,
    attributes: Object.fromEntries(kept.map(([name, value]) => [name, parsed(value)])),
    events: events.map(({ name, attributes }) => ({ name, attributes })),
  };
}

/** How many microseconds two spans are apart, at their beginnings, ends and events. Doubles hold no nanoseconds since 1970. */
export function apart(a: ReceivedSpan | undefined, b: ReceivedSpan): number {
  if (a === undefined) return Number.POSITIVE_INFINITY;
  const times = ({ startTime, endTime, events }: ReceivedSpan): bigint[] => [
    startTime,
    endTime,
    ...events.map(({ time }) => time),
  ];
  const others = times(b);
  const differences = times(a).map((time, i) => Math.abs(Number(time - (others[i] ?? 0n))) / 1000);
  return Math.max(...differences);
}
