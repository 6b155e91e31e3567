/** Prices and what a call's tokens cost by them. */
import type { ModelPrices, ReportedCost } from '../facts/prices.ts';

/** USD per million tokens, or `[base, above, price, ...]`: with more than `above` input tokens all tokens cost `price`. */
export type Rate = number | readonly number[];

/** What one model's tokens cost, by kind. What has no rate of its own costs what the kind above it costs. */
export type Rates = { readonly [Kind in Exclude<keyof ModelPrices, 'serviceTiers'>]?: Rate | undefined };

type Counts = Readonly<Partial<Record<'text' | 'image' | 'audio', number | undefined>>>;

/** Token counts: all input (cached included) and all output (reasoning included), and what is known of their parts. */
export interface Usage {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  /** The provider's own sum: shows what it counts beside the output. */
  readonly total?: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  /** The part of `cacheWrite` that is kept for an hour. */
  readonly cacheWrite1h?: number | undefined;
  readonly reasoning?: number | undefined;
  readonly inputBy?: Counts | undefined;
  readonly outputBy?: Counts | undefined;
  readonly cacheReadBy?: Counts | undefined;
  readonly charged?: ReportedCost | undefined;
}

/** USD. */
export interface Charge {
  readonly input: number;
  readonly output: number;
}

/** How a provider counts and prices, where providers differ. */
export interface Habits {
  /** Audio without a price of its own costs what text costs; elsewhere its price is unknown then. */
  readonly audioAsText: boolean;
  /** A sum greater than its parts is output that is not shown (thoughts). */
  readonly hiddenOutput: boolean;
}

/** The price at this size of the input. */
function at(rate: Rate, input: number): number {
  if (typeof rate === 'number') return rate;
  let price = rate[0] ?? 0;
  for (let i = 1; i < rate.length; i += 2) if (input > (rate[i] as number)) price = rate[i + 1] as number;
  return price;
}

/** Has this model a long-context price, and was it reached? */
export function isLongContext({ input }: Rates, tokens: number): boolean {
  return typeof input !== 'number' && input !== undefined && tokens > (input[1] ?? Number.POSITIVE_INFINITY);
}

const MILLION = 1_000_000;

/** What the tokens cost, or `undefined` where a count or a price that matters is missing or makes no sense. */
export function charge(usage: Usage, rates: Rates, habits: Habits): Charge | undefined {
  const { input } = usage;
  const output = billedOutput(usage, rates, habits);
  if (input === undefined || output === undefined || !(input >= 0) || !(output >= 0)) return undefined;
  if (input + output === 0) return undefined; // a placeholder: no call is free of tokens
  const spentIn = inputCost(usage, input, rates, habits);
  const spentOut = outputCost(usage, output, input, rates, habits);
  if (!(spentIn >= 0 && spentOut >= 0 && spentIn + spentOut < Number.POSITIVE_INFINITY)) return undefined;
  return { input: spentIn / MILLION, output: spentOut / MILLION };
}

/** xAI and Gemini's OpenAI-compatible API count reasoning beside the output: only their sum shows it. */
function billedOutput(usage: Usage, rates: Rates, habits: Habits): number | undefined {
  const { input, total, reasoning } = usage;
  const output = usage.output ?? (rates.output === undefined ? 0 : undefined);
  if (output === undefined || input === undefined || total === undefined) return output;
  const beside = total - input - output;
  if (beside === 0) return output;
  return beside > 0 && (beside === reasoning || habits.hiddenOutput) ? output + beside : undefined;
}

/** Cost of the input in millionths of a dollar; NaN if it cannot be told. */
function inputCost(usage: Usage, all: number, rates: Rates, habits: Habits): number {
  const { input } = rates;
  if (input === undefined) return Number.NaN;
  const { cacheRead: read = 0, cacheWrite: written = 0, cacheWrite1h: hour = 0, inputBy } = usage;
  const fresh = all - read - written;
  if (!(fresh >= 0 && read >= 0 && hour >= 0 && written >= hour)) return Number.NaN;
  let spent = fresh * at(input, all) + read * at(rates.cacheRead ?? input, all);
  if (written > 0) spent += writeCost(written, hour, all, input, rates);
  if (inputBy === undefined) return spent;
  const { audio = 0, image = 0 } = inputBy;
  if (audio > 0 && rates.inputAudio === undefined && !habits.audioAsText) return Number.NaN;
  if (!(audio + image <= all)) return Number.NaN;
  if (audio !== 0) spent += surcharge(usage, 'audio', audio, all, rates, rates.inputAudio, rates.cacheReadAudio);
  if (image !== 0) spent += surcharge(usage, 'image', image, all, rates, rates.inputImage, rates.cacheReadImage);
  return spent;
}

/** Tokens written to the cache, for five minutes or for an hour. */
function writeCost(written: number, hour: number, all: number, input: Rate, rates: Rates): number {
  const short = (written - hour) * at(rates.cacheWrite ?? input, all);
  if (hour === 0) return short;
  const hourly = rates.cacheWrite1h ?? (rates.cacheWrite === undefined ? input : undefined);
  return hourly === undefined ? Number.NaN : short + hour * at(hourly, all);
}

/** What `tokens` of a modality cost more than they would as text. */
function surcharge(
  usage: Usage,
  modality: 'audio' | 'image',
  tokens: number,
  all: number,
  rates: Rates,
  own: Rate | undefined,
  ownRead: Rate | undefined,
): number {
  if (own === undefined) return 0;
  const { cacheRead: read = 0, cacheReadBy } = usage;
  const text = rates.input as Rate;
  // Cached tokens without a price of their own are input like any other.
  if (read === 0 || rates.cacheRead === undefined) return tokens * (at(own, all) - at(text, all));
  // Which of the cached tokens are of this modality? Without that count the price could be either.
  if (cacheReadBy === undefined) return Number.NaN;
  const cached = cacheReadBy[modality] ?? 0;
  if (!(cached >= 0 && cached <= tokens && cached <= read && tokens - cached <= all - read)) return Number.NaN;
  const more = (tokens - cached) * (at(own, all) - at(text, all));
  return more + cached * (at(ownRead ?? rates.cacheRead, all) - at(rates.cacheRead, all));
}

/** Cost of the output in millionths of a dollar; NaN if it cannot be told. */
function outputCost(usage: Usage, all: number, input: number, rates: Rates, habits: Habits): number {
  const { output, outputAudio, outputImage } = rates;
  if (output === undefined) return all === 0 ? 0 : Number.NaN;
  const { outputBy, reasoning = 0 } = usage;
  if (!(reasoning >= 0 && reasoning <= all)) return Number.NaN;
  // A model that can answer in another modality, and no word of how it answered.
  if (outputBy === undefined && all > 0 && (outputAudio !== undefined || outputImage !== undefined)) return Number.NaN;
  const audio = outputBy?.audio ?? 0;
  const image = outputBy?.image ?? 0;
  if (audio > 0 && outputAudio === undefined && !habits.audioAsText) return Number.NaN;
  let rest = all;
  let spent = 0;
  if (rates.reasoning !== undefined) {
    spent += reasoning * at(rates.reasoning, input);
    rest -= reasoning;
  }
  if (outputAudio !== undefined) {
    spent += audio * at(outputAudio, input);
    rest -= audio;
  }
  if (outputImage !== undefined) {
    spent += image * at(outputImage, input);
    rest -= image;
  }
  return rest >= 0 ? spent + rest * at(output, input) : Number.NaN;
}
