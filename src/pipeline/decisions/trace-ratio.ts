/**
 * Shares of traces by trace id, as OpenTelemetry's consistent probability sampling has shares: the last 56 bits of a trace id are
 * random, and a trace is kept if the random value is at least the threshold. Both are 14 digits of lower-case hexadecimal, which
 * compare as texts like as numbers.
 */
const DIGITS = 14;
const ALL = 2 ** 56;

/** The threshold of a share from 0 to 1; undefined for a share that keeps nothing. */
export function thresholdOf(ratio: number): string | undefined {
  const threshold = BigInt(Math.round((1 - ratio) * ALL));
  return threshold >= BigInt(ALL) ? undefined : threshold.toString(16).padStart(DIGITS, '0');
}

/** The random value of a trace. */
export const randomnessOf = (traceId: string): string => traceId.slice(-DIGITS).toLowerCase();

/** Whether a trace belongs to the share of `threshold`. */
export const isKept = (traceId: string, threshold: string | undefined): boolean =>
  threshold !== undefined && randomnessOf(traceId) >= threshold;
