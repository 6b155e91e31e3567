/**
 * A span or a log record as conditions see items. A field that is not known yet, such as the duration at the start of a span, is
 * `undefined`, and no condition about the field holds.
 */
export interface MatchSubject {
  /** Name of the span, or of the event of a log record. */
  readonly name: string | undefined;
  /** Name of the instrumentation scope. */
  readonly scope: string | undefined;
  readonly kind: SpanKindName | undefined;
  readonly status: StatusName | undefined;
  readonly parent: ParentName | undefined;
  /** Names of the events of a span. */
  readonly events: readonly string[] | undefined;
  /** The body of a log record is the attribute `body`. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
  /** Milliseconds. */
  readonly duration: number | undefined;
}

/** Kinds of spans in the order of `SpanKind`. */
export const SPAN_KINDS = ['internal', 'server', 'client', 'producer', 'consumer'] as const;
/** Status codes in the order of `SpanStatusCode`. */
export const STATUSES = ['unset', 'ok', 'error'] as const;
/** Where the parent of a span is: nowhere, in this process, in another process. */
export const PARENTS = ['none', 'local', 'remote'] as const;

type SpanKindName = (typeof SPAN_KINDS)[number];
type StatusName = (typeof STATUSES)[number];
/** Where a parent is, as conditions name the place. */
export type ParentName = (typeof PARENTS)[number];

const NO_SPAN = /^0*$/;

/** Where a parent is; undefined, or an id of zeros: there is none. */
export function placeOfParent(
  parent: { readonly spanId: string; readonly isRemote?: boolean } | undefined,
): ParentName {
  if (parent === undefined || NO_SPAN.test(parent.spanId)) return 'none';
  return parent.isRemote === true ? 'remote' : 'local';
}
