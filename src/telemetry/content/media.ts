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
export function stripDataUrls(text: string): string {
  if (!/;base64,/i.test(text)) return text;
  return text.replace(DATA_URL, (url, _type, payload: string) =>
    payload === '' ? url : `${url.slice(0, -payload.length)}[${decodedBytes(payload)} bytes removed]`,
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
