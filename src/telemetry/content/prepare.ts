/**
 * Prepares the content of a call for recording: redacted, without media payloads, within the byte budgets, always valid JSON
 * in the shape of the conventions' schemas.
 */
import type { Config } from '../../config/options.ts';
import type { ContentPlace } from '../../facts/hooks.ts';
import type { Message, OutputMessage, Part, ToolDefinition } from '../../facts/messages.ts';
import { boundedName } from '../../runtime/bounded-name.ts';
import { errorName } from '../../runtime/error-name.ts';
import { warnOnce } from '../../runtime/log.ts';
import { PlainCopy } from './copy-plain.ts';
import { fitList, fitPart, type JsonPiece, jsonPiece, OMITTED } from './fit-to-budget.ts';
import { parsedJson } from './json-text.ts';
import { type ContentSettings, copyOptions, preparePart } from './prepare-part.ts';
import { withoutSplitSecrets } from './split-secrets.ts';
import type { Json, JsonObject } from './truncation.ts';

/** The content attributes of a model call. */
export type ContentAttribute =
  | 'gen_ai.system_instructions'
  | 'gen_ai.input.messages'
  | 'gen_ai.output.messages'
  | 'gen_ai.tool.definitions';

/** Content of one call, from the provider's readers. */
export interface CallContent {
  readonly system?: readonly Part[] | undefined;
  readonly input?: readonly Message[] | undefined;
  readonly output?: readonly OutputMessage[] | undefined;
  readonly tools?: readonly ToolDefinition[] | undefined;
}

/** Is the content of calls needed, on spans, on events or in files? */
export const needsContent = ({
  captureContent,
  completionHook,
}: Pick<Config, 'captureContent' | 'completionHook'>): boolean =>
  captureContent !== 'NO_CONTENT' || completionHook === 'upload';

/** Is captured content for spans? */
export const goesOnSpans = ({ captureContent }: Pick<Config, 'captureContent'>): boolean =>
  captureContent === 'SPAN_ONLY' || captureContent === 'SPAN_AND_EVENT';

/** Is captured content for events? */
export const goesOnEvents = ({ captureContent }: Pick<Config, 'captureContent'>): boolean =>
  captureContent === 'EVENT_ONLY' || captureContent === 'SPAN_AND_EVENT';

/** Is the event with the details of a call emitted? */
export const emitsDetails = ({ captureContent, emitEvent }: Pick<Config, 'captureContent' | 'emitEvent'>): boolean =>
  emitEvent ?? goesOnEvents({ captureContent });

/** Content that may be recorded. Empty attributes are absent. */
export interface PreparedContent {
  /** For events: arrays of objects. */
  readonly structured: Readonly<Partial<Record<ContentAttribute, Json>>>;
  /** For spans: the arrays as JSON strings. */
  readonly json: Readonly<Partial<Record<ContentAttribute, string>>>;
}

/** Arguments or result of one tool call, ready for recording: an object, as the conventions' schemas require. */
export interface PreparedValue {
  readonly value: JsonObject;
  readonly json: string;
}

/**
 * Prepares the content of one call. Never throws; a redaction that fails drops all content of the call.
 *
 * @param onFailure called if the redaction or the preparation fails
 * @returns `undefined` if no content can be recorded
 */
export function prepareContent(
  content: CallContent,
  config: ContentSettings,
  onFailure?: () => void,
): PreparedContent | undefined {
  return failClosed(() => {
    const { system, input, output, tools } = content;
    const lists: Record<ContentAttribute, JsonPiece | undefined> = {
      'gen_ai.system_instructions': ifNotEmpty(system, (parts) =>
        fitParts(parts, 'system', config, config.contentMaxBytes),
      ),
      'gen_ai.input.messages': ifNotEmpty(input, (messages) => fitMessages(messages, 'input', config)),
      'gen_ai.output.messages': ifNotEmpty(output, (messages) => fitMessages(messages, 'output', config)),
      'gen_ai.tool.definitions': ifNotEmpty(tools, (definitions) => fitTools(definitions, config)),
    };
    const structured: Partial<Record<ContentAttribute, Json>> = {};
    const json: Partial<Record<ContentAttribute, string>> = {};
    for (const [name, list] of Object.entries(lists) as [ContentAttribute, JsonPiece | undefined][]) {
      if (list === undefined) continue;
      structured[name] = list.value;
      json[name] = list.json;
    }
    return Object.keys(json).length === 0 ? undefined : { structured, json };
  }, onFailure);
}

/**
 * Prepares `gen_ai.tool.call.arguments` or `gen_ai.tool.call.result`. JSON text is parsed; a value other than an object
 * becomes `{ value: ... }`. The redact hook sees the value in a `tool_call` or `tool_call_response` part.
 */
export function prepareToolContent(
  value: unknown,
  place: 'tool_arguments' | 'tool_result',
  config: ContentSettings,
  onFailure?: () => void,
): PreparedValue | undefined {
  if (value === undefined) return undefined;
  return failClosed(() => {
    const field = place === 'tool_arguments' ? 'arguments' : 'response';
    const type = place === 'tool_arguments' ? 'tool_call' : 'tool_call_response';
    const part = preparePart({ type, [field]: parsedJson(value) }, place, config);
    const piece = part && fitPart(part, config.contentMaxBytes);
    if (!piece) return undefined;
    const { [field]: content = null, truncated, original_bytes } = piece.value as JsonObject;
    const object: JsonObject = isObject(content) ? { ...content } : { value: content };
    if (truncated === true) Object.assign(object, { truncated, original_bytes });
    return { value: object, json: JSON.stringify(object) };
  }, onFailure);
}

/** Prepares one text, for example an error's message; `undefined` if the text may not be recorded. */
export function prepareText(text: string, place: ContentPlace, config: ContentSettings): string | undefined {
  const content = failClosed(() => preparePart({ type: 'text', content: text }, place, config)?.content);
  return typeof content === 'string' ? content : undefined;
}

function ifNotEmpty<T>(
  list: readonly T[] | undefined,
  prepare: (list: readonly T[]) => JsonPiece | undefined,
): JsonPiece | undefined {
  return list === undefined || list.length === 0 ? undefined : prepare(list);
}

function fitMessages(
  messages: readonly (Message | OutputMessage)[],
  place: ContentPlace,
  config: ContentSettings,
): JsonPiece | undefined {
  // Instructions and the first question are kept first.
  let keepFirst = 0;
  while (messages[keepFirst]?.role === 'system' || messages[keepFirst]?.role === 'developer') keepFirst++;
  if (messages[keepFirst]?.role === 'user') keepFirst++;
  return fitList(
    {
      count: messages.length,
      keepFirst: Math.max(1, Math.min(keepFirst, 4)),
      make: (index, room) => makeMessage(messages[index] as OutputMessage, place, config, room),
      marker: (omitted) => ({
        role: 'system',
        parts: [{ type: OMITTED, omitted_messages: omitted }],
        ...(place === 'output' ? { finish_reason: 'stop' } : {}),
      }),
    },
    config.contentMaxBytes,
  );
}

function makeMessage(
  message: OutputMessage,
  place: ContentPlace,
  config: ContentSettings,
  room: number,
): JsonPiece | undefined {
  const copy = new PlainCopy(copyOptions(config, false));
  const copyName = (text: string): string => copy.text(boundedName(text), true);
  const envelope: JsonObject = { role: copyName(String(message.role)) };
  if (typeof message.name === 'string') envelope.name = copyName(message.name);
  if (typeof message.finish_reason === 'string') envelope.finish_reason = copyName(message.finish_reason);
  // Readers of the conventions v1.41 drop all messages if an output message has no reason. Agents and workflows give none.
  else if (place === 'output') envelope.finish_reason = defaultReason(message);
  const outer = jsonPiece(envelope);
  const key = ',"parts":';
  const parts = fitParts(message.parts, place, config, room - outer.bytes - key.length);
  if (parts === undefined) return undefined;
  return {
    value: { ...envelope, parts: parts.value },
    json: `${outer.json.slice(0, -1)}${key}${parts.json}}`,
    bytes: outer.bytes + key.length + parts.bytes,
    cutByList: parts.cutByList,
  };
}

function defaultReason({ parts }: OutputMessage): string {
  return parts.some((part) => part.type === 'tool_call') ? 'tool_call' : 'stop';
}

function fitParts(
  parts: readonly Part[],
  place: ContentPlace,
  config: ContentSettings,
  room: number,
): JsonPiece | undefined {
  const whole = withoutSplitSecrets(parts, config);
  return fitList(
    {
      count: parts.length,
      keepFirst: 1,
      make: (index, partRoom) => {
        const part = preparePart(whole[index] as Part, place, config);
        return part === undefined ? null : fitPart(part, partRoom);
      },
      marker: (omitted) => ({ type: OMITTED, omitted_parts: omitted }),
    },
    room,
  );
}

function fitTools(tools: readonly ToolDefinition[], config: ContentSettings): JsonPiece | undefined {
  return fitList(
    {
      count: tools.length,
      keepFirst: 1,
      make: (index, room) => {
        const { type, name, description, parameters } = tools[index] as ToolDefinition;
        const extras = config.captureToolSchemas ? { description, parameters } : {};
        const tool = preparePart({ type, name, ...extras }, 'tool_definition', config);
        return typeof tool?.name === 'string' ? fitPart(tool, room) : null;
      },
      marker: (omitted) => ({ type: OMITTED, name: `${omitted} more tools`, omitted_tools: omitted }),
    },
    config.contentMaxBytes,
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Runs `prepare`. After an error no content is recorded, because the content may be unredacted. */
function failClosed<T>(prepare: () => T, onFailure?: () => void): T | undefined {
  try {
    return prepare();
  } catch (error) {
    onFailure?.();
    // Only the class of the error: the message may quote the content.
    const name = errorName(error);
    warnOnce(
      `the content of a call was not recorded, because redacting or preparing it failed (${name}). A redact function must return the part, a changed copy, or undefined, and must not throw.`,
    );
    return undefined;
  }
}
