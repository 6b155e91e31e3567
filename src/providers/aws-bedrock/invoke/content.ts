/** Prompts and answers of `InvokeModel`, by the shape of the body. */
import type { InputContent, Message, OutputMessage } from '../../../facts/messages.ts';
import { messageOutput, messagesInput } from '../../formats/anthropic-messages/content.ts';
import { chatInput, chatOutput } from '../../formats/openai-chat/content.ts';
import { nonEmptyText } from '../../reading/content-parts.ts';
import { finishReasonField } from '../../reading/finish-reasons.ts';
import { asArray, asObject, asString } from '../../reading/unknown-values.ts';
import { converseInput, converseOutput } from '../converse/content.ts';
import type { Body } from './body.ts';
import { answersOf, reasonsOf, textOfFamily } from './families.ts';
import { type Shape, shapeOf } from './response.ts';

/** Content of the body of a request. */
export function invokeInput(body: Body): InputContent {
  if (body.anthropic_version !== undefined) return messagesInput(body);
  const messages = asArray(body.messages);
  if (messages !== undefined) return messages.some(isNova) ? converseInput(body) : chatInput(body);
  const preamble = nonEmptyText(body.preamble);
  const prompt = nonEmptyText(body.message ?? body.prompt ?? body.inputText);
  const history = (asArray(body.chat_history) ?? []).map(turn);
  const user: Message[] = prompt.length === 0 ? [] : [{ role: 'user', parts: prompt }];
  return { system: preamble.length === 0 ? undefined : preamble, messages: [...history, ...user] };
}

/** Nova's messages are those of Converse: blocks without a type. */
const isNova = (message: unknown): boolean =>
  asArray(asObject(message)?.content)?.some(
    (block) => asObject(block) !== undefined && !('type' in (block as object)),
  ) === true;

/** A turn of Cohere's `chat_history`: `USER`, `CHATBOT`, `SYSTEM` or `TOOL`. */
function turn(value: unknown): Message {
  const { role, message } = asObject(value) ?? {};
  const name = (asString(role) ?? 'user').toLowerCase();
  return { role: name === 'chatbot' ? 'assistant' : name, parts: nonEmptyText(message) };
}

const READERS: Readonly<Record<Shape, (body: Body) => OutputMessage[]>> = {
  anthropic: messageOutput,
  openai: chatOutput,
  nova: converseOutput,
  family: familyOutput,
};

/** The messages of an answer. */
export function invokeOutput(body: Body | undefined): OutputMessage[] {
  return body === undefined ? [] : READERS[shapeOf(body)](body);
}

function familyOutput(body: Body): OutputMessage[] {
  const reasons = reasonsOf(body);
  return answersOf(body).map((answer, index) => ({
    role: 'assistant',
    parts: nonEmptyText(textOfFamily(answer)),
    ...finishReasonField(reasons[index] ?? 'error'),
  }));
}
