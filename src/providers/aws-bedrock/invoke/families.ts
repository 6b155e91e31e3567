/** Answers in the forms of families without a format of their own: Titan, Llama, Mistral, Cohere, AI21, old Claude. */
import type { ResponseFacts, UsageFacts } from '../../../facts/call.ts';
import { finishReason } from '../../reading/finish-reasons.ts';
import { sentUsage } from '../../reading/sent-usage.ts';
import { asArray, asCount, asObject, asString } from '../../reading/unknown-values.ts';
import type { Body } from './body.ts';

/** Fields with a list of answers: Titan, Mistral, Cohere, AI21. */
const LISTS = ['results', 'outputs', 'generations', 'completions'] as const;

/** Reads a value of `body` or of one of its answers: the fields of all families, and no family has two. */
const reasonOf = (body: Body): unknown =>
  body.completionReason ??
  body.stop_reason ??
  body.stopReason ??
  body.finish_reason ??
  asObject(body.finishReason)?.reason ??
  body.finishReason;

/** The text of a body, of a chunk, or of one answer of a list. */
export function textOfFamily(body: Body): string | undefined {
  return (
    asString(body.generation) ??
    asString(body.outputText) ??
    asString(body.completion) ??
    asString(body.text) ??
    asString(asObject(body.data)?.text)
  );
}

/** The answers in a body: a list, or the body itself. */
export function answersOf(body: Body): readonly Body[] {
  for (const field of LISTS) {
    const list = asArray(body[field]);
    if (list !== undefined && list.length > 0) return list.map((entry) => asObject(entry) ?? {});
  }
  return [body];
}

/** Reasons that the answers of a body have; an answer without one has `undefined`. */
export function reasonsOf(body: Body): (string | undefined)[] {
  return answersOf(body).map((answer) => {
    const raw = reasonOf(answer) ?? (answer === body ? undefined : reasonOf(body));
    return typeof raw === 'string' && raw !== '' ? finishReason(raw) : undefined;
  });
}

/** Counts in a body, by the names of every family. */
export function usageOfFamily(body: Body): UsageFacts | undefined {
  const usage = asObject(body.usage) ?? {};
  return sentUsage({
    input:
      asCount(body.inputTextTokenCount) ??
      asCount(body.prompt_token_count) ??
      asCount(usage.input_tokens) ??
      asCount(usage.prompt_tokens),
    output:
      asCount(body.generation_token_count) ??
      asCount(body.totalOutputTextTokenCount) ??
      tokensOfResults(body.results) ??
      asCount(usage.output_tokens) ??
      asCount(usage.completion_tokens),
  });
}

function tokensOfResults(results: unknown): number | undefined {
  const counts = (asArray(results) ?? []).flatMap((result) => asCount(asObject(result)?.tokenCount) ?? []);
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}

/** A whole answer. */
export function familyFacts(body: Body): ResponseFacts {
  return { finishReasons: reasonsOf(body).map((reason) => reason ?? 'error'), usage: usageOfFamily(body) };
}

/** Counts that Bedrock adds to the last chunk of every stream. They leave out the cache, as `inputTokens` do. */
export function metricsUsage(value: unknown): UsageFacts | undefined {
  const metrics = asObject(value);
  const fresh = asCount(metrics?.inputTokenCount);
  if (metrics === undefined) return undefined;
  const cacheRead = asCount(metrics.cacheReadInputTokenCount);
  const cacheWrite = asCount(metrics.cacheWriteInputTokenCount);
  return sentUsage({
    input: fresh === undefined ? undefined : fresh + (cacheRead ?? 0) + (cacheWrite ?? 0),
    output: asCount(metrics.outputTokenCount),
    cacheRead,
    cacheWrite,
  });
}
