/**
 * Base64 media inside content: recognised, measured, and replaced by a reference.
 */

import type { Part } from '../../facts/messages.ts';
import { toBase64 } from '../../runtime/platform.ts';

/** Matches from the scheme to the end of the base64 run. No minimum length: a 1x1 pixel is media too. */
const DATA_URL = /data:([\w.+-]{1,64}\/[\w.+-]{1,128})?(?:;[\w.+=-]{1,64}){0,4};base64,([A-Za-z0-9+/_=-]*)/gi;
const WHOLE_DATA_URL = /^data:([^;,]{0,200})((?:;[^;,]{0,100}){0,8}),/i;

/** Shortest bare base64 string taken for media: ids, hashes and signatures of usual length stay readable. */
const MIN_BARE_BASE64 = 1024;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** Number of bytes in a base64 text. */
export function decodedBytes(base64: string): number {
  let length = base64.length;
  while (length > 0 && base64.charCodeAt(length - 1) === 61) length--;
  return Math.floor((length * 3) / 4);
}

/** `text` with the size in place of each base64 payload of a data URL: `data:image/png;base64,[1234 bytes removed]`. */
function stripDataUrls(text: string): string {
  if (!/;base64,/i.test(text)) return text;
  return text.replace(DATA_URL, (url, _type, payload: string) =>
    payload === '' ? url : `${url.slice(0, -payload.length)}[${decodedBytes(payload)} bytes removed]`,
  );
}

/** Names of fields for bytes: MCP, Anthropic, Gemini and the Vercel AI SDK `data`, resources of MCP `blob`. */
const BYTES =
  'data|blob|content|base64|bytes|imageBytes|videoBytes|b64_json|file_data|fileData|image_base64|audio_base64';
const BYTES_FIELD = new RegExp(`^(?:${BYTES})$`);
/** Fields that hold bytes whatever stands beside them. */
const ALWAYS_BYTES: ReadonlySet<string> = new Set([
  'b64_json',
  'imageBytes',
  'videoBytes',
  'image_base64',
  'audio_base64',
]);
const MIME_FIELDS = ['mimeType', 'mime_type', 'mediaType', 'media_type'] as const;
const TYPED = 'image|audio|video|base64|input_audio|media|image-data|file-data';
const MEDIA_TYPE = new RegExp(`^(?:${TYPED}|blob)$`);
const BINARY_MIME = /^(?:image|audio|video|font|model)\/|^application\/(?!json|xml|.*\+(?:json|xml)|javascript)/i;

/** Is the field `key` of these `values` the base64 of media? Whatever the length: a 1x1 pixel is media too. */
export function isMediaField(key: string, values: Readonly<Record<string, unknown>>): boolean {
  const text = values[key];
  if (!BYTES_FIELD.test(key) || typeof text !== 'string' || !BASE64.test(text)) return false;
  if (ALWAYS_BYTES.has(key)) return true;
  const mime = MIME_FIELDS.map((name) => values[name]).find((value) => typeof value === 'string');
  if (mime !== undefined) return BINARY_MIME.test(mime as string);
  if (typeof values.type === 'string' && MEDIA_TYPE.test(values.type)) return true;
  return key === 'data' && typeof values.format === 'string'; // sound of chat completions
}

/** What stands in place of media in a text. */
export const removedMedia = (bytes: number): string => `[base64, ${bytes} bytes removed]`;

/** The quotes are escaped where JSON is in a text of JSON. */
const MEDIA_IN_JSON = new RegExp(
  `\\\\*"(?:(?:mime_?type|media_?type)\\\\*"\\s{0,4}:\\s{0,4}\\\\*"(?:image|audio|video|application\\/(?:pdf|octet-stream|zip))|type\\\\*"\\s{0,4}:\\s{0,4}\\\\*"(?:${TYPED})\\\\*")|"b64_json`,
  'i',
);
const BYTES_IN_JSON = new RegExp(
  `("(?:${BYTES})\\\\{0,8}"\\s{0,4}:\\s{0,4}\\\\{0,8}")([A-Za-z0-9+/_-]{16,}={0,2})(?=\\\\{0,8}")`,
  'g',
);

/** `text` with the size in place of base64 media: data URLs, and the fields for bytes of JSON that is a text. */
export function stripMedia(text: string): string {
  const stripped = stripDataUrls(text);
  if (!stripped.includes('"') || !MEDIA_IN_JSON.test(stripped)) return stripped;
  return stripped.replace(
    BYTES_IN_JSON,
    (_, field: string, payload: string) => field + removedMedia(decodedBytes(payload)),
  );
}

/** True for a long string of base64 alone. */
export function isBareBase64(text: string): boolean {
  if (text.length < MIN_BARE_BASE64) return false;
  // The first few hundred characters of binary data include upper case, lower case and digits; a long word or a digit run does not.
  const head = text.slice(0, 512);
  return /[a-z]/.test(head) && /[A-Z]/.test(head) && /\d/.test(head) && BASE64.test(text);
}

/** Media type and payload of a data URL; `undefined` for every other URL. */
function splitDataUrl(url: string): { type: string; base64: boolean; payload: string } | undefined {
  const match = WHOLE_DATA_URL.exec(url);
  if (match === null) return undefined;
  return {
    type: match[1] || 'text/plain',
    base64: (match[2] ?? '').toLowerCase().endsWith(';base64'),
    payload: url.slice(match[0].length),
  };
}

/**
 * Turns a `uri` part with a data URL into a `blob` part, and the bytes of a `blob` part into base64. All other parts are
 * returned unchanged. Without `keepMedia` the payload is replaced by its size: `content: ''` and `byte_length`.
 */
export function mediaPart(part: Part, keepMedia: boolean): Part {
  if (part.type === 'uri' && typeof part.uri === 'string') {
    const data = splitDataUrl(part.uri);
    if (data === undefined) return part;
    const { uri: _, ...rest } = part;
    const blob = { ...rest, type: 'blob', mime_type: part.mime_type ?? data.type };
    const size = data.base64 ? decodedBytes(data.payload) : data.payload.length;
    if (!keepMedia) return { ...blob, content: '', byte_length: size };
    return { ...blob, content: data.base64 ? data.payload : toBase64(new TextEncoder().encode(data.payload)) };
  }
  if (part.type !== 'blob') return part;
  const { content } = part;
  if (ArrayBuffer.isView(content)) {
    if (!keepMedia) return { ...part, content: '', byte_length: content.byteLength };
    return { ...part, content: toBase64(content) };
  }
  if (typeof content !== 'string' || content === '') return { ...part, content: '' };
  // Some SDKs take a data URL where the API wants bare base64.
  const payload = splitDataUrl(content)?.payload ?? content;
  return keepMedia ? { ...part, content: payload } : { ...part, content: '', byte_length: decodedBytes(payload) };
}
