/** The part of captured content worth reading: the last question, and the answer to the question. */
import { INPUT_MESSAGES, OUTPUT_MESSAGES } from '../../../../facts/semconv.ts';
import {
  type Fields,
  lastTurn,
  mediaMark,
  messagesOf,
  plainText,
  type ReadMessage,
  resultOf,
} from '../spans/read-messages.ts';
import type { TreeSpan } from '../spans/tree-span.ts';

/** A text and the speaker. */
export interface ContentEntry {
  readonly label: string;
  readonly text: string;
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
  return [...lastTurn(input), ...output].flatMap(entriesOf);
}

/** Neighbouring parts of the same kind are joined; each tool call and each result is a separate entry. */
function entriesOf({ role, parts }: ReadMessage): ContentEntry[] {
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
      return [said, plainText(part.content)];
    case 'reasoning':
      return ['think', plainText(part.content)];
    case 'tool_call':
      return ['call', `${plainText(part.name)} ${plainText(part.arguments)}`.trim()];
    case 'tool_call_response':
      return ['tool', plainText(resultOf(part))];
    default:
      return [said, mediaMark(part)];
  }
}
