/** Requests made anew from what a span holds. What was not captured, media above all, is named by a mark. */
import {
  OPENAI_API_TYPE,
  OPERATION_NAME,
  REQUEST_FREQUENCY_PENALTY,
  REQUEST_MAX_TOKENS,
  REQUEST_MODEL,
  REQUEST_PRESENCE_PENALTY,
  REQUEST_SEED,
  REQUEST_STOP_SEQUENCES,
  REQUEST_STREAM,
  REQUEST_TEMPERATURE,
  REQUEST_TOP_K,
  REQUEST_TOP_P,
  SYSTEM_INSTRUCTIONS,
} from '../../../facts/semconv.ts';
import {
  mediaMark,
  objectsOf,
  plainText,
  type ReadMessage,
  resultOf,
  structureOf,
} from '../../../pipeline/exporters/tree/spans/read-messages.ts';
import type { Fields } from '../../../viewer/page-data.ts';
import { inputOf } from '../store/content-of.ts';

/** Path and body of a request. */
export interface CopiedRequest {
  readonly path: string;
  readonly body: object;
}

/** Parameters of the body by attributes; absent attributes stay absent. */
const parameters = (attributes: Fields, names: Readonly<Record<string, string>>): object =>
  Object.fromEntries(
    Object.entries(names).flatMap(([name, attribute]) =>
      attributes[attribute] === undefined ? [] : [[name, attributes[attribute]]],
    ),
  );

const OPENAI_PARAMETERS = {
  model: REQUEST_MODEL,
  temperature: REQUEST_TEMPERATURE,
  top_p: REQUEST_TOP_P,
  frequency_penalty: REQUEST_FREQUENCY_PENALTY,
  presence_penalty: REQUEST_PRESENCE_PENALTY,
  seed: REQUEST_SEED,
  stop: REQUEST_STOP_SEQUENCES,
  stream: REQUEST_STREAM,
} as const;

const systemTextOf = (attributes: Fields): string =>
  objectsOf(structureOf(attributes[SYSTEM_INSTRUCTIONS]))
    .map(({ content }) => plainText(content))
    .join('\n');

/** The text of a message; a part of another kind is named by a mark. */
const textOfParts = (parts: readonly Fields[]): string =>
  parts.map((part) => (part.type === 'text' ? plainText(part.content) : mediaMark(part))).join('\n');

const isCall = ({ type }: Fields): boolean => type === 'tool_call';
const isResult = ({ type }: Fields): boolean => type === 'tool_call_response';
const isSaid = (part: Fields): boolean => !isCall(part) && !isResult(part) && part.type !== 'reasoning';

/** A request to `chat/completions`, `responses`, `completions` or `embeddings`. */
export function openAiRequest(attributes: Fields): CopiedRequest {
  const common = parameters(attributes, OPENAI_PARAMETERS);
  const limit = attributes[REQUEST_MAX_TOKENS];
  const system = systemTextOf(attributes);
  if (attributes[OPERATION_NAME] === 'embeddings')
    return {
      path: '/v1/embeddings',
      body: { ...common, input: inputOf(attributes).map(({ parts }) => textOfParts(parts)) },
    };
  if (attributes[OPERATION_NAME] === 'text_completion') {
    const prompt = inputOf(attributes)
      .map(({ parts }) => textOfParts(parts))
      .join('\n');
    return { path: '/v1/completions', body: { ...common, ...(limit !== undefined && { max_tokens: limit }), prompt } };
  }
  if (attributes[OPENAI_API_TYPE] === 'responses')
    return {
      path: '/v1/responses',
      body: {
        ...common,
        ...(limit !== undefined && { max_output_tokens: limit }),
        ...(system !== '' && { instructions: system }),
        input: inputOf(attributes).flatMap(responsesItems),
      },
    };
  return {
    path: '/v1/chat/completions',
    body: {
      ...common,
      ...(limit !== undefined && { max_completion_tokens: limit }),
      messages: [
        ...(system === '' ? [] : [{ role: 'system', content: system }]),
        ...inputOf(attributes).flatMap(chatMessages),
      ],
    },
  };
}

function chatMessages({ role, parts }: ReadMessage): object[] {
  const calls = parts.filter(isCall).map(({ id, name, arguments: args }) => ({
    id,
    type: 'function',
    function: { name, arguments: plainText(args) },
  }));
  const said = parts.filter(isSaid);
  const results = parts.filter(isResult).map((part) => ({
    role: 'tool',
    tool_call_id: part.id,
    content: plainText(resultOf(part)),
  }));
  if (said.length === 0 && calls.length === 0) return results;
  const content = said.length === 0 ? null : textOfParts(said);
  return [{ role, content, ...(calls.length > 0 && { tool_calls: calls }) }, ...results];
}

function responsesItems({ role, parts }: ReadMessage): object[] {
  const said = parts.filter(isSaid);
  return [
    ...(said.length === 0 ? [] : [{ role, content: textOfParts(said) }]),
    ...parts.filter(isCall).map(({ id, name, arguments: args }) => ({
      type: 'function_call',
      call_id: id,
      name,
      arguments: plainText(args),
    })),
    ...parts.filter(isResult).map((part) => ({
      type: 'function_call_output',
      call_id: part.id,
      output: plainText(resultOf(part)),
    })),
  ];
}

/** A request to `/v1/messages`, which has to name a limit. */
export function anthropicRequest(attributes: Fields): CopiedRequest {
  const system = systemTextOf(attributes);
  const body = {
    ...parameters(attributes, {
      model: REQUEST_MODEL,
      temperature: REQUEST_TEMPERATURE,
      top_p: REQUEST_TOP_P,
      top_k: REQUEST_TOP_K,
      stop_sequences: REQUEST_STOP_SEQUENCES,
      stream: REQUEST_STREAM,
    }),
    max_tokens: attributes[REQUEST_MAX_TOKENS] ?? 1024,
    ...(system !== '' && { system }),
    messages: inputOf(attributes).map(({ role, parts }) => ({
      role: role === 'tool' ? 'user' : role,
      content: parts.flatMap(anthropicBlock),
    })),
  };
  return { path: '/v1/messages', body };
}

function anthropicBlock(part: Fields): object[] {
  if (part.type === 'reasoning') return [];
  if (isCall(part))
    return [{ type: 'tool_use', id: part.id, name: part.name, input: structureOf(part.arguments) ?? {} }];
  if (isResult(part)) return [{ type: 'tool_result', tool_use_id: part.id, content: plainText(resultOf(part)) }];
  return [{ type: 'text', text: textOfParts([part]) }];
}

const GEMINI_PARAMETERS = {
  temperature: REQUEST_TEMPERATURE,
  topP: REQUEST_TOP_P,
  topK: REQUEST_TOP_K,
  maxOutputTokens: REQUEST_MAX_TOKENS,
  stopSequences: REQUEST_STOP_SEQUENCES,
  seed: REQUEST_SEED,
} as const;

/** A request to `generateContent`. */
export function geminiRequest(attributes: Fields): CopiedRequest {
  const system = systemTextOf(attributes);
  const config = parameters(attributes, GEMINI_PARAMETERS);
  const model = encodeURIComponent(String(attributes[REQUEST_MODEL] ?? '')).replace(/^models%2F/, '');
  const method = attributes[REQUEST_STREAM] === true ? 'streamGenerateContent?alt=sse' : 'generateContent';
  return {
    path: `/v1beta/models/${model}:${method}`,
    body: {
      ...(system !== '' && { systemInstruction: { parts: [{ text: system }] } }),
      contents: inputOf(attributes).map(({ role, parts }) => ({
        role: role === 'assistant' || role === 'model' ? 'model' : 'user',
        parts: parts.flatMap(geminiPart),
      })),
      ...(Object.keys(config).length > 0 && { generationConfig: config }),
    },
  };
}

function geminiPart(part: Fields): object[] {
  if (part.type === 'reasoning') return [];
  if (isCall(part)) return [{ functionCall: { name: part.name, args: structureOf(part.arguments) ?? {} } }];
  if (isResult(part))
    return [{ functionResponse: { name: part.name ?? part.id, response: { output: resultOf(part) } } }];
  return [{ text: textOfParts([part]) }];
}
