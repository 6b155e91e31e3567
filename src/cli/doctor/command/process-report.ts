/** The report of a process about telemetry, for the doctor. */
export interface ProcessReport {
  readonly patched: readonly PatchedSdk[];
  readonly calls: number;
  readonly errors: number;
  /** Spans handed to pipelines, and the fate of the spans. */
  readonly spans: number;
  readonly exported: number;
  readonly dropped: number;
  /** The last failure of a pipeline. */
  readonly lastError?: string | undefined;
  /** Requests of SDKs without a record. */
  readonly missed: readonly string[];
  /** Hosts of streams that ended without token counts. */
  readonly withoutCounts: readonly string[];
}

/** A copy of an SDK with wrapped methods. */
export interface PatchedSdk {
  readonly package: string;
  readonly version: string | undefined;
  readonly format: 'esm' | 'cjs';
  readonly methods: readonly string[];
}
