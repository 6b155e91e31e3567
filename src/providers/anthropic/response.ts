/** Response attributes that Anthropic alone has. */
import type { Attributes } from '@opentelemetry/api';
import type { ResponseFacts } from '../../facts/call.ts';
import * as format from '../formats/anthropic-messages/response.ts';
import { inputTokens } from '../formats/anthropic-messages/usage.ts';
import { asArray, asCount, asObject, asString } from '../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Counts without a name in the registry, by place in `usage`. The SDK's own tracing uses the same names. */
const COUNTS = {
  cache_creation: ['ephemeral_5m_input_tokens', 'ephemeral_1h_input_tokens'],
  server_tool_use: ['web_search_requests', 'web_fetch_requests'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Attributes of `usage` and of the stop reason without a name in the registry. */
export function anthropicAttributes(value: unknown, stopReason: unknown): Attributes {
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

function addCounts(attributes: Attributes, usage: Fields, group: keyof typeof COUNTS): void {
  const counts = asObject(usage[group]);
  if (counts === undefined) return;
  for (const field of COUNTS[group]) {
    const value = asCount(counts[field]);
    if (value !== undefined) attributes[`anthropic.usage.${group}.${field}`] = value;
  }
}

/** The counts of a message leave out tokens of compactions; only the iterations hold the tokens of compactions. */
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

/** The answer of `messages.create`. */
export function messageFacts(value: unknown): ResponseFacts {
  return format.messageFacts(value, anthropicAttributes);
}

/** A legacy completion: the fields are those of a message, without usage. */
export function completionFacts(value: unknown): ResponseFacts {
  return messageFacts(value);
}
