import type { DropReason } from '../batches/account.ts';
import type { PlainRequest } from '../batches/destination.ts';
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

/** Items of a request that the spool sends. */
export interface Replayed {
  readonly items: number;
  /** This process has ended the items: they stand in its account. */
  readonly isOurs: boolean;
}

/** What became of a request of the spool: `wait` is sent again later, `split` is sent again as two requests. */
export type ReplayVerdict = 'sent' | 'refused' | 'wait' | 'split';

/** What a spool needs of its pipeline. */
export interface SpoolHost {
  /** Name of the pipeline: the directory of its files. */
  readonly pipeline: string;
  /** Signal of the pipeline. Pipelines of one name, `otlp` for traces and for logs, share a directory. */
  readonly signal: FileName['signal'];
  /** Formats that the exporter can send. */
  takes(format: FileName['format']): boolean;
  /** False while the breaker keeps requests back. */
  maySend(): boolean;
  /** Sends a request, and books the answer as an answer to a new request. Never rejects. */
  send(body: Uint8Array, format: FileName['format'], replayed: Replayed): Promise<ReplayVerdict>;
  /** Items of this process that the spool lost. */
  dropped(reason: DropReason, items: number): void;
}
