/** The formats of answers that the cache knows: whether an answer is complete, and how many tokens the answer has cost. */
import type { OperationName, ResponseFacts, StreamReader } from '../../facts/call.ts';
import { messageFacts } from '../../providers/formats/anthropic-messages/response.ts';
import { MessageReader } from '../../providers/formats/anthropic-messages/stream.ts';
import { embeddingFacts, generateFacts } from '../../providers/formats/gemini/response.ts';
import { GenerateReader } from '../../providers/formats/gemini/stream.ts';
import { completionFacts, plainFacts } from '../../providers/formats/openai-chat/response.ts';
import { CompletionReader } from '../../providers/formats/openai-chat/stream.ts';
import { ResponseEventReader, responseObjectFacts } from './openai-responses.ts';
import { modelResultFacts, StreamPartReader } from './vercel-ai-results.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One format of answers. */
export interface AnswerFormat {
  /** Provider for the price, where no host names the provider. */
  readonly provider: string;
  readonly operation: OperationName;
  isResult(body: Fields): boolean;
  facts(body: Fields): ResponseFacts;
  isChunk(chunk: Fields): boolean;
  /** A reader of the chunks of one stream; `undefined` for answers that are never streamed. */
  reader?(): StreamReader;
  /** Is `chunk` the last chunk of every stream of the format? Some formats have no such chunk. */
  isEnd?(chunk: Fields): boolean;
}

const startsWith = (value: unknown, start: string): boolean => typeof value === 'string' && value.startsWith(start);

const ANTHROPIC_EVENTS: ReadonlySet<unknown> = new Set([
  'message_start',
  'message_delta',
  'message_stop',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'ping',
]);

/** Parts by which a stream of a model of the AI SDK, or of `streamText`, is known. */
const VERCEL_PARTS: ReadonlySet<unknown> = new Set([
  'stream-start',
  'start',
  'start-step',
  'text-start',
  'text-delta',
  'finish',
]);

const FORMATS = {
  openai_responses: {
    provider: 'openai',
    operation: 'chat',
    isResult: (body) => body.object === 'response',
    facts: responseObjectFacts,
    isChunk: (chunk) => startsWith(chunk.type, 'response.'),
    reader: () => new ResponseEventReader(),
    isEnd: ({ type }) => type === 'response.completed',
  },
  openai_chat: {
    provider: 'openai',
    operation: 'chat',
    isResult: (body) => Array.isArray(body.choices),
    facts: (body) => completionFacts(body),
    isChunk: (chunk) => Array.isArray(chunk.choices),
    reader: () => new CompletionReader(),
  },
  anthropic: {
    provider: 'anthropic',
    operation: 'chat',
    isResult: (body) => body.type === 'message' && 'stop_reason' in body,
    facts: (body) => messageFacts(body),
    isChunk: (chunk) => ANTHROPIC_EVENTS.has(chunk.type),
    reader: () => new MessageReader(),
    isEnd: ({ type }) => type === 'message_stop',
  },
  gemini: {
    provider: 'gcp.gemini',
    operation: 'generate_content',
    isResult: (body) => Array.isArray(body.candidates) || 'promptFeedback' in body,
    facts: generateFacts,
    isChunk: (chunk) => Array.isArray(chunk.candidates) || 'promptFeedback' in chunk,
    reader: () => new GenerateReader(),
  },
  openai_embeddings: {
    provider: 'openai',
    operation: 'embeddings',
    isResult: (body) => body.object === 'list' && Array.isArray(body.data),
    facts: plainFacts,
    isChunk: () => false,
  },
  gemini_embeddings: {
    provider: 'gcp.gemini',
    operation: 'embeddings',
    isResult: (body) => Array.isArray(body.embeddings) || 'embedding' in body,
    facts: embeddingFacts,
    isChunk: () => false,
  },
  vercel_ai: {
    provider: '_OTHER',
    operation: 'chat',
    isResult: (body) => 'finishReason' in body && Array.isArray(body.content),
    facts: modelResultFacts,
    isChunk: (chunk) => VERCEL_PARTS.has(chunk.type),
    reader: () => new StreamPartReader(),
    isEnd: ({ type }) => type === 'finish',
  },
} as const satisfies Readonly<Record<string, AnswerFormat>>;

const ALL: readonly AnswerFormat[] = Object.values(FORMATS);

/** The format of a whole answer; `undefined` for a value of the application's own kind. */
export const formatOfResult = (body: Fields): AnswerFormat | undefined => ALL.find((format) => format.isResult(body));

/** The format of a stream by one of its chunks. */
export const formatOfChunk = (chunk: Fields): AnswerFormat | undefined => ALL.find((format) => format.isChunk(chunk));
