/**
 * Private fields of the SDKs that are read or patched: a row fails after an update that takes one away, before the
 * conformance tables fail in ways that are harder to read. Other versions are run by `npm run test:matrix`.
 */
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { GoogleGenerativeAI } from '@google/generative-ai';
import OpenAI from 'openai';
import { expect, test } from 'vitest';

const key = { apiKey: 'none' };
const answer = async (): Promise<Response> => Response.json({ id: 'x', choices: [], content: [] });
const openai = new OpenAI({ ...key, fetch: answer });
const anthropic = new Anthropic({ ...key, fetch: answer });
const model = new GoogleGenerativeAI('none').getGenerativeModel({ model: 'm' }, { timeout: 1 });
const openaiPromise = openai.chat.completions.create({ model: 'm', messages: [] });
const anthropicPromise = anthropic.messages.create({ model: 'm', messages: [], max_tokens: 1 });

const FIELDS: readonly (readonly [what: string, owner: object, field: string, type: string])[] = [
  ['a resource of openai knows its client', openai.chat.completions, '_client', 'object'],
  ['a promise of openai parses its response', openaiPromise, 'parseResponse', 'function'],
  ['a promise of openai derives others', openaiPromise, '_thenUnwrap', 'function'],
  ['a resource of @anthropic-ai/sdk knows its client', anthropic.messages, '_client', 'object'],
  ['a promise of @anthropic-ai/sdk parses its response', anthropicPromise, 'parseResponse', 'function'],
  ['a promise of @anthropic-ai/sdk derives others', anthropicPromise, '_thenUnwrap', 'function'],
  ['interactions of @google/genai know their client', new GoogleGenAI(key).interactions, 'parentClient', 'object'],
  ['a chat of @google/generative-ai keeps its history', model.startChat(), '_history', 'object'],
  ['a model of @google/generative-ai keeps its options', model, '_requestOptions', 'object'],
];

test.each(FIELDS)('%s', (_what, owner, field, type) => {
  expect(typeof Reflect.get(owner, field)).toBe(type);
});

test('a client of @anthropic-ai/sdk has a place for its tracer', () => {
  expect(Reflect.has(anthropic, '_tracer')).toBe(true);
});
