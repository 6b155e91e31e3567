import type { DropReason } from '../batches/account.ts';
import type { Destination } from '../batches/destination.ts';
import type { Clock } from '../batches/pipeline-clock.ts';
import type { FileName } from '../spool/file-name.ts';
import type { Replayed, ReplayVerdict, SpoolHost } from '../spool/spool.ts';
import type { SendOutcome } from '../transport/outcome.ts';
import type { Shipper } from './shipper.ts';
import type { ShipperParts } from './shipper-parts.ts';

/** A pipeline, as far as a replay needs the pipeline. */
export interface ReplayingPipeline {
  readonly account: ShipperParts['account'];
  readonly report: ShipperParts['report'];
  readonly shipper: Shipper;
}

/** What a replay sends with. The pipeline is made after the spool. */
export interface ReplayHostParts {
  readonly pipeline: string;
  readonly signal: FileName['signal'];
  readonly destination: Pick<Destination<never>, 'sendBody' | 'takes' | 'timeoutMs'>;
  readonly clock: Clock;
  running(): ReplayingPipeline;
}

/** A pipeline as its spool sees the pipeline: answers to requests from the disk count like answers to requests from memory. */
export class ReplayHost implements SpoolHost {
  readonly pipeline: string;
  readonly signal: FileName['signal'];
  readonly #parts: ReplayHostParts;

  constructor(parts: ReplayHostParts) {
    this.pipeline = parts.pipeline;
    this.signal = parts.signal;
    this.#parts = parts;
  }

  takes(format: FileName['format']): boolean {
    return this.#parts.destination.takes?.(format) ?? true;
  }

  /** In an open breaker whose time is over, the request is the probe. */
  maySend(): boolean {
    return this.#parts.running().shipper.breaker.admits(this.#parts.clock.now());
  }

  dropped(reason: DropReason, items: number): void {
    this.#parts.running().account.drop(reason, items);
  }

  async send(body: Uint8Array, format: FileName['format'], replayed: Replayed): Promise<ReplayVerdict> {
    const { destination, clock } = this.#parts;
    const { account, report } = this.#parts.running();
    const { items, isOurs } = replayed;
    if (isOurs) account.inflight += items;
    const began = clock.now();
    const outcome: SendOutcome = (await destination.sendBody?.(body, format, destination.timeoutMs)) ?? NO_SENDER;
    report.request({ count: items, bytes: body.byteLength, ms: clock.now() - began }, outcome);
    if (isOurs) account.inflight -= items;
    return this.#answered(outcome, replayed);
  }

  #answered(outcome: SendOutcome, { items, isOurs }: Replayed): ReplayVerdict {
    const { report, shipper } = this.#parts.running();
    const { answers } = shipper;
    if (outcome.ok) {
      answers.accepted(outcome, items, isOurs);
      report.replayed(items);
      shipper.goOn();
      return 'sent';
    }
    if (outcome.tooLarge === true && items > 1) {
      answers.tooLarge();
      return 'split';
    }
    if (outcome.tooLarge === true || !outcome.retryable) {
      answers.refused(outcome, items, isOurs);
      return 'refused';
    }
    answers.failed(outcome);
    answers.tellFailure(outcome, shipper.unsent + (isOurs ? items : 0));
    shipper.replayLater();
    return 'wait';
  }
}

const NO_SENDER: SendOutcome = {
  ok: false,
  reason: 'the exporter sends no requests',
  retryable: false,
  answered: false,
};
