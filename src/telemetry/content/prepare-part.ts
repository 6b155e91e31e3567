/**
 * One part of a message, on its way to be recorded: copied, redacted, freed of media payloads, shown to the user's hook
 * and cut to its byte budget.
 */
import type { Config } from '../../config/options.ts';
import type { ContentPlace } from '../../facts/hooks.ts';
import type { Part } from '../../facts/messages.ts';
import { type CopyOptions, PlainCopy } from './copy-plain.ts';
import { mediaPart } from './media.ts';
import { cutPart, cutText, type Json, type JsonObject, wellFormed } from './truncation.ts';

/** The options that decide what is recorded of content. */
export type ContentSettings = Pick<
  Config,
  'contentMaxPartBytes' | 'contentMaxBytes' | 'captureToolSchemas' | 'captureMedia' | 'redactPatterns' | 'redact'
>;

/** Fields of a part that identify it and are never anyone's text. */
const IDENTIFIERS = ['type', 'id', 'modality', 'mime_type', 'file_id'] as const;
/** Part types whose `content` is text, so that a long word in it is not taken for base64. */
const PROSE: ReadonlySet<string> = new Set(['text', 'reasoning', 'refusal', 'compaction']);
/** Longest identifier or name in characters; a longer one is cut without a mark. */
export const LONGEST_NAME = 256;

/** One part, redacted, stripped and cut; `undefined` if the hook dropped it. */
export function preparePart(part: Part, place: ContentPlace, config: ContentSettings): JsonObject | undefined {
  const cutBefore = part.truncated === true && typeof part.original_bytes === 'number';
  const options = copyOptions(config, cutBefore);
  const first = new PlainCopy(options);
  let copy = copyPart(first, part, config.captureMedia);
  let dropped = first.dropped;
  if (config.redact !== undefined) {
    const answer: unknown = config.redact(copy as unknown as Part, place);
    if (answer === undefined || answer === null) return undefined;
    copy = copyAnswer(answer, options, config.captureMedia);
    dropped = 0;
  }
  const { content } = copy;
  const cut = cutPart(isMedia(copy) ? { ...copy, content: '' } : copy, config.contentMaxPartBytes, dropped);
  return isMedia(copy) && content !== undefined ? { ...cut, content } : cut;
}

/** How the texts of a part are copied under these settings. */
export function copyOptions(config: ContentSettings, cutBefore: boolean): CopyOptions {
  // A hook decides by the whole text; without one, what cannot be recorded need not be searched.
  const longest = config.redact === undefined ? config.contentMaxPartBytes : Number.POSITIVE_INFINITY;
  return { redact: config.redactPatterns, keepMedia: config.captureMedia, longest, cutBefore };
}

function copyPart(copy: PlainCopy, part: Part, keepMedia: boolean): JsonObject {
  const source = mediaPart(part, keepMedia);
  const raw: Record<string, Json> = {};
  for (const key of IDENTIFIERS) {
    const value = source[key];
    if (typeof value === 'string') raw[key] = wellFormed(cutText(value, LONGEST_NAME));
  }
  if (source.type === 'blob' && typeof source.content === 'string') raw.content = wellFormed(source.content);
  else if (PROSE.has(source.type) && typeof source.content === 'string') raw.content = copy.text(source.content, true);
  return copy.fields(source, raw);
}

/** What the hook gave back, copied as well: it may hold anything, and it belongs to the application. */
function copyAnswer(answer: unknown, options: CopyOptions, keepMedia: boolean): JsonObject {
  if (answer instanceof Promise) answer.catch(() => {}); // a rejection is reported here, not to the process
  if (typeof answer !== 'object' || answer === null || !('type' in answer) || typeof answer.type !== 'string')
    throw new RedactAnswer();
  const copy = new PlainCopy({ ...options, redact: false, cutBefore: false });
  return copyPart(copy, answer as Part, keepMedia);
}

class RedactAnswer extends Error {
  override name = 'not a part';
}

function isMedia(part: JsonObject): boolean {
  return part.type === 'blob';
}
