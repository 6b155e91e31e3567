import { warnOnce } from '../../runtime/log.ts';
import { PRIMITIVE_NAME, TIMEOUT } from '../telemetry/attribute-names.ts';
import type { PrimitiveSpan } from '../telemetry/primitive-span.ts';
import { addCount, keepGauge, recordSeconds } from '../telemetry/recording.ts';
import { LlmTimeoutError, type TimeoutLimit } from './llm-timeout-error.ts';
import type { TimeoutCounts, TimeoutOutcome } from './timeout-counts.ts';
import type { TimeoutOptions } from './timeout-options.ts';

/**
 * By the global clock of the moment: a test that fakes timers fakes the global clock too, and limits are to follow both.
 */
const now = (): number => performance.now();

type Timer = ReturnType<typeof setTimeout>;

/** Parts of a call with limits. */
export interface TimedCallParts {
  readonly options: TimeoutOptions;
  readonly operation: string;
  readonly counts: TimeoutCounts;
  readonly span: PrimitiveSpan;
  /** The call is known to be a stream before the answer is here. */
  readonly isStream: boolean;
  /** A limit ends the call. */
  onLimit(error: LlmTimeoutError): void;
}

/** The limits of one call: timers, outcome, metrics. The first of {@link end} and a limit decides the outcome. */
export class TimedCall {
  readonly #parts: TimedCallParts;
  readonly #startTime = now();
  readonly #timers = new Set<Timer>();
  #firstChunkTimer: Timer | undefined;
  #chunkTimer: Timer | undefined;
  /** Number of outputs that have passed. */
  #chunks = 0;
  /** Time that the reader has waited since the last output. */
  #waitedMs = 0;
  #waitingSince: number | undefined;
  #isLate = false;
  #outcome: TimeoutOutcome | undefined;

  constructor(parts: TimedCallParts) {
    this.#parts = parts;
    const { softMs, totalMs, firstChunkMs } = parts.options;
    if (softMs !== undefined) this.#after(softMs, () => this.#softReached(softMs));
    if (totalMs !== undefined) this.#after(totalMs, () => this.#totalReached(totalMs));
    if (firstChunkMs !== undefined && parts.isStream) this.#waitForFirstChunk(firstChunkMs);
  }

  /** Has a limit, or the end of the call, decided the outcome? */
  get isOver(): boolean {
    return this.#outcome !== undefined;
  }

  /** The answer is a stream: `firstChunkMs` counts, from the call on. */
  streamStarted(): void {
    const { firstChunkMs } = this.#parts.options;
    if (firstChunkMs === undefined || this.isOver || this.#firstChunkTimer !== undefined || this.#chunks > 0) return;
    this.#waitForFirstChunk(Math.max(0, firstChunkMs - (now() - this.#startTime)));
  }

  /** The reader of the stream waits. */
  waiting(): void {
    const { chunkMs } = this.#parts.options;
    if (chunkMs === undefined || this.isOver || this.#chunks === 0) return;
    this.#waitingSince = now();
    this.#chunkTimer ??= this.#after(chunkMs - this.#waitedMs, () => this.#chunkTimeReached(chunkMs));
  }

  /** A chunk reaches the reader. */
  chunk(isOutput: boolean): void {
    if (this.isOver) return;
    this.#waitedMs = isOutput ? 0 : this.#waitedNow();
    this.#waitingSince = undefined;
    if (!isOutput) return;
    this.#chunks++;
    if (this.#firstChunkTimer !== undefined) this.#clear(this.#firstChunkTimer);
    this.#firstChunkTimer = undefined;
  }

  /** The call ended before a limit. Ends the span, with `error` if the call rejects. */
  end(outcome: 'success' | 'error' | 'cancelled', error?: unknown): void {
    if (this.isOver) return;
    this.#finish(outcome === 'success' && this.#isLate ? 'late' : outcome);
    const { span } = this.#parts;
    if (outcome === 'error') span.fail(error);
    else span.end();
  }

  #after(ms: number, run: () => void): Timer {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }

  #clear(timer: Timer): void {
    clearTimeout(timer);
    this.#timers.delete(timer);
  }

  #waitForFirstChunk(ms: number): void {
    const limitMs = this.#parts.options.firstChunkMs ?? ms;
    this.#firstChunkTimer = this.#after(ms, () => this.#expire('firstChunkMs', limitMs));
  }

  #softReached(softMs: number): void {
    const { span, operation } = this.#parts;
    span.event(TIMEOUT.softEvent);
    addCount('timeoutSoftExceeded', 1, { [PRIMITIVE_NAME]: operation });
    warnOnce(`${operation}: a call took longer than softMs of ${softMs} ms and goes on. Later calls are counted only.`);
  }

  #totalReached(totalMs: number): void {
    const { graceMs = 0 } = this.#parts.options;
    this.#isLate = true;
    this.#parts.span.event(TIMEOUT.totalEvent);
    if (graceMs > 0) this.#after(graceMs, () => this.#expire('totalMs', totalMs));
    else this.#expire('totalMs', totalMs);
  }

  #waitedNow(): number {
    return this.#waitedMs + (this.#waitingSince === undefined ? 0 : now() - this.#waitingSince);
  }

  /** One timer serves many chunks: a timer for each chunk would cost more than the chunk. */
  #chunkTimeReached(chunkMs: number): void {
    this.#chunkTimer = undefined;
    if (this.#waitingSince === undefined) return;
    const restMs = chunkMs - this.#waitedNow();
    // A timer may fire a part of a millisecond early.
    if (restMs < 1) this.#expire('chunkMs', chunkMs);
    else this.#chunkTimer = this.#after(restMs, () => this.#chunkTimeReached(chunkMs));
  }

  #expire(limit: TimeoutLimit, limitMs: number): void {
    if (this.isOver) return;
    const { operation, span, onLimit } = this.#parts;
    const elapsedMs = Math.max(Math.round(now() - this.#startTime), limitMs);
    span.set({ [TIMEOUT.limit]: limit, [TIMEOUT.limitMs]: limitMs });
    this.#finish('timeout', limit);
    onLimit(new LlmTimeoutError({ operation, limit, limitMs, elapsedMs, chunks: this.#chunks }));
  }

  #finish(outcome: TimeoutOutcome, limit?: TimeoutLimit): void {
    this.#outcome = outcome;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    const { operation, counts, span } = this.#parts;
    const attributes = { [PRIMITIVE_NAME]: operation, [TIMEOUT.outcome]: outcome };
    counts.add(operation, outcome);
    keepGauge('timeoutRatio');
    addCount('timeoutCalls', 1, limit === undefined ? attributes : { ...attributes, [TIMEOUT.limit]: limit });
    recordSeconds('timeoutDuration', (now() - this.#startTime) / 1000, attributes);
    span.set({ [TIMEOUT.outcome]: outcome });
  }
}
