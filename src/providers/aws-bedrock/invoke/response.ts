/** Answers of `InvokeModel` as facts, by the shape of the body. */
import type { ResponseFacts } from '../../../facts/call.ts';
import { messageFacts } from '../../formats/anthropic-messages/response.ts';
import { completionFacts } from '../../formats/openai-chat/response.ts';
import { answerOrError } from '../../reading/error-answers.ts';
import { asArray, asObject } from '../../reading/unknown-values.ts';
import { converseFacts } from '../converse/response.ts';
import type { Body } from './body.ts';
import { familyFacts, usageOfFamily } from './families.ts';

/** Shapes of an answer. */
export type Shape = 'anthropic' | 'openai' | 'nova' | 'family';

/** The shape of an answer, whole or streamed. */
export function shapeOf(body: Body): Shape {
  if (body.type === 'message' || body.type === 'message_start') return 'anthropic';
  if (asArray(body.choices) !== undefined) return 'openai';
  if (body.messageStart !== undefined || asObject(asObject(body.output)?.message) !== undefined) return 'nova';
  return 'family';
}

const READERS = {
  anthropic: (body) => messageFacts(body),
  openai: (body) => completionFacts(body),
  nova: converseFacts,
  family: familyFacts,
} as const satisfies Readonly<Record<Shape, (body: Body) => ResponseFacts>>;

/** `generates`: the operation makes text, and the answer has a finish reason. */
export function invokeFacts(body: Body | undefined, generates: boolean): ResponseFacts {
  if (body === undefined) return {};
  if (!generates) return { usage: usageOfFamily(body) };
  return answerOrError((value) => READERS[shapeOf(body)](value as Body))(body);
}
