import { ERROR_TYPE, TOKEN_TYPE } from '../../../facts/semconv.ts';
import { CACHE, PRIMITIVE_NAME } from '../../telemetry/attribute-names.ts';
import { addGaugeSource, type GaugePoint, type GaugeSource } from '../../telemetry/gauge-sources.ts';
import { addCount } from '../../telemetry/recording.ts';
import type { CacheStats } from '../cache-options.ts';
import type { StoreOperation } from '../stores/guarded-store.ts';
import type { Saving } from './saved-tokens.ts';

/** `llm_otel.cache.outcome` */
export type CacheOutcome = 'hit' | 'stale' | 'miss' | 'coalesced' | 'bypass';

/** Outcomes that are looked up, by name of the layer. */
interface Ratio {
  answered: number;
  lookedUp: number;
}

/** Most names of layers with a ratio of their own: a name is a label of a metric. */
const MAX_NAMES = 100;

/** Counts of one cache, for `stats()` and the gauge. */
export class CacheCounts implements GaugeSource {
  readonly #outcomes: Record<CacheOutcome, number> = { hit: 0, stale: 0, miss: 0, coalesced: 0, bypass: 0 };
  readonly #ratios = new Map<string, Ratio>();
  #storeErrors = 0;
  #savedCost = 0;
  #savedInputTokens = 0;
  #savedOutputTokens = 0;

  constructor() {
    addGaugeSource('cacheHitRatio', this);
  }

  count(name: string, outcome: CacheOutcome): void {
    this.#outcomes[outcome]++;
    if (outcome === 'bypass') return;
    let ratio = this.#ratios.get(name);
    if (ratio === undefined) {
      if (this.#ratios.size >= MAX_NAMES) return;
      ratio = { answered: 0, lookedUp: 0 };
      this.#ratios.set(name, ratio);
    }
    ratio.lookedUp++;
    if (outcome !== 'miss') ratio.answered++;
  }

  /** Adds the saving of one call to the counts and to the counters of savings. */
  save(name: string, { cost, inputTokens, outputTokens }: Saving): void {
    this.#savedCost += cost ?? 0;
    this.#savedInputTokens += inputTokens ?? 0;
    this.#savedOutputTokens += outputTokens ?? 0;
    if (cost !== undefined) addCount('cacheSavedCost', cost, { [PRIMITIVE_NAME]: name });
    if (inputTokens !== undefined)
      addCount('cacheSavedTokens', inputTokens, { [PRIMITIVE_NAME]: name, [TOKEN_TYPE]: 'input' });
    if (outputTokens !== undefined)
      addCount('cacheSavedTokens', outputTokens, { [PRIMITIVE_NAME]: name, [TOKEN_TYPE]: 'output' });
  }

  countStoreError(name: string, operation: StoreOperation, errorType: string): void {
    this.#storeErrors++;
    addCount('cacheStoreErrors', 1, {
      [PRIMITIVE_NAME]: name,
      [CACHE.storeOperation]: operation,
      [ERROR_TYPE]: errorType,
    });
  }

  stats(): CacheStats {
    const { hit, stale, miss, coalesced, bypass } = this.#outcomes;
    const answered = hit + stale + coalesced;
    const lookedUp = answered + miss;
    return {
      hits: hit,
      stale,
      misses: miss,
      coalesced,
      bypassed: bypass,
      storeErrors: this.#storeErrors,
      hitRatio: lookedUp === 0 ? 0 : answered / lookedUp,
      savedCost: this.#savedCost,
      savedInputTokens: this.#savedInputTokens,
      savedOutputTokens: this.#savedOutputTokens,
    };
  }

  gaugePoints(): readonly GaugePoint[] {
    return [...this.#ratios].map(([name, { answered, lookedUp }]) => ({
      attributes: { [PRIMITIVE_NAME]: name },
      value: answered,
      of: lookedUp,
    }));
  }
}
