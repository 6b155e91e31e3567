/** The messages of a model call: from the attributes of the span, else from the event that holds the content of the span. */
import { INPUT_MESSAGES, OUTPUT_MESSAGES, SYSTEM_INSTRUCTIONS } from '../../../facts/semconv.ts';
import { messagesOf, plainText, type ReadMessage } from '../../../pipeline/exporters/tree/spans/read-messages.ts';
import type { Fields, LogRow, ViewedSpan } from '../../../viewer/page-data.ts';

const CONTENT_KEYS = [SYSTEM_INSTRUCTIONS, INPUT_MESSAGES, OUTPUT_MESSAGES] as const;

/** The attributes of a span, with the content of its events and of its log records where the span has no content. */
export function attributesWithContent({ attributes, events, spanId }: ViewedSpan, logs: readonly LogRow[]): Fields {
  const missing = CONTENT_KEYS.filter((key) => attributes[key] === undefined);
  if (missing.length === 0) return attributes;
  const holders = [
    ...events.map((event) => event.attributes),
    ...logs.filter((log) => log.spanId === spanId).map((log) => log.attributes),
  ];
  const found = missing.flatMap((key) => {
    const value = holders.find((holder) => holder[key] !== undefined)?.[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return found.length === 0 ? attributes : { ...attributes, ...Object.fromEntries(found) };
}

/** Messages of the input. */
export const inputOf = (attributes: Fields): ReadMessage[] => messagesOf(attributes[INPUT_MESSAGES]);
/** Messages of the output. */
export const outputOf = (attributes: Fields): ReadMessage[] => messagesOf(attributes[OUTPUT_MESSAGES]);

/** The text of a message. */
export const messageText = ({ parts }: Pick<ReadMessage, 'parts'>): string =>
  parts
    .filter(({ type }) => type === 'text')
    .map(({ content }) => plainText(content))
    .join('\n');
