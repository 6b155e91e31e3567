/** Readers of captured content: of JSON in a text attribute, and of structured values. */
import type { Message } from '../../../../facts/messages.ts';
import { formatBytes } from '../rows/formats.ts';

/** An object of unknown shape. */
export type Fields = Readonly<Record<string, unknown>>;

/** A message whose parts may lack everything. */
export interface ReadMessage extends Omit<Message, 'parts'> {
  readonly parts: readonly Fields[];
  readonly finish_reason?: string | undefined;
}

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** The value that a JSON text stands for; any further value is left unchanged. Undefined for a text that is no JSON. */
export function structureOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** The objects in a list; empty for any further value. */
export const objectsOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** Messages from the JSON of an attribute, or from a structure. */
export function messagesOf(value: unknown): ReadMessage[] {
  return objectsOf(structureOf(value)).map(({ role, parts, name, finish_reason }) => ({
    role: typeof role === 'string' ? role : '',
    parts: objectsOf(parts),
    name: typeof name === 'string' ? name : undefined,
    finish_reason: typeof finish_reason === 'string' ? finish_reason : undefined,
  }));
}

/** Whether a message brings results of tools and nothing else. */
function isToolResult({ parts, role }: ReadMessage): boolean {
  return role === 'tool' || (parts.length > 0 && parts.every(({ type }) => type === 'tool_call_response'));
}

/** The last question, and results of tools after the question; the last message if nobody asks. */
export function lastTurn(input: readonly ReadMessage[]): readonly ReadMessage[] {
  const last = input.findLastIndex((message) => message.role !== 'assistant' && !isToolResult(message));
  if (last < 0) return input.slice(-1);
  return [...input.slice(last, last + 1), ...input.slice(last + 1).filter(isToolResult)];
}

/** A value as text: JSON for a structure. */
export const plainText = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

/** What the result of a tool is; older parts have another field. */
export const resultOf = ({ response, result }: Fields): unknown => response ?? result;

/** `[image/png 12.3 kB]`: what stands for media in a text. */
export function mediaMark(part: Fields): string {
  const name = [part.mime_type, part.modality, part.type].find((one) => typeof one === 'string' && one !== '');
  const size = sizeOf(part);
  return `[${String(name ?? 'part')}${size === undefined ? '' : ` ${formatBytes(size)}`}]`;
}

function sizeOf({ byte_length: bytes, content }: Fields): number | undefined {
  if (typeof bytes === 'number' && bytes >= 0) return bytes;
  return typeof content === 'string' && content !== '' ? Math.floor((content.length * 3) / 4) : undefined;
}
