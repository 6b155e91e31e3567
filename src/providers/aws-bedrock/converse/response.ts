/** Answers of `Converse`, and of Nova in `InvokeModel`, as facts. */
import type { ResponseFacts, UsageFacts } from '../../../facts/call.ts';
import { finishReason } from '../../reading/finish-reasons.ts';
import { sentUsage } from '../../reading/sent-usage.ts';
import { asArray, asCount, asObject, asString } from '../../reading/unknown-values.ts';

/** Token counts: `inputTokens` leaves out the tokens that were read from the cache and written to it. */
export function converseUsage(value: unknown): UsageFacts | undefined {
  const usage = asObject(value);
  if (usage === undefined) return undefined;
  const fresh = asCount(usage.inputTokens);
  // Nova in InvokeModel has names of its own.
  const cacheRead = asCount(usage.cacheReadInputTokens) ?? asCount(usage.cacheReadInputTokenCount);
  const cacheWrite = asCount(usage.cacheWriteInputTokens) ?? asCount(usage.cacheWriteInputTokenCount);
  return sentUsage({
    input: fresh === undefined ? undefined : fresh + (cacheRead ?? 0) + (cacheWrite ?? 0),
    output: asCount(usage.outputTokens),
    cacheRead,
    cacheWrite,
    cacheWrite1h: writtenForAnHour(usage.cacheDetails),
  });
}

function writtenForAnHour(details: unknown): number | undefined {
  const hour = (asArray(details) ?? []).map(asObject).find((detail) => detail?.ttl === '1h');
  return asCount(hour?.inputTokens);
}

/** The answer of `Converse`. It has neither an id nor the name of a model. */
export function converseFacts(value: unknown): ResponseFacts {
  const body = asObject(value) ?? {};
  const output = asObject(body.output);
  return {
    // An empty body is an answer for the SDK, without anything in it.
    finishReasons: body.stopReason === undefined && output === undefined ? undefined : [finishReason(body.stopReason)],
    usage: converseUsage(body.usage),
    toolCalls: toolIds(asObject(output?.message)?.content),
    tier: asString(asObject(body.serviceTier)?.type),
  };
}

function toolIds(content: unknown): string[] | undefined {
  const ids = (asArray(content) ?? []).flatMap((block) => {
    const id = asString(asObject(asObject(block)?.toolUse)?.toolUseId);
    return id === undefined ? [] : [id];
  });
  return ids.length === 0 ? undefined : ids;
}
