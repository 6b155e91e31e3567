/** What a process says about its telemetry to the doctor that has started the process. */
export interface ProcessReport {
  readonly patched: readonly PatchedSdk[];
  readonly calls: number;
  readonly errors: number;
  /** Spans that were handed to pipelines, and what became of the spans. */
  readonly spans: number;
  readonly exported: number;
  readonly dropped: number;
  /** The last failure of a pipeline. */
  readonly lastError?: string | undefined;
  /** Requests of SDKs that nothing has recorded. */
  readonly missed: readonly string[];
  /** Streams that ended without token counts. */
  readonly withoutCounts: boolean;
}

/** A copy of an SDK whose methods are wrapped. */
export interface PatchedSdk {
  readonly package: string;
  readonly version: string | undefined;
  readonly format: 'esm' | 'cjs';
  readonly methods: readonly string[];
}
