/** One of the three kinds of telemetry. */
export type Signal = 'traces' | 'metrics' | 'logs';

/** Where the bytes of one signal go and how. Plain data: it is cloned into the thread that sends at exit. */
export interface Target {
  readonly signal: Signal;
  readonly transport: 'http' | 'grpc';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'gzip' | 'none';
  readonly timeoutMs: number;
  readonly tls: Readonly<{ ca?: Uint8Array; cert?: Uint8Array; key?: Uint8Array }>;
}

/** What became of one request. */
export type Outcome =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** In words, without a period: `connect ECONNREFUSED 127.0.0.1:4318`, `HTTP 401 Unauthorized`. */
      readonly reason: string;
      /** Whether the same bytes may succeed later. */
      readonly retryable: boolean;
      /** Whether the request got an answer at all. */
      readonly answered: boolean;
      readonly retryAfterMs?: number;
    };

/** Of a request that got no answer. */
export function unanswered(error: unknown): Outcome {
  const { message, code } = error as { message?: string; code?: string };
  // A refused connection to a name with several addresses is an AggregateError, whose message is empty.
  return { ok: false, reason: message || code || String(error), retryable: true, answered: false };
}
