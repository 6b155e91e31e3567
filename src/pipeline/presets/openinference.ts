import type { AttributeValue } from '@opentelemetry/api';
import {
  CONVERSATION_ID,
  PROVIDER_NAME,
  TOOL_CALL_ARGUMENTS,
  TOOL_CALL_ID,
  TOOL_CALL_RESULT,
  TOOL_NAME,
  USAGE_COST,
  USAGE_COST_INPUT,
  USAGE_COST_OUTPUT,
} from '../../facts/semconv.ts';
import { plainText, type ReadMessage, structureOf } from '../exporters/tree/spans/read-messages.ts';
import { imageUrlOf, readableInput, readableOutput, splitResults, textOfPart, toolCallsOf } from './chat-messages.ts';
import { changed, type Found, inJson } from './found.ts';
import type { GenAiSpan } from './gen-ai-span.ts';
import type { Preset } from './preset.ts';

const KINDS = {
  chat: 'LLM',
  text_completion: 'LLM',
  generate_content: 'LLM',
  embeddings: 'EMBEDDING',
  retrieval: 'RETRIEVER',
  execute_tool: 'TOOL',
  invoke_agent: 'AGENT',
  create_agent: 'AGENT',
  plan: 'AGENT',
  moderation: 'GUARDRAIL',
  rerank: 'RERANKER',
} as const;

/** Names of OpenInference for providers, and for the system where a provider has a system of another name. */
const PROVIDERS: Readonly<Record<string, readonly [provider: string, system?: string]>> = {
  mistral_ai: ['mistralai'],
  x_ai: ['xai'],
  'azure.ai.openai': ['azure', 'openai'],
  'azure.ai.inference': ['azure'],
  'aws.bedrock': ['aws'],
  'gcp.vertex_ai': ['google', 'vertexai'],
  'gcp.gemini': ['google'],
  'gcp.gen_ai': ['google'],
};

type Numbered = readonly (readonly [name: string, found: Found<string>])[];
type Attributes = Record<string, Found<AttributeValue> | undefined>;

/** OpenInference: Phoenix and Arize. */
export const openinference: Preset = {
  attributes: (span) => ({
    'openinference.span.kind': span.kind(KINDS, 'CHAIN'),
    ...modelAttributes(span),
    ...usageAttributes(span),
    ...(span.operation === 'execute_tool' ? toolAttributes(span) : valueAttributes(span)),
    'session.id': span.text(CONVERSATION_ID),
  }),
  numbered: (span) => [
    ...numberedMessages('llm.input_messages', span.input),
    ...numberedMessages('llm.output_messages', span.output),
    ...toolSchemas(span),
  ],
};

function modelAttributes(span: GenAiSpan): Attributes {
  const provider = span.text(PROVIDER_NAME);
  const names = (name: string): readonly [provider: string, system?: string] =>
    Object.hasOwn(PROVIDERS, name) ? (PROVIDERS[name] as readonly [string]) : [name];
  return {
    'llm.provider': changed(provider, (name) => names(name)[0]),
    'llm.system': changed(provider, (name) => names(name)[1] ?? names(name)[0]),
    'llm.model_name': span.model,
    'llm.invocation_parameters': inJson(span.parameters),
  };
}

function usageAttributes(span: GenAiSpan): Attributes {
  const { input, output, cacheRead, cacheWrite, reasoning, total } = span.tokens;
  return {
    'llm.token_count.prompt': input,
    'llm.token_count.completion': output,
    'llm.token_count.total': total,
    'llm.token_count.prompt_details.cache_read': cacheRead,
    'llm.token_count.prompt_details.cache_write': cacheWrite,
    'llm.token_count.prompt_details.audio': span.number('gen_ai.usage.audio.input_tokens'),
    'llm.token_count.completion_details.reasoning': reasoning,
    'llm.token_count.completion_details.audio': span.number('gen_ai.usage.audio.output_tokens'),
    'llm.cost.total': span.number(USAGE_COST),
    'llm.cost.prompt': span.number(USAGE_COST_INPUT),
    'llm.cost.completion': span.number(USAGE_COST_OUTPUT),
  };
}

/** The question and the answer in words: lists and panels show nothing else. */
function valueAttributes(span: GenAiSpan): Attributes {
  const input = changed(span.input, readableInput);
  const output = changed(span.output, readableOutput);
  return {
    'input.value': input,
    'input.mime_type': changed(input, () => 'text/plain'),
    'output.value': output,
    'output.mime_type': changed(output, () => 'text/plain'),
  };
}

function toolAttributes(span: GenAiSpan): Attributes {
  const input = span.content(TOOL_CALL_ARGUMENTS);
  const output = span.content(TOOL_CALL_RESULT);
  return {
    'tool.name': span.text(TOOL_NAME),
    'tool.id': span.text(TOOL_CALL_ID),
    'tool.parameters': input,
    'input.value': input,
    'input.mime_type': changed(input, mimeTypeOf),
    'output.value': output,
    'output.mime_type': changed(output, mimeTypeOf),
  };
}

const mimeTypeOf = (text: string): string => {
  const value = structureOf(text);
  return typeof value === 'object' && value !== null ? 'application/json' : 'text/plain';
};

function toolSchemas({ tools }: GenAiSpan): Numbered {
  if (tools === undefined) return [];
  const schema = (tool: object): Found<string> => ({ value: JSON.stringify(tool), from: tools.from });
  return tools.value.map((tool, i) => [`llm.tools.${i}.tool.json_schema`, schema(tool)]);
}

/** Each message as a set of flat attributes. */
function numberedMessages(prefix: string, messages: Found<readonly ReadMessage[]> | undefined): Numbered {
  const flat: [string, Found<string>][] = [];
  if (messages === undefined) return flat;
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') flat.push([name, { value, from: messages.from }]);
  };
  for (const [i, message] of splitResults(messages.value).entries()) {
    const base = `${prefix}.${i}.message`;
    set(`${base}.role`, message.role);
    set(`${base}.name`, message.name);
    set(`${base}.tool_call_id`, message.result?.id);
    const parts = message.result === undefined ? message.parts : [{ type: 'text', content: message.result.text }];
    const contents = parts.filter(({ type }) => type !== 'tool_call');
    for (const [j, part] of contents.entries()) {
      const content = `${base}.contents.${j}.message_content`;
      const image = imageUrlOf(part);
      set(`${content}.type`, image !== undefined ? 'image' : part.type === 'reasoning' ? 'reasoning' : 'text');
      set(`${content}.text`, image === undefined ? textOfPart(part) : undefined);
      set(`${content}.image.image.url`, image);
    }
    for (const [k, call] of toolCallsOf(message).entries()) {
      const calls = `${base}.tool_calls.${k}.tool_call`;
      set(`${calls}.id`, call.id);
      set(`${calls}.function.name`, call.name);
      set(`${calls}.function.arguments`, plainText(call.arguments));
    }
  }
  return flat;
}
