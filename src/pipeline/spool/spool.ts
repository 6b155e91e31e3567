import type { DropReason } from '../batches/account.ts';
import type { PlainRequest } from '../batches/destination.ts';
import type { SendOutcome } from '../transport/outcome.ts';
import type { FileName } from './file-name.ts';

/** A request on disk. */
export interface SpooledRequest {
  /** Name of the file while no process has claimed the file. */
  readonly name: string;
  readonly items: number;
  readonly bytes: number;
}

/** A directory of requests, as a pipeline uses the directory. Synchronous: an `exit` listener writes too. Nothing throws. */
export interface Spool {
  readonly mode: 'fallback' | 'write_ahead';
  /** Items of this process in the directory that are not on their way. */
  readonly items: number;
  /** Writes a request. `claimed`: the request is about to be sent by this process. Undefined if the disk refuses. */
  write(request: PlainRequest, items: number, claimed: boolean): SpooledRequest | undefined;
  /** A claimed request was answered: the file goes. */
  remove(request: SpooledRequest): void;
  /** A claimed request could not be sent: the file waits for a replay. */
  release(request: SpooledRequest): void;
  /** The backend takes requests: sends what waits on disk, oldest first, one request at a time. */
  replay(): void;
  /** Ends the replay; files stay for the next process. */
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
  /** Items of this process. */
  readonly items: number;
  /** Age of the oldest file in milliseconds; 0 without files. */
  readonly oldestAge: number;
  /** Items of earlier processes that this process sent. */
  readonly replayed: number;
  readonly bad: number;
}

/** What a spool needs of its pipeline. */
export interface SpoolHost {
  /** Name of the pipeline: the directory of its files. */
  readonly pipeline: string;
  /** Signal of the pipeline. Pipelines of one name, `otlp` for traces and for logs, share a directory. */
  readonly signal: FileName['signal'];
  /** Sends a request; never rejects. */
  send(body: Uint8Array, format: FileName['format']): Promise<SendOutcome>;
  /** False while the breaker keeps requests back. */
  maySend(): boolean;
  /** Items of this process that the spool sent. */
  exported(items: number): void;
  /** Items of this process that the spool lost. */
  dropped(reason: DropReason, items: number): void;
  /** Items of earlier processes that the spool sent. */
  replayed(items: number): void;
  /** A replay found a backend that takes requests, or does not. */
  answered(outcome: SendOutcome): void;
}
