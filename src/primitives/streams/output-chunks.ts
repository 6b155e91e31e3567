/**
 * Which chunks of a stream are output: text, reasoning, tool calls, refusals, audio, finish reasons. A router commits at the
 * first output, and limits count outputs, because servers send comments and pings while a model does not answer. A chunk of
 * unknown shape is output.
 */
import { asArray, asObject } from '../../providers/reading/unknown-values.ts';
import { readSafely } from '../../runtime/guard.ts';

/** What a chunk means to a layer: `error` is an error that the server sent inside of a good answer. */
export type ChunkMeaning = 'output' | 'silent' | 'error';

type Fields = Readonly<Record<string, unknown>>;

/** Events without output, by `type` (OpenAI responses, Anthropic messages, parts of the Vercel AI SDK). */
const SILENT_TYPES: ReadonlySet<unknown> = new Set([
  ...['response.created', 'response.queued', 'response.in_progress'],
  ...['response.output_item.added', 'response.content_part.added', 'response.reasoning_summary_part.added'],
  ...['ping', 'message_start', 'content_block_start', 'content_block_stop'],
  ...['start', 'stream-start', 'start-step', 'response-metadata', 'text-start', 'reasoning-start', 'tool-input-start'],
  ...['raw', 'finish-step', 'message-metadata'],
]);

const ERROR_TYPES: ReadonlySet<unknown> = new Set(['error', 'response.failed']);

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && Object.values(value).every(isEmpty));

/** Fields of a delta that say nothing by themselves. */
const DELTA_LABELS: ReadonlySet<string> = new Set([
  'role',
  'type',
  'index',
  'id',
  'name',
  'stop_sequence',
  'obfuscation',
]);

/** Has a delta any field with a value, besides its role and its labels? */
const hasValue = (delta: Fields): boolean =>
  Object.entries(delta).some(([name, value]) => !DELTA_LABELS.has(name) && !isEmpty(value));

const meaning = (isOutput: boolean): ChunkMeaning => (isOutput ? 'output' : 'silent');

/** Chat completions and completions: `{choices: [{delta, text, finish_reason}]}`. A chunk without choices counts tokens. */
function choiceHasOutput(choice: unknown): boolean {
  const fields = asObject(choice);
  if (fields === undefined) return true;
  if (!isEmpty(fields.finish_reason) || !isEmpty(fields.text)) return true;
  const delta = asObject(fields.delta) ?? asObject(fields.message);
  return delta !== undefined && hasValue(delta);
}

/** Gemini: `{candidates: [{content: {parts}, finishReason}]}`. */
function candidateHasOutput(candidate: unknown): boolean {
  const fields = asObject(candidate);
  if (fields === undefined) return true;
  if (!isEmpty(fields.finishReason)) return true;
  return (asArray(asObject(fields.content)?.parts) ?? []).some((part) => !isEmpty(part));
}

/** Events with a type: `{type, delta}`. Deltas are texts (OpenAI, Vercel AI SDK) or objects (Anthropic). */
function typedEventMeaning(event: Fields): ChunkMeaning {
  const { type, delta, text } = event;
  if (ERROR_TYPES.has(type)) return 'error';
  if (SILENT_TYPES.has(type)) return 'silent';
  const fields = asObject(delta);
  if (fields !== undefined) return meaning(hasValue(fields));
  if (typeof delta === 'string') return meaning(delta !== '');
  return meaning(type !== 'text-delta' && type !== 'reasoning-delta' ? true : !isEmpty(text));
}

/** Messages of LangChain: `content` is empty in the first chunk, and in the chunk that counts tokens. */
function isEmptyMessage({ content, tool_call_chunks, response_metadata }: Fields): boolean {
  return isEmpty(content) && Array.isArray(tool_call_chunks) && isEmpty(tool_call_chunks) && isEmpty(response_metadata);
}

function readMeaning(chunk: unknown): ChunkMeaning {
  if (typeof chunk === 'string') return meaning(chunk !== '');
  if (chunk instanceof Uint8Array) return meaning(chunk.byteLength > 0);
  const fields = asObject(chunk);
  if (fields === undefined) return 'output';
  const choices = asArray(fields.choices);
  if (choices !== undefined) return meaning(choices.some(choiceHasOutput));
  const candidates = asArray(fields.candidates);
  if (candidates !== undefined) return meaning(candidates.some(candidateHasOutput));
  if (typeof fields.type === 'string') return typedEventMeaning(fields);
  if (asObject(fields.error) !== undefined) return 'error';
  if (asObject(fields.usageMetadata) !== undefined && fields.promptFeedback === undefined) return 'silent';
  return meaning(!isEmptyMessage(fields));
}

/** What `chunk` means. Never throws: a chunk whose getters throw is output. */
export const chunkMeaning = (chunk: unknown): ChunkMeaning => readSafely(() => readMeaning(chunk), 'output');
