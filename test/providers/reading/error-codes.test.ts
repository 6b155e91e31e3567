import { describe, expect, test } from 'vitest';
import type { CallReader } from '../../../src/facts/call.ts';
import { anthropicFailure } from '../../../src/providers/anthropic/failure.ts';
import { googleFailure } from '../../../src/providers/reading/error-codes.ts';
import { vercelFailure } from '../../../src/providers/vercel-ai/failure.ts';
import { type ErrorFacts, errorFacts } from '../../../src/telemetry/error.ts';

type Row = readonly [about: string, error: unknown, expected: Pick<ErrorFacts, 'type' | 'exception' | 'safe'>];

const SECRET = "Invalid value: 'my secret prompt'";

/** An error with a class of this name, as the SDKs have them. */
function thrown(name: string, message: string, fields: object = {}): Error {
  const Thrown = { [name]: class extends Error {} }[name] as typeof Error;
  return Object.assign(new Thrown(message), fields);
}

const body = (fields: object): string => JSON.stringify({ error: { code: 429, message: SECRET, ...fields } });
const exhausted = { status: 'RESOURCE_EXHAUSTED' };

const GOOGLE: readonly Row[] = [
  [
    'the body of an OpenAI-compatible endpoint',
    thrown('RateLimitError', SECRET, { status: 429, code: 429, error: { code: 429, ...exhausted } }),
    { type: 'RESOURCE_EXHAUSTED', exception: 'RateLimitError', safe: '429 RESOURCE_EXHAUSTED' },
  ],
  [
    'the body of Vertex AI around Claude',
    thrown('RateLimitError', SECRET, { status: 429, error: { error: { code: 429, ...exhausted } } }),
    { type: 'RESOURCE_EXHAUSTED', exception: 'RateLimitError', safe: '429 RESOURCE_EXHAUSTED' },
  ],
  [
    'the message of an ApiError',
    Object.assign(thrown('ApiError', body(exhausted)), { name: 'ApiError', status: 429 }),
    { type: 'RESOURCE_EXHAUSTED', exception: 'ApiError', safe: '429 RESOURCE_EXHAUSTED' },
  ],
  [
    'the message of an ApiError in a stream',
    Object.assign(thrown('ApiError', `got status: INTERNAL. ${body({ status: 'INTERNAL' })}`), { name: 'ApiError' }),
    { type: 'INTERNAL', exception: 'ApiError', safe: 'INTERNAL' },
  ],
  [
    'a list of errors',
    Object.assign(thrown('ApiError', `[${body(exhausted)}]`), { name: 'ApiError' }),
    { type: 'RESOURCE_EXHAUSTED', exception: 'ApiError', safe: 'RESOURCE_EXHAUSTED' },
  ],
  [
    'the words of a proxy',
    Object.assign(thrown('ApiError', body({ status: 'Bad Gateway' })), { name: 'ApiError', status: 502 }),
    { type: '502', exception: 'ApiError', safe: '502' },
  ],
  [
    'a message that is no JSON',
    Object.assign(thrown('ApiError', SECRET), { name: 'ApiError', status: 500 }),
    { type: '500', exception: 'ApiError', safe: '500' },
  ],
  [
    'JSON in the message of another error',
    thrown('OtherError', body(exhausted), { status: 500 }),
    { type: '500', exception: 'OtherError', safe: '500' },
  ],
];

const ANTHROPIC: readonly Row[] = [
  [
    'before 0.50: an error event in a stream is a connection error',
    thrown('APIConnectionError', `{"type":"error","error":{"type":"overloaded_error","message":"${SECRET}"}}`),
    { type: 'overloaded_error', exception: 'APIConnectionError', safe: 'overloaded_error' },
  ],
  [
    "before 0.50: a connection error with other than the API's words",
    thrown('APIConnectionError', SECRET),
    { type: 'APIConnectionError', exception: 'APIConnectionError', safe: 'APIConnectionError' },
  ],
  [
    'Vertex AI',
    thrown('RateLimitError', SECRET, { status: 429, error: { error: exhausted } }),
    { type: 'RESOURCE_EXHAUSTED', exception: 'RateLimitError', safe: '429 RESOURCE_EXHAUSTED' },
  ],
];

/** An error of the AI SDK: a bundler has renamed its class. */
const aiError = (fields: object): Error => thrown('_APICallError', SECRET, { name: 'AI_APICallError', ...fields });

const VERCEL: readonly Row[] = [
  [
    "the provider's body",
    aiError({ statusCode: 429, data: { error: { code: 'rate_limit_exceeded' } } }),
    { type: 'rate_limit_exceeded', exception: 'AI_APICallError', safe: '429 rate_limit_exceeded' },
  ],
  [
    "Google's body",
    aiError({ statusCode: 429, data: { error: { code: 429, ...exhausted } } }),
    { type: 'RESOURCE_EXHAUSTED', exception: 'AI_APICallError', safe: '429 RESOURCE_EXHAUSTED' },
  ],
  [
    'a code of the error itself',
    aiError({ code: 'ECONNRESET', data: { error: { code: 'rate_limit_exceeded' } } }),
    { type: 'ECONNRESET', exception: 'AI_APICallError', safe: 'ECONNRESET' },
  ],
  ['no body', aiError({ statusCode: 503 }), { type: '503', exception: 'AI_APICallError', safe: '503' }],
];

describe.each([
  ['Google', googleFailure, GOOGLE],
  ['Anthropic', anthropicFailure, ANTHROPIC],
  ['the Vercel AI SDK', vercelFailure, VERCEL],
] as const)('codes of errors of %s', (_, failure: NonNullable<CallReader['failure']>, rows) => {
  test.each(rows)('%s', (_about, error, expected) => {
    const facts = errorFacts(error, { failure });
    expect(facts).toMatchObject(expected);
    expect(`${facts.type} ${facts.exception} ${facts.safe}`).not.toContain('secret');
  });

  test.each([undefined, null, 'text', 7, [], {}])('%o has none', (error) => {
    expect(failure(error)).toBeUndefined();
  });
});
