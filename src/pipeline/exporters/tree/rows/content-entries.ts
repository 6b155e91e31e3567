/** The part of captured content worth reading: the last question, and the answer to the question. */
import { INPUT_MESSAGES, OUTPUT_MESSAGES } from '../../../../facts/semconv.ts';
import type { TreeSpan } from '../spans/tree-span.ts';
import { formatBytes } from './formats.ts';

/** A text and the speaker. */
export interface ContentEntry {
  readonly label: string;
  readonly text: string;
}

type Fields = Readonly<Record<string, unknown>>;

interface Message {
  readonly role: string;
  readonly parts: readonly Fields[];
}

const ROLES: Readonly<Record<string, string>> = {
  user: 'user',
  assistant: 'asst',
  model: 'asst',
  tool: 'tool',
  system: 'sys',
  developer: 'sys',
};

/** The last input message, tool results after the message, thoughts and calls, and the answer. Empty without captured content. */
export function contentEntries(span: TreeSpan): ContentEntry[] {
  const input = messagesOf(span.attributes[INPUT_MESSAGES]);
  const output = messagesOf(span.attributes[OUTPUT_MESSAGES]);
  const last = input.findLastIndex((message) => message.role !== 'assistant' && !isToolResult(message));
  const asked = last < 0 ? input.slice(-1) : input.slice(last, last + 1);
  const results = last < 0 ? [] : input.slice(last + 1).filter(isToolResult);
  return [...asked, ...results, ...output].flatMap(entriesOf);
}

function isToolResult({ parts, role }: Message): boolean {
  return role === 'tool' || (parts.length > 0 && parts.every(({ type }) => type === 'tool_call_response'));
}

/** Messages from the JSON of the attribute, or from a structure. */
function messagesOf(value: unknown): Message[] {
  const list = typeof value === 'string' ? parseJson(value) : value;
  if (!Array.isArray(list)) return [];
  return list.filter(isObject).map(({ role, parts }) => ({
    role: typeof role === 'string' ? role : '',
    parts: Array.isArray(parts) ? parts.filter(isObject) : [],
  }));
}

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Neighbouring parts of the same kind are joined; each tool call and each result is a separate entry. */
function entriesOf({ role, parts }: Message): ContentEntry[] {
  const entries: ContentEntry[] = [];
  const said = Object.hasOwn(ROLES, role) ? (ROLES[role] as string) : role.slice(0, 5) || '?';
  for (const part of parts) {
    const [label, text] = entryOf(part, said);
    const before = entries.at(-1);
    const joins = before?.label === label && label !== 'call' && label !== 'tool';
    if (joins) entries[entries.length - 1] = { label, text: `${before.text} ${text}` };
    else if (text !== '') entries.push({ label, text });
  }
  return entries;
}

function entryOf(part: Fields, said: string): readonly [label: string, text: string] {
  switch (part.type) {
    case 'text':
      return [said, textOf(part.content)];
    case 'reasoning':
      return ['think', textOf(part.content)];
    case 'tool_call':
      return ['call', `${textOf(part.name)} ${textOf(part.arguments)}`.trim()];
    case 'tool_call_response':
      return ['tool', textOf(part.response ?? part.result)];
    default:
      return [said, mediaOf(part)];
  }
}

const textOf = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** `[image/png 12.3 kB]` */
function mediaOf(part: Fields): string {
  const name = [part.mime_type, part.modality, part.type].find((one) => typeof one === 'string' && one !== '');
  const size = sizeOf(part);
  return `[${String(name ?? 'part')}${size === undefined ? '' : ` ${formatBytes(size)}`}]`;
}

function sizeOf({ byte_length: bytes, content }: Fields): number | undefined {
  if (typeof bytes === 'number' && bytes >= 0) return bytes;
  return typeof content === 'string' && content !== '' ? Math.floor((content.length * 3) / 4) : undefined;
}
