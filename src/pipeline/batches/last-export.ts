import type { SendOutcome } from '../transport/outcome.ts';
import type { PlainRequest } from './destination.ts';

/** An export that is handed over when the process ends. */
export interface LastExport {
  readonly request: PlainRequest | undefined;
  /** Sends in this thread, for exporters without requests. */
  send(): void;
  /** Takes what became of the request; undefined: no answer in time. */
  settle(outcome: SendOutcome | undefined): void;
}
