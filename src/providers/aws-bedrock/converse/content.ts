/** Prompts and answers of `Converse`, in the messages and parts of the conventions. */
import type { InputContent, Message, OutputMessage, Part, ToolDefinition } from '../../../facts/messages.ts';
import { definedFields, nonEmptyText, reasoning, unknownPart } from '../../reading/content-parts.ts';
import { finishReasonField } from '../../reading/finish-reasons.ts';
import { asArray, asObject, asString } from '../../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Readers by the field of a block. A block of an unknown kind becomes a generic part with all its fields. */
const BLOCKS: readonly (readonly [field: string, read: (value: unknown) => Part[]])[] = [
  ['text', nonEmptyText],
  ['reasoningContent', (value) => reasoning(asObject(asObject(value)?.reasoningText)?.text)],
  ['toolUse', toolCall],
  ['toolResult', toolResult],
  ['image', media('image')],
  ['document', media('document')],
  ['video', media('video')],
  ['audio', media('audio')],
  ['guardContent', (value) => nonEmptyText(asObject(asObject(value)?.text)?.text)],
  ['cachePoint', () => []],
];

/** Content of the input of the command, and of Nova's bodies. */
export function converseInput(input: Fields): InputContent {
  const system = (asArray(input.system) ?? []).flatMap(blockParts);
  return {
    system: system.length === 0 ? undefined : system,
    messages: asArray(input.messages)?.map(message),
    tools: toolDefinitions(asObject(input.toolConfig)?.tools),
  };
}

/** The message of an answer; no message for an answer without content. */
export function converseOutput(value: unknown): OutputMessage[] {
  const body = asObject(value);
  const answer = asObject(asObject(body?.output)?.message);
  if (answer === undefined) return [];
  return [{ ...message(answer), role: 'assistant', ...finishReasonField(body?.stopReason) }];
}

function message(value: unknown): Message {
  const { role, content } = asObject(value) ?? {};
  const parts = typeof content === 'string' ? nonEmptyText(content) : (asArray(content) ?? []).flatMap(blockParts);
  // The API has no role for tools: results of tools come as messages of the user.
  const results = parts.length > 0 && parts.every((part) => part.type === 'tool_call_response');
  return { role: results ? 'tool' : (asString(role) ?? 'user'), parts };
}

function blockParts(value: unknown): Part[] {
  if (typeof value === 'string') return nonEmptyText(value);
  const block = asObject(value);
  if (block === undefined) return [];
  const found = BLOCKS.find(([field]) => block[field] !== undefined && block[field] !== null);
  if (found !== undefined) return found[1](block[found[0]]);
  const [kind] = Object.keys(block);
  return kind === undefined ? [] : [unknownPart(asObject(block[kind]) ?? {}, kind)];
}

function toolCall(value: unknown): Part[] {
  const { toolUseId, name, input } = asObject(value) ?? {};
  return [
    definedFields({
      type: 'tool_call',
      id: asString(toolUseId),
      name: asString(name) ?? 'unknown',
      arguments: input,
    }),
  ];
}

function toolResult(value: unknown): Part[] {
  const { toolUseId, content, status } = asObject(value) ?? {};
  const parts = (asArray(content) ?? []).flatMap((entry) => {
    const { json } = asObject(entry) ?? {};
    return json === undefined ? blockParts(entry) : [{ type: 'json', content: json }];
  });
  const [only] = parts;
  return [
    definedFields({
      type: 'tool_call_response',
      id: asString(toolUseId),
      response:
        parts.length === 1 && only?.type === 'json'
          ? only.content
          : parts.every(({ type }) => type === 'text')
            ? parts.map((part) => part.content).join('')
            : parts,
      is_error: status === 'error' ? true : undefined,
    }),
  ];
}

/** Bytes, or the address of an object in S3. */
function media(modality: string): (value: unknown) => Part[] {
  return (value) => {
    const { source, format, name } = asObject(value) ?? {};
    const { bytes, s3Location, text } = asObject(source) ?? {};
    const filename = asString(name);
    if (asString(text) !== undefined) return nonEmptyText(text);
    const uri = asString(asObject(s3Location)?.uri);
    if (uri !== undefined) return [definedFields({ type: 'uri', modality, uri, filename })];
    if (bytes === undefined) return [];
    const kind = asString(format);
    const mime_type = kind === undefined || modality === 'document' ? undefined : `${modality}/${kind}`;
    return [definedFields({ type: 'blob', modality, mime_type, content: bytes, filename })];
  };
}

function toolDefinitions(tools: unknown): ToolDefinition[] | undefined {
  const definitions = (asArray(tools) ?? []).flatMap((tool): ToolDefinition[] => {
    const spec = asObject(asObject(tool)?.toolSpec);
    const system = asString(asObject(asObject(tool)?.systemTool)?.name);
    if (system !== undefined) return [{ type: 'system', name: system }];
    const name = asString(spec?.name);
    if (name === undefined) return [];
    const parameters = asObject(asObject(spec?.inputSchema)?.json);
    return [{ type: 'function', name, description: asString(spec?.description), parameters }];
  });
  return definitions.length === 0 ? undefined : definitions;
}
