/**
 * Prices of one model, in USD per million tokens. A kind of tokens without a price is charged at the price of `input` or
 * `output`: cached tokens, tokens written to the cache (for an hour: `cacheWrite1h`), reasoning, audio, images.
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
  /** Factors for the prices by service tier: `{ flex: 0.5 }`. A call in an unlisted tier has no cost, except in the standard tier. */
  readonly serviceTiers?: Readonly<Record<string, number>>;
}

/** Prices by `model` or `provider/model`, or by a prefix with `*` at the end; `provider` as in `gen_ai.provider.name`. */
export type Prices = Readonly<Record<string, ModelPrices>>;

/** The cost that an answer reports, in USD. `input` and `output` are the costs of the tokens, if the answer has both. */
export interface ReportedCost {
  readonly total: number;
  readonly input?: number | undefined;
  readonly output?: number | undefined;
}

/** Cost of a call, in USD. */
export interface Cost {
  readonly total: number;
  /** Cost of the input tokens; absent if only the total is known. */
  readonly input?: number | undefined;
  /** Cost of the output tokens; absent if only the total is known. */
  readonly output?: number | undefined;
  /** The matching price entry: `openai/gpt-4o-mini`, or a key of the user's prices; `reported` if the answer reported the cost. */
  readonly model: string;
}
