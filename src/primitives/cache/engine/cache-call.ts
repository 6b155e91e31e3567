import { now } from '../../../runtime/clock.ts';
import type { NotStored } from '../../answers/answer-judge.ts';
import { CACHE, PRIMITIVE_NAME } from '../../telemetry/attribute-names.ts';
import { type PrimitiveSpan, startPrimitiveSpan } from '../../telemetry/primitive-span.ts';
import { addCount, keepGauge, recordSeconds } from '../../telemetry/recording.ts';
import type { BypassReason } from '../key/bypass-reason.ts';
import type { StoreKind } from '../stores/resolve-store.ts';
import type { CacheCounts, CacheOutcome } from './cache-counts.ts';
import type { ReaderEnd } from './pending-reads.ts';
import type { Saving } from './saved-tokens.ts';

/** What telemetry needs of a call. */
interface NamedCall {
  /** Label of the layer. */
  readonly name: string;
  readonly onOutcome?: ((outcome: CacheOutcome) => void) | undefined;
}

/** Telemetry of one call of a cache: one span, one outcome. */
export class CacheCall {
  readonly #name: string;
  readonly #onOutcome: NamedCall['onOutcome'];
  readonly #store: StoreKind;
  readonly #counts: CacheCounts;
  readonly #isBackground: boolean;
  readonly #started = now();
  readonly #span: PrimitiveSpan;
  #isDecided = false;
  #hasEnded = false;
  #handedOn: number | undefined;

  /** A background call has a trace of its own, and is in no count of calls. */
  constructor({ name, onOutcome }: NamedCall, store: StoreKind, counts: CacheCounts, isBackground = false) {
    this.#name = name;
    this.#onOutcome = onOutcome;
    this.#store = store;
    this.#counts = counts;
    this.#isBackground = isBackground;
    this.#span = startPrimitiveSpan({ kind: 'cache', name, detached: isBackground });
  }

  /** Calls `fn` inside of the span. */
  run<T>(fn: () => T): T {
    return this.#span.run(fn);
  }

  /** The call goes on to the function, or waits for the call of another caller: the time of the cache itself ends. */
  handOn(): void {
    this.#handedOn = now();
  }

  /** The cache answers itself: the wait was time of the cache. */
  takeBack(): void {
    this.#handedOn = undefined;
  }

  /** Says where the answer comes from; only the first outcome counts. */
  decide(outcome: CacheOutcome, details: { readonly bypassReason?: BypassReason; readonly ageMs?: number } = {}): void {
    if (this.#isDecided) return;
    this.#isDecided = true;
    this.#onOutcome?.(outcome);
    if (this.#span.isRecording)
      this.#span.set({
        [CACHE.outcome]: outcome,
        [CACHE.store]: this.#store,
        [CACHE.bypassReason]: details.bypassReason,
        [CACHE.age]: details.ageMs === undefined ? undefined : details.ageMs / 1000,
      });
    if (this.#isBackground) return;
    this.#counts.count(this.#name, outcome);
    const attributes = { [PRIMITIVE_NAME]: this.#name, [CACHE.outcome]: outcome };
    addCount('cacheRequests', 1, attributes);
    recordSeconds('cacheDuration', ((this.#handedOn ?? now()) - this.#started) / 1000, attributes);
    keepGauge('cacheHitRatio');
  }

  /** The answer was paid for before. */
  save(saving: Saving | undefined): void {
    if (saving === undefined) return;
    this.#counts.save(this.#name, saving);
    if (this.#span.isRecording)
      this.#span.set({
        [CACHE.savedCost]: saving.cost,
        [CACHE.savedInputTokens]: saving.inputTokens,
        [CACHE.savedOutputTokens]: saving.outputTokens,
        [CACHE.savedModel]: saving.model,
      });
  }

  /** The answer of a miss does not become an entry. */
  skipStoring(reason: NotStored): void {
    if (!this.#hasEnded) this.#span.set({ [CACHE.notStored]: reason });
  }

  /** Ends the span of a call whose caller has the answer. */
  end(): void {
    this.#hasEnded = true;
    this.#span.end();
  }

  /** Ends the span of a call that rejects. */
  fail(error: unknown): void {
    this.#hasEnded = true;
    this.#span.fail(error);
  }

  /** Ends the span with the stream of the caller. A caller that goes is no error. */
  endBy(end: ReaderEnd): void {
    if (end.kind === 'error') this.fail(end.error);
    else this.end();
  }
}
