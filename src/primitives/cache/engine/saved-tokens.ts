import { sharedConfig } from '../../../config/shared-config.ts';
import { costOf } from '../../../cost/index.ts';
import type { UsageFacts } from '../../../facts/call.ts';
import { reportedUsage } from '../../../providers/reading/reported-usage.ts';
import { asObject, asString } from '../../../providers/reading/unknown-values.ts';
import { readSafely } from '../../../runtime/guard.ts';
import type { JudgedAnswer } from '../../answers/answer-judge.ts';
import type { UsageReader } from '../../types.ts';

/** What an entry remembers of the paid call. */
export interface PaidCall {
  readonly operation: string;
  readonly provider: string;
  readonly requestModel?: string | undefined;
  readonly model?: string | undefined;
  readonly tier?: string | undefined;
  readonly region?: string | undefined;
  readonly usage?: UsageFacts | undefined;
}

/** The saving of one hit. */
export interface Saving {
  /** USD; `undefined` if the price is not known. */
  readonly cost: number | undefined;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly model: string | undefined;
}

/** Facts of a request that the price depends on. */
export interface PricedCall {
  readonly model?: string | undefined;
  /** `gen_ai.provider.name`, by the host; without, the provider of the format. */
  readonly provider?: string | undefined;
}

/**
 * The paid call of an answer; `value` is the result, or the list of chunks, and is only made for the option `usage`.
 * `undefined` if nothing is known.
 */
export function paidCallOf(
  { format, facts }: JudgedAnswer,
  call: PricedCall,
  reader: UsageReader | undefined,
  value: () => unknown,
): PaidCall | undefined {
  const reported = reader === undefined ? undefined : readSafely(() => asObject(reader(value())), undefined);
  const usage = reported === undefined ? facts?.usage : reportedUsage(reported);
  if (usage === undefined) return undefined;
  return {
    operation: format?.operation ?? 'chat',
    provider: call.provider ?? format?.provider ?? '_OTHER',
    requestModel: call.model,
    model: facts?.model,
    tier: facts?.tier,
    region: facts?.region,
    usage,
  };
}

/** What a hit on the entry of `paid` has saved, by today's prices. */
export function savingOf(paid: PaidCall | undefined): Saving | undefined {
  if (paid?.usage === undefined) return undefined;
  const { operation, provider, requestModel, model, tier, region, usage } = paid;
  const cost = costOf({ operation, provider, model: requestModel }, { model, tier, region, usage }, sharedConfig());
  return {
    cost: cost?.total,
    inputTokens: usage.input,
    outputTokens: usage.output,
    model: model ?? requestModel,
  };
}

/** The model that a request names. */
export const modelOfRequest = (input: unknown): string | undefined =>
  readSafely(() => asString(asObject(Array.isArray(input) ? input[0] : input)?.model), undefined);
