/**
 * Prepares one part of a message for recording: copies, redacts and removes media payloads, calls the user's hook, cuts to
 * the byte budget.
 */
import type { Config } from '../../config/options.ts';
import type { ContentPlace } from '../../facts/hooks.ts';
import type { Part } from '../../facts/messages.ts';
import { contentDetectors } from '../../redaction/content-detectors.ts';
import { boundedName, MAX_ID_LENGTH, MAX_NAME_LENGTH } from '../../runtime/bounded-name.ts';
import { ignoreRejection } from '../../runtime/guard.ts';
import { type CopyOptions, PlainCopy } from './copy-plain.ts';
import { mediaPart } from './media.ts';
import { cutPart, type Json, type JsonObject } from './truncation.ts';

/** The options for recorded content. */
export type ContentSettings = Pick<
  Config,
  'contentMaxPartBytes' | 'contentMaxBytes' | 'captureToolSchemas' | 'captureMedia' | 'redactPatterns' | 'redact'
>;

/** Fields that identify a part and never hold text of a user or a model. */
const IDENTIFIERS = ['type', 'id', 'modality', 'mime_type', 'file_id'] as const;
/** Part types with text in `content`: a long word in the text is not taken for base64. */
const PROSE: ReadonlySet<string> = new Set(['text', 'reasoning', 'refusal', 'compaction']);
const IDS: ReadonlySet<string> = new Set(['id', 'file_id']);

/** One part, redacted, without media and cut; `undefined` if the hook dropped the part. */
export function preparePart(part: Part, place: ContentPlace, config: ContentSettings): JsonObject | undefined {
  const alreadyCut = part.truncated === true && typeof part.original_bytes === 'number';
  const options = copyOptions(config, alreadyCut);
  const plainCopy = new PlainCopy(options);
  let copy = copyPart(plainCopy, part, config.captureMedia);
  let dropped = plainCopy.dropped;
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

/** How the texts of a part are copied under the settings `config`. */
export function copyOptions(config: ContentSettings, alreadyCut: boolean): CopyOptions {
  // A hook sees the whole text. Without a hook, text beyond the budget is never recorded and need not be searched for secrets.
  const maxLength = config.redact === undefined ? config.contentMaxPartBytes : Number.POSITIVE_INFINITY;
  return { redact: contentDetectors(config.redactPatterns), keepMedia: config.captureMedia, maxLength, alreadyCut };
}

function copyPart(copy: PlainCopy, part: Part, keepMedia: boolean): JsonObject {
  const source = mediaPart(part, keepMedia);
  const raw: Record<string, Json> = {};
  for (const key of IDENTIFIERS) {
    const value = source[key];
    if (typeof value === 'string') raw[key] = boundedName(value, IDS.has(key) ? MAX_ID_LENGTH : MAX_NAME_LENGTH);
  }
  if (source.type === 'blob' && typeof source.content === 'string') raw.content = source.content.toWellFormed();
  else if (PROSE.has(source.type) && typeof source.content === 'string') raw.content = copy.text(source.content, true);
  return copy.fields(source, raw);
}

/** Copies the part that the hook returned, because the part may hold any value and belongs to the application. */
function copyAnswer(answer: unknown, options: CopyOptions, keepMedia: boolean): JsonObject {
  ignoreRejection(answer);
  if (typeof answer !== 'object' || answer === null || !('type' in answer) || typeof answer.type !== 'string')
    throw new NotAPart();
  const copy = new PlainCopy({ ...options, redact: undefined, alreadyCut: false });
  return copyPart(copy, answer as Part, keepMedia);
}

class NotAPart extends Error {
  override name = 'not a part';
}

function isMedia(part: JsonObject): boolean {
  return part.type === 'blob';
}
