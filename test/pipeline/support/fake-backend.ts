import type { PipelineSettings } from '../../../src/config/sdk/pipeline-settings.ts';
import {
  BATCH_DEFAULTS,
  BREAKER_DEFAULTS,
  MAX_REQUEST_SIZE,
  RETRY_DEFAULTS,
} from '../../../src/config/sdk/pipeline-settings.ts';
import { ItemBatch } from '../../../src/pipeline/batches/batch.ts';
import type { Destination } from '../../../src/pipeline/batches/destination.ts';
import { estimateSize } from '../../../src/pipeline/batches/estimate-size.ts';
import type { SendOutcome } from '../../../src/pipeline/transport/outcome.ts';

/** An item of the tests: known by its id. */
export interface Item {
  readonly id: number;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Outcomes of a backend. */
export const OK: SendOutcome = { ok: true };
export const REFUSED: SendOutcome = { ok: false, reason: 'connect ECONNREFUSED', retryable: true, answered: false };
export const BAD: SendOutcome = { ok: false, reason: 'HTTP 400', retryable: false, answered: true };
export const TOO_LARGE: SendOutcome = {
  ok: false,
  reason: 'HTTP 413',
  retryable: false,
  answered: true,
  tooLarge: true,
};

/** One request as the backend saw the request. */
export interface Seen {
  readonly ids: readonly number[];
  readonly at: number;
}

/** A destination whose answers a test chooses. */
export class FakeBackend implements Destination<Item> {
  readonly type = 'fake';
  readonly endpoint = 'http://fake';
  readonly timeoutMs: number;
  readonly advice = { silent: 'Is it there?', refused: 'Check it.' };
  readonly seen: Seen[] = [];
  /** Items of requests that succeeded. */
  readonly arrived: number[] = [];
  /** What a request is answered with; a promise that stays open is a backend that hangs. */
  answer: (ids: readonly number[]) => SendOutcome | Promise<SendOutcome> = () => OK;
  readonly #now: () => number;

  constructor(now: () => number, timeoutMs = 10_000) {
    this.#now = now;
    this.timeoutMs = timeoutMs;
  }

  encode(items: readonly Item[]): ItemBatch<Item> {
    return new ItemBatch(
      items,
      items.reduce((sum, item) => sum + estimateSize(item), 0),
    );
  }

  async send(batch: ItemBatch<Item>): Promise<SendOutcome> {
    const ids = batch.items.map(({ id }) => id);
    this.seen.push({ ids, at: this.#now() });
    const outcome = await this.answer(ids);
    if (outcome.ok) this.arrived.push(...ids);
    return outcome;
  }

  request(): undefined {
    return undefined;
  }
}

/** Settings of a pipeline with the defaults, and changes of its batch. */
export function settingsOf(
  batch: Partial<PipelineSettings['batch']> = {},
  rest: Partial<Omit<PipelineSettings, 'batch'>> = {},
): PipelineSettings {
  return {
    name: 'test',
    signal: 'traces',
    batch: { ...BATCH_DEFAULTS, ...batch },
    maxRequestSize: MAX_REQUEST_SIZE,
    retry: RETRY_DEFAULTS,
    breaker: BREAKER_DEFAULTS,
    spool: null,
    exporter: { kind: 'console' },
    ...rest,
  };
}
