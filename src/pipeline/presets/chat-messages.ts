/** Messages of the conventions in the form of OpenAI's chat completions, which backends draw as a conversation. */
import {
  type Fields,
  lastTurn,
  mediaMark,
  plainText,
  type ReadMessage,
  resultOf,
} from '../exporters/tree/spans/read-messages.ts';

/** A part of a message with several parts or with media. */
type ChatPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } };

/** A message as OpenAI has messages. */
export interface ChatMessage {
  readonly role: string;
  readonly name?: string | undefined;
  readonly content: string | readonly ChatPart[] | null;
  readonly reasoning_content?: string | undefined;
  readonly tool_calls?: readonly object[] | undefined;
  readonly tool_call_id?: string | undefined;
}

/** A message in which each result of a tool stands alone, with the id of the call. */
export interface SplitMessage extends ReadMessage {
  readonly result?: { readonly id: string | undefined; readonly text: string } | undefined;
}

const idOf = ({ id }: Fields): string | undefined => (typeof id === 'string' && id !== '' ? id : undefined);

/** Gives each result of a tool a message of its own: no backend has room for two results in a message. */
export function splitResults(messages: readonly ReadMessage[]): SplitMessage[] {
  return messages.flatMap((message) => {
    const results = message.parts
      .filter(({ type }) => type === 'tool_call_response')
      .map((part) => ({
        role: 'tool',
        parts: [],
        name: message.name,
        result: { id: idOf(part), text: plainText(resultOf(part)) },
      }));
    const rest = message.parts.filter(({ type }) => type !== 'tool_call_response');
    return results.length > 0 && rest.length === 0 ? results : [...results, { ...message, parts: rest }];
  });
}

/** The calls of tools in a message; arguments are JSON. */
export function toolCallsOf({ parts }: ReadMessage): readonly { id?: string; name: string; arguments: string }[] {
  return parts
    .filter(({ type }) => type === 'tool_call')
    .map((part) => {
      const id = idOf(part);
      const call = { name: plainText(part.name), arguments: plainText(part.arguments) };
      return id === undefined ? call : { id, ...call };
    });
}

/** The address of an image that a part holds or names; undefined for a part of any further kind. */
export function imageUrlOf(part: Fields): string | undefined {
  const { type, uri, url, content, mime_type: mime, modality } = part;
  const isImage = modality === 'image' || (typeof mime === 'string' && mime.startsWith('image/'));
  if (!isImage) return undefined;
  const address = uri ?? url;
  if (type === 'uri' && typeof address === 'string') return address;
  if (type !== 'blob' || typeof content !== 'string' || content === '') return undefined;
  return `data:${typeof mime === 'string' ? mime : 'image/png'};base64,${content}`;
}

/** Whether a part has a place of its own beside the content of a message. */
const isBeside = ({ type }: Fields): boolean => type === 'tool_call' || type === 'reasoning';

/** Messages in the form of OpenAI. */
export function chatMessages(messages: readonly ReadMessage[]): ChatMessage[] {
  return splitResults(messages).map((message) => {
    const { role, name, result } = message;
    if (result !== undefined) return { role, name, tool_call_id: result.id, content: result.text };
    const calls = toolCallsOf(message).map(({ id, ...call }) => ({ id, type: 'function', function: call }));
    const thoughts = message.parts.filter(({ type }) => type === 'reasoning').map(({ content }) => plainText(content));
    return {
      role,
      name,
      content: contentOf(message.parts.filter((part) => !isBeside(part))),
      reasoning_content: thoughts.length === 0 ? undefined : thoughts.join('\n'),
      tool_calls: calls.length === 0 ? undefined : calls,
    };
  });
}

/** A text where a message has text alone, else a list; null without content, as beside calls of tools. */
function contentOf(parts: readonly Fields[]): ChatMessage['content'] {
  if (parts.length === 0) return null;
  const list = parts.map((part): ChatPart => {
    const url = imageUrlOf(part);
    return url === undefined ? { type: 'text', text: textOfPart(part) } : { type: 'image_url', image_url: { url } };
  });
  return list.every((part) => part.type === 'text') ? list.map(({ text }) => text).join('\n') : list;
}

/** A part in words: the text, a call, a result, or a mark for media. */
export function textOfPart(part: Fields): string {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return plainText(part.content);
    case 'tool_call':
      return `${plainText(part.name)}(${plainText(part.arguments)})`;
    case 'tool_call_response':
      return plainText(resultOf(part));
    default:
      return mediaMark(part);
  }
}

/** A message in words; thoughts only where the message has nothing else. */
export function readableText({ parts }: ReadMessage): string {
  const said = parts.filter(({ type }) => type !== 'reasoning');
  return (said.length === 0 ? parts : said).map(textOfPart).join('\n');
}

/** What was asked last, in words, for lists of spans. */
export const readableInput = (messages: readonly ReadMessage[]): string | undefined => allText(lastTurn(messages));

/** What was answered, in words. */
export const readableOutput = (messages: readonly ReadMessage[]): string | undefined => allText(messages);

const allText = (messages: readonly ReadMessage[]): string | undefined =>
  messages
    .map(readableText)
    .filter((text) => text !== '')
    .join('\n\n') || undefined;
