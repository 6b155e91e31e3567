/** A finished span as the tree needs the span, whatever the source. */
export interface TreeSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  /** The parent is a span of another process. */
  readonly parentIsRemote?: boolean | undefined;
  readonly name: string;
  /** Kind as the API of OpenTelemetry counts: 2 is CLIENT. */
  readonly kind: number;
  /** Milliseconds since 1970, with fractions. */
  readonly startMs: number;
  readonly durationMs: number;
  /** The status is ERROR. */
  readonly failed: boolean;
  /** Description of the status. */
  readonly description?: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
}
