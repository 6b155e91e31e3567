/** Prices of one model, and the cost of a call's tokens by these prices. */
import type { ModelPrices, ReportedCost } from '../facts/prices.ts';

/** USD per million tokens, or `[base, above, price, ...]`: with more than `above` input tokens all tokens cost `price`. */
export type Rate = number | readonly number[];

/**
 * Rates of one model by kind of token. A kind without a rate is charged at the rate of its parent kind (`cacheRead`:
 * `input`).
 */
export type Rates = { readonly [Kind in Exclude<keyof ModelPrices, 'serviceTiers'>]?: Rate | undefined };

type Counts = Readonly<Partial<Record<'text' | 'image' | 'audio', number | undefined>>>;

/** Token counts: all input (cached included), all output (reasoning included), and the known parts of input and output. */
export interface Usage {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  /** The provider's sum of all tokens: shows tokens that the provider leaves out of the output. */
  readonly total?: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  /** The part of `cacheWrite` for an hour. */
  readonly cacheWrite1h?: number | undefined;
  readonly reasoning?: number | undefined;
  readonly inputBy?: Counts | undefined;
  readonly outputBy?: Counts | undefined;
  readonly cacheReadBy?: Counts | undefined;
  readonly charged?: ReportedCost | undefined;
}

/** Cost of input and output in USD. */
export interface Charge {
  readonly input: number;
  readonly output: number;
}

/** Differences between providers in counting and pricing. */
export interface Habits {
  /** `true`: audio without a price is charged as text. `false`: the price of such audio is unknown. */
  readonly audioAsText: boolean;
  /** If the sum is greater than input and output, the difference is hidden output (thoughts). */
  readonly hiddenOutput: boolean;
}

/** The price for an input of `input` tokens. */
function rateAt(rate: Rate, input: number): number {
  if (typeof rate === 'number') return rate;
  let price = rate[0] ?? 0;
  for (let i = 1; i < rate.length; i += 2) if (input > (rate[i] as number)) price = rate[i + 1] as number;
  return price;
}

/** True if the model has a long-context price and `tokens` reach the limit. */
export function isLongContext({ input }: Rates, tokens: number): boolean {
  return typeof input !== 'number' && input !== undefined && tokens > (input[1] ?? Number.POSITIVE_INFINITY);
}

const MILLION = 1_000_000;

/** The cost of the tokens; undefined if a needed count or price is missing or makes no sense. */
export function chargeOf(usage: Usage, rates: Rates, habits: Habits): Charge | undefined {
  const { input } = usage;
  const output = billedOutput(usage, rates, habits);
  if (input === undefined || output === undefined || !(input >= 0) || !(output >= 0)) return undefined;
  if (input + output === 0) return undefined; // a placeholder: no call is free of tokens
  const spentIn = inputCost(usage, input, rates, habits);
  const spentOut = outputCost(usage, output, input, rates, habits);
  if (!(spentIn >= 0 && spentOut >= 0 && spentIn + spentOut < Number.POSITIVE_INFINITY)) return undefined;
  return { input: spentIn / MILLION, output: spentOut / MILLION };
}

/**
 * xAI and Gemini's OpenAI-compatible API leave reasoning out of the output count: only the sum of all tokens includes
 * reasoning.
 */
function billedOutput(usage: Usage, rates: Rates, habits: Habits): number | undefined {
  const { input, total, reasoning } = usage;
  const output = usage.output ?? (rates.output === undefined ? 0 : undefined);
  if (output === undefined || input === undefined || total === undefined) return output;
  const uncounted = total - input - output;
  if (uncounted === 0) return output;
  return uncounted > 0 && (uncounted === reasoning || habits.hiddenOutput) ? output + uncounted : undefined;
}

/** Cost of the input in millionths of a dollar; NaN if the cost is not certain. */
function inputCost(usage: Usage, all: number, rates: Rates, habits: Habits): number {
  const { input } = rates;
  if (input === undefined) return Number.NaN;
  const { cacheRead: read = 0, cacheWrite: written = 0, cacheWrite1h: hour = 0, inputBy } = usage;
  const fresh = all - read - written;
  if (!(fresh >= 0 && read >= 0 && hour >= 0 && written >= hour)) return Number.NaN;
  let spent = fresh * rateAt(input, all) + read * rateAt(rates.cacheRead ?? input, all);
  if (written > 0) spent += writeCost(written, hour, all, input, rates);
  if (inputBy === undefined) return spent;
  const { audio = 0, image = 0 } = inputBy;
  if (audio > 0 && rates.inputAudio === undefined && !habits.audioAsText) return Number.NaN;
  if (!(audio + image <= all)) return Number.NaN;
  if (audio !== 0) spent += surcharge('audio', audio, all, usage, rates);
  if (image !== 0) spent += surcharge('image', image, all, usage, rates);
  return spent;
}

/** Cost of tokens written to the cache, for five minutes or for an hour. */
function writeCost(written: number, hour: number, all: number, input: Rate, rates: Rates): number {
  const short = (written - hour) * rateAt(rates.cacheWrite ?? input, all);
  if (hour === 0) return short;
  const hourly = rates.cacheWrite1h ?? (rates.cacheWrite === undefined ? input : undefined);
  return hourly === undefined ? Number.NaN : short + hour * rateAt(hourly, all);
}

/** Names of the rates for input that is no text. */
const MODALITY_RATES = {
  audio: { input: 'inputAudio', cacheRead: 'cacheReadAudio' },
  image: { input: 'inputImage', cacheRead: 'cacheReadImage' },
} as const satisfies Record<string, { readonly input: keyof Rates; readonly cacheRead: keyof Rates }>;

/** The difference between the cost of `tokens` of a modality and the cost of as many text tokens. */
function surcharge(
  modality: keyof typeof MODALITY_RATES,
  tokens: number,
  all: number,
  usage: Usage,
  rates: Rates,
): number {
  const rate = rates[MODALITY_RATES[modality].input];
  if (rate === undefined) return 0;
  const { cacheRead: read = 0, cacheReadBy } = usage;
  const text = rates.input as Rate;
  // Without a price for cached tokens all input costs the same.
  if (read === 0 || rates.cacheRead === undefined) return tokens * (rateAt(rate, all) - rateAt(text, all));
  // Without the number of cached tokens of this modality, the price of the cached tokens is unknown.
  if (cacheReadBy === undefined) return Number.NaN;
  const cached = cacheReadBy[modality] ?? 0;
  if (!(cached >= 0 && cached <= tokens && cached <= read && tokens - cached <= all - read)) return Number.NaN;
  const more = (tokens - cached) * (rateAt(rate, all) - rateAt(text, all));
  const cachedRate = rates[MODALITY_RATES[modality].cacheRead] ?? rates.cacheRead;
  return more + cached * (rateAt(cachedRate, all) - rateAt(rates.cacheRead, all));
}

/** Cost of the output in millionths of a dollar; NaN if the cost is not certain. */
function outputCost(usage: Usage, all: number, input: number, rates: Rates, habits: Habits): number {
  const { output, outputAudio, outputImage } = rates;
  if (output === undefined) return all === 0 ? 0 : Number.NaN;
  if (!isOutputSplitKnown(usage, all, rates, habits)) return Number.NaN;
  const { reasoning, outputBy } = usage;
  const text =
    all -
    tokensApart(reasoning, rates.reasoning) -
    tokensApart(outputBy?.audio, outputAudio) -
    tokensApart(outputBy?.image, outputImage);
  if (!(text >= 0)) return Number.NaN;
  const spentApart =
    costApart(reasoning, rates.reasoning, input) +
    costApart(outputBy?.audio, outputAudio, input) +
    costApart(outputBy?.image, outputImage, input);
  return spentApart + text * rateAt(output, input);
}

/** Tokens with a separate price: without a rate of their kind, tokens are charged as text. */
function tokensApart(tokens: number | undefined, rate: Rate | undefined): number {
  return rate === undefined ? 0 : (tokens ?? 0);
}

function costApart(tokens: number | undefined, rate: Rate | undefined, input: number): number {
  return rate === undefined ? 0 : (tokens ?? 0) * rateAt(rate, input);
}

/** True if the counts tell how much of the output has a separate price. */
function isOutputSplitKnown(
  { outputBy, reasoning = 0 }: Usage,
  all: number,
  { outputAudio, outputImage }: Rates,
  habits: Habits,
): boolean {
  if (!(reasoning >= 0 && reasoning <= all)) return false;
  // The model can answer in another modality, and the answer does not tell how many tokens of each modality were used.
  if (outputBy === undefined && all > 0 && (outputAudio !== undefined || outputImage !== undefined)) return false;
  return !((outputBy?.audio ?? 0) > 0 && outputAudio === undefined && !habits.audioAsText);
}
