import type { LogRow } from '../../../viewer/page-data.ts';
import { flatLog } from '../otlp/flat-span.ts';
import type { ReceivedItem } from '../otlp/read-request.ts';
import { bytesOfItem } from './bytes-of-item.ts';
import type { StoreLimits } from './trace-store.ts';

/** A log record as it came and as the page shows it. */
export interface KeptLog {
  readonly received: ReceivedItem;
  readonly log: LogRow;
  readonly bytes: number;
}

/** The newest log records; the oldest make room. */
export class LogStore {
  readonly #limits: StoreLimits;
  readonly #logs = new Set<KeptLog>();
  readonly #byTrace = new Map<string, Set<KeptLog>>();
  #bytes = 0;
  /** Log records that made room for newer ones. */
  dropped = 0;

  /** `maxSpans` counts log records here. */
  constructor(limits: StoreLimits) {
    this.#limits = limits;
  }

  /** Number of log records in the store. */
  get size(): number {
    return this.#logs.size;
  }

  /** Keeps a log record; returns the id of the trace, if the record names one. */
  add(received: ReceivedItem): string | undefined {
    const kept: KeptLog = { received, log: flatLog(received), bytes: bytesOfItem(received.item) };
    this.#logs.add(kept);
    this.#bytes += kept.bytes;
    const { traceId } = kept.log;
    if (traceId !== undefined) {
      const ofTrace = this.#byTrace.get(traceId) ?? new Set();
      this.#byTrace.set(traceId, ofTrace.add(kept));
    }
    for (const oldest of this.#logs) {
      if (this.#logs.size <= this.#limits.maxSpans && this.#bytes <= this.#limits.maxBytes) break;
      this.#drop(oldest);
    }
    return traceId;
  }

  /** Log records of a trace. */
  readonly ofTrace = (traceId: string): LogRow[] => [...(this.#byTrace.get(traceId) ?? [])].map(({ log }) => log);

  /** All log records, newest first. */
  rows(): LogRow[] {
    return [...this.#logs].map(({ log }) => log).reverse();
  }

  /** Log records as they came. */
  kept(): readonly KeptLog[] {
    return [...this.#logs];
  }

  /** Forgets everything. */
  clear(): void {
    this.#logs.clear();
    this.#byTrace.clear();
    this.#bytes = 0;
    this.dropped = 0;
  }

  #drop(kept: KeptLog): void {
    this.#logs.delete(kept);
    this.#bytes -= kept.bytes;
    this.dropped++;
    const ofTrace = this.#byTrace.get(kept.log.traceId ?? '');
    ofTrace?.delete(kept);
    if (ofTrace?.size === 0) this.#byTrace.delete(kept.log.traceId ?? '');
  }
}
