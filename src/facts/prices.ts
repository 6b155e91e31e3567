/**
 * What one model's tokens cost, in USD per million. `input` and `output` are what counts where a kind has no price of its
 * own: cached tokens, tokens written to the cache (for an hour: `cacheWrite1h`), reasoning, audio, images.
 */
export interface ModelPrices {
  readonly input: number;
  readonly output?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly cacheWrite1h?: number;
  readonly reasoning?: number;
  readonly inputAudio?: number;
  readonly inputImage?: number;
  readonly outputAudio?: number;
  readonly outputImage?: number;
  readonly cacheReadAudio?: number;
  readonly cacheReadImage?: number;
  /** Multiples of these prices by service tier: `{ flex: 0.5 }`. A tier that is not here has no cost, except the standard one. */
  readonly serviceTiers?: Readonly<Record<string, number>>;
}

/** Prices by `model`, `provider/model` or a start of either that ends in `*`; `provider` as in `gen_ai.provider.name`. */
export type Prices = Readonly<Record<string, ModelPrices>>;

/** An amount that an answer names, in USD. `input` and `output` are what of it the tokens cost, where it says so. */
export interface Charged {
  readonly total: number;
  readonly input?: number | undefined;
  readonly output?: number | undefined;
}

/** What a call costs, in USD. */
export interface Cost {
  readonly total: number;
  /** What of it the tokens cost; absent if only their sum is known. */
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  /** The price entry that matched: `openai/gpt-4o-mini`, or the key of the user's own; `reported` if the answer named the amount. */
  readonly model: string;
}
