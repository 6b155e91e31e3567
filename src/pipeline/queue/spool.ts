import type { DropReason } from './account.ts';
import type { Batch } from './batch.ts';
import type { PlainRequest } from './destination.ts';

/** A request on disk. */
export interface SpooledRequest {
  readonly items: number;
  readonly bytes: number;
}

/** What a pipeline needs of a directory of requests. Synchronous: an `exit` listener writes too. None of them throws. */
export interface Spool {
  readonly mode: 'fallback' | 'write_ahead';
  /** Items of this process in the directory. */
  readonly items: number;
  /**
   * Writes a request under its final name. Returns undefined if the disk refuses: then the batch stays in memory.
   */
  write(request: PlainRequest, batch: Batch): SpooledRequest | undefined;
  /** Removes a request that was answered. */
  remove(request: SpooledRequest): void;
  /** The backend takes requests: sends what waits on disk, oldest first, one request at a time. */
  replay(): void;
  /** Ends replay; files stay for the next process. */
  close(): void;
  /** State for `status()`. */
  status(): SpoolStatus;
}

/** A spool as `status()` shows the spool. */
export interface SpoolStatus {
  readonly directory: string;
  readonly state: 'ok' | 'resting';
  readonly files: number;
  readonly bytes: number;
  readonly items: number;
  /** Seconds. */
  readonly oldestAge: number;
  /** Requests of earlier processes that were sent. */
  readonly replayed: number;
  readonly bad: number;
}

/** What the pipeline tells a spool at the start. */
export interface SpoolHost {
  /** Sends a request of an earlier time; never rejects. */
  send(request: PlainRequest, timeoutMs: number): Promise<import('../transport/outcome.ts').SendOutcome>;
  readonly timeoutMs: number;
  /** Items of this process that the spool sent. */
  exported(items: number): void;
  /** Items of this process that the spool lost. */
  dropped(reason: DropReason, items: number): void;
  /** Items of earlier processes that were sent. */
  replayed(items: number): void;
}
