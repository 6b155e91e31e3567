/** Reads spans of OTLP JSON. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
import type { TreeSpan } from '../../pipeline/exporters/tree/spans/tree-span.ts';
import type { Fields } from '../../viewer/page-data.ts';
import { flatAttributes, millisecondsOf, objectOf, objectsOf, textOf } from '../otlp/flat-values.ts';

/** The spans of a request, in the order of the request. Undefined for data that are no OTLP; empty for logs and metrics. */
export function otlpSpans(data: unknown): TreeSpan[] | undefined {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  const { resourceSpans } = data as Fields;
  if (!('resourceSpans' in data)) return 'resourceLogs' in data || 'resourceMetrics' in data ? [] : undefined;
  return objectsOf(resourceSpans)
    .flatMap(({ scopeSpans }) => objectsOf(scopeSpans))
    .flatMap(({ spans }) => objectsOf(spans))
    .flatMap((span) => readSpan(span) ?? []);
}

/** Bits of `flags`: whether the place of the parent is known, and whether the parent is a span of another process. */
const REMOTE = 0x300;

function readSpan(span: Fields): TreeSpan | undefined {
  const { traceId, spanId, name, kind, status, flags } = span;
  const startMs = millisecondsOf(span.startTimeUnixNano);
  const endMs = millisecondsOf(span.endTimeUnixNano);
  if (typeof traceId !== 'string' || typeof spanId !== 'string' || startMs === undefined) return undefined;
  const { code, message } = objectOf(status);
  return {
    traceId,
    spanId,
    parentSpanId: textOf(span.parentSpanId) || undefined,
    parentIsRemote: typeof flags === 'number' && (flags & REMOTE) === REMOTE,
    name: textOf(name),
    kind: kindOf(kind),
    startMs,
    durationMs: endMs === undefined || endMs < startMs ? 0 : endMs - startMs,
    failed: code === 2 || code === 'STATUS_CODE_ERROR',
    description: textOf(message) || undefined,
    attributes: flatAttributes(span.attributes),
  };
}

/** A kind as the API counts: OTLP has a kind more, for an unknown kind. */
function kindOf(kind: unknown): number {
  if (kind === 'SPAN_KIND_CLIENT') return 2;
  return typeof kind === 'number' && kind > 0 ? kind - 1 : 0;
}
