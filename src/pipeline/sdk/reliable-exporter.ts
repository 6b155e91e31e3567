import {
  BREAKER_DEFAULTS,
  type BreakerSettings,
  RETRY_DEFAULTS,
  type RetrySettings,
} from '../../config/sdk/pipeline-settings.ts';
import { swallow } from '../../runtime/guard.ts';
import { Account, type DropReason } from '../batches/account.ts';
import { CLOCK } from '../batches/pipeline-clock.ts';
import { type ObjectExporter, objectDestination } from '../exporters/object-destination.ts';
import { Breaker } from '../shipping/breaker.ts';
import { ExportReport } from '../shipping/export-report.ts';
import { RetryWaits, sendWithRetries } from '../shipping/retry.ts';
import type { SendOutcome } from '../transport/outcome.ts';
import type { ExporterLike, ExportResultLike } from './exporter-like.ts';

/** What differs from the defaults of {@link ReliableSpanExporter}. Times in milliseconds. */
export interface ReliableOptions {
  /** Name in errors. Default: the class of the exporter. */
  readonly name?: string;
  readonly retry?: Partial<RetrySettings>;
  /** `null`: no breaker. */
  readonly breaker?: Partial<BreakerSettings> | null;
  /** Time for one export, retries included. Default 30,000. */
  readonly timeout?: number;
}

/**
 * An exporter with retries and a breaker around another exporter, for a batch processor of the application. What cannot be
 * sent is told to the processor as a failure (`retries_exhausted`), which drops the spans: a queue that keeps them is
 * {@link PipelineSpanProcessor}.
 *
 * @example
 * new BatchSpanProcessor(new ReliableSpanExporter(new OTLPTraceExporter()));
 */
export class ReliableSpanExporter {
  readonly #exporter: ExporterLike;
  readonly #name: string;
  readonly #retry: RetrySettings;
  readonly #breakerSettings: BreakerSettings | null;
  readonly #breaker: Breaker;
  readonly #timeout: number;
  readonly #waits = new RetryWaits();
  readonly #account = new Account();
  readonly #report: ExportReport;

  constructor(exporter: ExporterLike, options: ReliableOptions = {}) {
    if (typeof exporter?.export !== 'function')
      throw new TypeError('ReliableSpanExporter: expected a SpanExporter, an object with export()');
    this.#exporter = exporter;
    this.#name = options.name ?? exporter.constructor?.name ?? 'exporter';
    this.#retry = { ...RETRY_DEFAULTS, ...options.retry };
    this.#breakerSettings = options.breaker === null ? null : { ...BREAKER_DEFAULTS, ...options.breaker };
    this.#breaker = new Breaker(this.#breakerSettings);
    this.#timeout = options.timeout ?? 30_000;
    const words = { pipeline: this.#name, item: 'span', to: this.#name, advice: { silent: '', refused: '' } };
    this.#report = new ExportReport(words, CLOCK);
  }

  /**
   * Spans that were lost, by reason: `retries_exhausted`, `rejected`, `exporter_error`. A warning tells each loss, at most once a
   * minute for each cause.
   */
  get dropped(): Readonly<Partial<Record<DropReason, number>>> {
    return { ...this.#account.dropped };
  }

  /** Exports with retries; `done` is called once. Never throws. */
  export(spans: readonly object[], done: (result: ExportResultLike) => void): void {
    this.#export(spans)
      .then((problem) =>
        done(problem === undefined ? { code: 0 } : { code: 1, error: new Error(`${this.#name}: ${problem}`) }),
      )
      // `done` is code of a processor, and may throw.
      .catch(swallow);
  }

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush?.();
  }

  async shutdown(): Promise<void> {
    this.#waits.hurrying = true;
    this.#waits.end();
    await this.#exporter.shutdown();
  }

  /** Why the spans were not sent, or undefined. */
  async #export(spans: readonly object[]): Promise<string | undefined> {
    this.#account.ended += spans.length;
    const outcome = await this.#send(spans);
    if (outcome.ok) {
      this.#account.exported += spans.length;
      return undefined;
    }
    const reason: DropReason = outcome.retryable ? 'retries_exhausted' : (outcome.drop ?? 'rejected');
    this.#account.drop(reason, spans.length);
    this.#report.lost(spans.length, `${reason}: ${outcome.reason}`);
    return `${reason}: ${outcome.reason}`;
  }

  async #send(spans: readonly object[]): Promise<SendOutcome> {
    if (!this.#breaker.admits(CLOCK.now())) return BREAKER_OPEN;
    const destination = objectDestination(this.#name, this.#exporter as ObjectExporter<object>, this.#timeout);
    const batch = destination.encode(spans);
    const one = {
      settings: this.#retry,
      breaker: this.#breakerSettings,
      timeoutMs: this.#timeout,
      retries: this.#breaker.state !== 'half-open',
      send: (timeoutMs: number) => destination.send(batch, timeoutMs),
    };
    const outcome = await sendWithRetries(one, this.#waits, CLOCK);
    if (outcome.ok) this.#breaker.succeed();
    else if (outcome.retryable) this.#breaker.fail(CLOCK.now());
    else this.#breaker.answer();
    return outcome;
  }
}

const BREAKER_OPEN: SendOutcome = { ok: false, reason: 'the breaker is open', retryable: true, answered: false };
