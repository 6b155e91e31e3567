/** What the Anthropic API answers, as facts. */
import type { Attributes } from '@opentelemetry/api';
import type { ResponseFacts, UsageFacts } from '../../facts/call.ts';
import { finishReason } from '../reading/finish-reasons.ts';
import { idsOf } from '../reading/tool-call-ids.ts';
import { asArray, asCount, asObject, asString } from '../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Counts that the registry has no name for, by their place in `usage`: named as the SDK's own tracing names them. */
const OWN_COUNTS = {
  cache_creation: ['ephemeral_5m_input_tokens', 'ephemeral_1h_input_tokens'],
  server_tool_use: ['web_search_requests', 'web_fetch_requests'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** All tokens that went in: `input_tokens` leaves out what was read from and written to the cache. */
function inputTokens(usage: Fields): number | undefined {
  const fresh = asCount(usage.input_tokens);
  if (fresh === undefined) return undefined;
  return fresh + (asCount(usage.cache_read_input_tokens) ?? 0) + (asCount(usage.cache_creation_input_tokens) ?? 0);
}

/** `usage` of a message. */
export function anthropicUsageFacts(value: unknown): UsageFacts | undefined {
  const usage = asObject(value);
  if (usage === undefined) return undefined;
  return {
    input: inputTokens(usage),
    output: asCount(usage.output_tokens),
    cacheRead: asCount(usage.cache_read_input_tokens),
    cacheWrite: asCount(usage.cache_creation_input_tokens),
    cacheWrite1h: asCount(asObject(usage.cache_creation)?.ephemeral_1h_input_tokens),
    reasoning: asCount(asObject(usage.output_tokens_details)?.thinking_tokens),
  };
}

/** How the message was served. Both fast mode and other models' work in the iterations have prices of their own. */
export function servedAs(value: unknown): Pick<ResponseFacts, 'tier' | 'region'> {
  const usage = asObject(value);
  const foreign = asArray(usage?.iterations)?.some((entry) => asObject(entry)?.type !== 'message') === true;
  return {
    tier: foreign ? 'iterations' : usage?.speed === 'fast' ? 'fast' : asString(usage?.service_tier),
    region: asString(usage?.inference_geo),
  };
}

/** What `usage` and the stop reason say beyond the registry. */
export function ownAttributes(value: unknown, stopReason: unknown): Attributes {
  const attributes: Attributes = {};
  const usage = asObject(value);
  if (usage !== undefined) {
    addCounts(attributes, usage, 'cache_creation');
    addCounts(attributes, usage, 'server_tool_use');
    const tier = asString(usage.service_tier);
    if (tier !== undefined) attributes['anthropic.response.service_tier'] = tier;
    addCompactions(attributes, asArray(usage.iterations));
  }
  const reason = asString(stopReason);
  if (reason !== undefined) attributes['anthropic.message.stop_reason'] = reason;
  return attributes;
}

function addCounts(attributes: Attributes, usage: Fields, group: keyof typeof OWN_COUNTS): void {
  const counts = asObject(usage[group]);
  if (counts === undefined) return;
  for (const field of OWN_COUNTS[group]) {
    const value = asCount(counts[field]);
    if (value !== undefined) attributes[`anthropic.usage.${group}.${field}`] = value;
  }
}

/** The counts of the message leave out what its compactions used; only the iterations have it. */
function addCompactions(attributes: Attributes, iterations: readonly unknown[] | undefined): void {
  let [input, output] = [0, 0];
  let any = false;
  for (const entry of iterations ?? []) {
    const iteration = asObject(entry);
    if (iteration?.type !== 'compaction') continue;
    any = true;
    input += inputTokens(iteration) ?? 0;
    output += asCount(iteration.output_tokens) ?? 0;
  }
  if (!any) return;
  attributes['anthropic.usage.compaction.input_tokens'] = input;
  attributes['anthropic.usage.compaction.output_tokens'] = output;
}

/** A message. */
export function messageFacts(value: unknown): ResponseFacts {
  const body = asObject(value) ?? {};
  return {
    id: asString(body.id),
    model: asString(body.model),
    finishReasons: 'stop_reason' in body ? [finishReason(body.stop_reason)] : undefined,
    usage: anthropicUsageFacts(body.usage),
    toolCalls: idsOf(body.content, 'id', 'tool_use'),
    ...servedAs(body.usage),
    attributes: ownAttributes(body.usage, body.stop_reason),
  };
}

/** A legacy completion: it has no usage. */
export function completionFacts(value: unknown): ResponseFacts {
  return messageFacts(value);
}
