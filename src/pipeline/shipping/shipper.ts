import type { DropReason } from '../batches/account.ts';
import type { Batch } from '../batches/batch.ts';
import type { LastExport } from '../batches/last-export.ts';
import type { SendOutcome } from '../transport/outcome.ts';
import { Answers } from './answers.ts';
import { Breaker } from './breaker.ts';
import { DiskQueue } from './disk-queue.ts';
import { EndWaiters } from './end-waiters.ts';
import { Latencies } from './latencies.ts';
import { sendingDeferred } from './process-end.ts';
import { RetryWaits, withJitter } from './retry.ts';
import { sendBatch, tellRequest } from './send-batch.ts';
import type { InFlight, ShipperParts } from './shipper-parts.ts';
import { type Ordered, WaitingBatches } from './waiting-batches.ts';

/** Brings encoded batches to the exporter, with retries, breaker and spool. */
export class Shipper {
  readonly breaker: Breaker;
  readonly answers: Answers;
  readonly latencies = new Latencies();
  readonly #parts: ShipperParts;
  readonly #waits = new RetryWaits();
  readonly #waiting = new WaitingBatches();
  readonly #inflight = new Set<InFlight>();
  /** Callers that wait for the end of an export. */
  readonly ends: EndWaiters;
  readonly #disk: DiskQueue;
  #inflightBytes = 0;
  #cancelWake: (() => void) | undefined;

  constructor(parts: ShipperParts) {
    this.#parts = parts;
    this.breaker = new Breaker(parts.settings.breaker);
    this.answers = new Answers({ ...parts, breaker: this.breaker });
    this.ends = new EndWaiters(parts.clock);
    this.#disk = new DiskQueue(parts.spool, parts.destination, parts.clock);
  }

  /** Milliseconds since 1970. */
  get lastSuccessAt(): number | undefined {
    return this.answers.lastSuccessAt;
  }

  /** Items that wait. */
  get count(): number {
    return this.#waiting.count;
  }

  /** Bytes that wait or are on their way. */
  get bytes(): number {
    return this.#waiting.bytes + this.#inflightBytes;
  }

  /** True while a request is on its way. */
  get isBusy(): boolean {
    return this.#inflight.size > 0;
  }

  /** True if the last export found a backend that does not take requests. */
  get isSilent(): boolean {
    return this.breaker.state === 'open' || this.#parts.report.isFailing;
  }

  /** Adds a batch that may be sent; {@link pump} sends. */
  push(batch: Batch): void {
    this.#waiting.push(batch);
  }

  /** Starts exports while at least `least` items wait and the exporter may be asked. */
  pump(least: number): void {
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    const deferred = sendingDeferred();
    if (deferred !== undefined) {
      void deferred.then(() => this.pump(least));
      return;
    }
    const { settings, clock, sizing } = this.#parts;
    const { maxConcurrentExports } = settings.batch;
    while (this.#waiting.count >= Math.max(1, least) && this.#inflight.size < maxConcurrentExports) {
      const now = clock.now();
      const at = this.#waiting.nextAt() ?? now;
      if (at > now) {
        this.#wakeAt(at);
        return;
      }
      if (!this.breaker.admits(now)) {
        this.#stayClosed();
        return;
      }
      const taken = this.#waiting.take(now, sizing.size, settings.maxRequestSize);
      if (taken !== undefined) void this.#export(taken);
    }
  }

  /** Lets everything go at once, whatever the breaker says: a probe first, the rest after its success. Returns what ends the hurry. */
  hurry(): () => void {
    this.breaker.allowProbe();
    this.#waiting.endWaits();
    this.#waits.hurrying = true;
    this.#waits.end();
    this.pump(1);
    return () => {
      this.#waits.hurrying = false;
    };
  }

  /** Gives up the oldest batch that waits: to the disk, else, if `mayDrop`, for good. False if nothing could be given up. */
  giveUpOldest(reason: DropReason, mayDrop: boolean): boolean {
    const batch = this.#waiting.shift();
    if (batch === undefined) return false;
    if (this.#toSpool(batch)) return true;
    if (!mayDrop) {
      this.#waiting.putBack({ batch, order: -1 }, 0);
      return false;
    }
    this.#parts.account.drop(reason, batch.count);
    this.#parts.report.lost(batch.count, 'newer items needed the room (overflow drop_oldest)');
    return true;
  }

  /** Lets go of what waits, because a newer reading of cumulative metrics holds the same numbers. */
  supersede(): void {
    for (let old = this.#waiting.shift(); old !== undefined; old = this.#waiting.shift())
      this.#parts.account.exported += old.count;
  }

  /** The backend takes requests: what waits goes at once. */
  goOn(): void {
    const { account, report } = this.#parts;
    this.#waiting.endWaits();
    report.succeeded(account);
    this.#disk.replay();
  }

  /** Items that wait here or on the disk. */
  get unsent(): number {
    return this.#waiting.count + this.#disk.items;
  }

  /** Tries the disk again when a waiting batch would be tried. */
  replayLater(): void {
    const { clock, settings } = this.#parts;
    this.#disk.replayAt(this.breaker.nextTryAt ?? clock.now() + withJitter(settings.retry.maxInterval));
  }

  /** Takes everything that is not known to have arrived. The caller sends, and settles each export. */
  takeAll(): LastExport[] {
    this.#cancelWake?.();
    this.#disk.stop();
    const { settings, account } = this.#parts;
    const all: InFlight[] = [...this.#inflight];
    this.#inflight.clear();
    this.#inflightBytes = 0;
    this.#waiting.endWaits();
    for (;;) {
      const taken = this.#waiting.take(0, settings.batch.maxExportBatchSize, settings.maxRequestSize);
      if (taken === undefined) break;
      account.inflight += taken.batch.count;
      all.push({ ...taken, spooled: undefined });
    }
    return all.map((one) => this.#lastExport(one));
  }

  #wakeAt(at: number): void {
    const { clock } = this.#parts;
    this.#cancelWake = clock.after(Math.max(1, at - clock.now()), () => this.pump(1));
  }

  /** The breaker is open: what waits goes to the disk, and a probe goes when the time is over. */
  #stayClosed(): void {
    if (this.#disk.exists) while (this.giveUpOldest('spool_error', false));
    const at = this.breaker.nextTryAt;
    if (at !== undefined && this.#waiting.count > 0) this.#wakeAt(at);
  }

  async #export(taken: Ordered): Promise<void> {
    const { account, clock, sizing } = this.#parts;
    const { batch } = taken;
    const one: InFlight = { ...taken, spooled: undefined };
    this.#inflight.add(one);
    this.#inflightBytes += batch.bytes;
    account.inflight += batch.count;
    if (this.#disk.writesAhead) one.spooled = this.#disk.write(batch, true);
    const began = clock.now();
    const outcome = await sendBatch(batch, this.#parts, this.breaker, this.#waits);
    // The end of the process, or a shutdown, has taken the batch over.
    if (!this.#inflight.delete(one)) return;
    this.#inflightBytes -= batch.bytes;
    const took = clock.now() - began;
    this.latencies.add(took, outcome);
    this.#settle(one, outcome);
    sizing.exported(took, this.#waiting.count);
    this.pump(1);
    this.ends.wake();
  }

  /** Books what became of an export that is no longer in flight. */
  #settle(one: InFlight, outcome: SendOutcome): void {
    const { account, settings, clock } = this.#parts;
    const { batch } = one;
    account.inflight -= batch.count;
    if (outcome.ok) {
      this.#succeed(one, outcome);
      return;
    }
    if (!outcome.retryable || outcome.tooLarge === true) {
      this.#refuse(one, outcome);
      return;
    }
    const retryAfter = this.answers.failed(outcome);
    if (one.spooled !== undefined) {
      this.#disk.release(one.spooled);
      this.replayLater();
    } else if (!this.#toSpool(batch))
      this.#waiting.putBack(one, clock.now() + (retryAfter ?? withJitter(settings.retry.maxInterval)));
    this.answers.tellFailure(outcome, this.unsent);
  }

  #refuse({ batch, order, spooled }: InFlight, outcome: SendOutcome & { readonly ok: false }): void {
    this.#disk.remove(spooled);
    if (outcome.tooLarge !== true || batch.count === 1) {
      this.answers.refused(outcome, batch.count);
      return;
    }
    this.answers.tooLarge();
    for (const half of batch.halves()) this.#waiting.putBack({ batch: half, order, isHalf: true }, 0);
  }

  #succeed({ batch, spooled }: InFlight, outcome: SendOutcome & { readonly ok: true }): void {
    this.#disk.remove(spooled);
    this.answers.accepted(outcome, batch.count);
    this.goOn();
  }

  /** Moves a batch to the disk, where its items are items of the spool. */
  #toSpool(batch: Batch): boolean {
    if (this.#disk.write(batch, false) === undefined) return false;
    this.replayLater();
    return true;
  }

  #lastExport(one: InFlight): LastExport {
    const { account, destination } = this.#parts;
    const { batch } = one;
    return {
      request: destination.request(batch),
      send: () => void destination.send(batch, destination.timeoutMs).catch(() => {}),
      settle: (outcome) => {
        account.inflight -= batch.count;
        if (outcome !== undefined) tellRequest(this.#parts, batch, outcome);
        if (outcome?.ok === true) return this.#succeed(one, outcome);
        if (outcome !== undefined && !outcome.retryable && outcome.tooLarge !== true) return this.#refuse(one, outcome);
        if (outcome !== undefined) this.#parts.report.note(outcome);
        if (one.spooled !== undefined) this.#disk.release(one.spooled);
        else if (!this.#toSpool(batch)) account.drop('shutdown', batch.count);
      },
    };
  }
}
