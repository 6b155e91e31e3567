import { describe, expect, test } from 'vitest';
import { errorCode, exceptionName } from '../../src/runtime/exception-name.ts';
import { type ErrorFacts, errorFacts, failureOf, isAbort } from '../../src/telemetry/error.ts';
import { alternativesOf, rowsOf } from '../support/source-tables.ts';

const SOURCE = 'src/telemetry/error.ts';

/** Errors with the shape that the SDKs give theirs, without the SDKs. */
class APIError extends Error {
  constructor(message: string, fields: object = {}) {
    super(message);
    Object.assign(this, fields);
  }
}
class RateLimitError extends APIError {}
class BadRequestError extends APIError {}
class InternalServerError extends APIError {}
class APIConnectionError extends APIError {}
class APIConnectionTimeoutError extends APIConnectionError {}
class APIUserAbortError extends APIError {}
class GoogleGenerativeAIFetchError extends Error {
  readonly status = 429;
}

const SECRET = "Invalid value: 'my secret prompt'";

type Row = readonly [
  about: string,
  error: unknown,
  expected: Pick<ErrorFacts, 'type' | 'exception' | 'safe'> & { message?: string },
];

/** An error of the Vercel AI SDK: a bundler has renamed its class. */
function aiError(fields: object): Error {
  const AiError = class _APICallError extends Error {};
  return Object.assign(new AiError(SECRET), { name: 'AI_APICallError', ...fields });
}

const ROWS: readonly Row[] = [
  [
    'openai 4 to 7: code, type, status and the body',
    new RateLimitError(`429 ${SECRET}`, {
      status: 429,
      code: 'rate_limit_exceeded',
      type: 'requests',
      error: { message: SECRET, code: 'rate_limit_exceeded', type: 'requests' },
    }),
    { type: 'rate_limit_exceeded', exception: 'RateLimitError', safe: '429 rate_limit_exceeded' },
  ],
  [
    'openai: null code, the type is left',
    new BadRequestError(SECRET, { status: 400, code: null, type: 'invalid_request_error' }),
    { type: 'invalid_request_error', exception: 'BadRequestError', safe: '400 invalid_request_error' },
  ],
  [
    'only a body with a code',
    new BadRequestError(SECRET, { status: 400, error: { code: 'context_length_exceeded' } }),
    { type: 'context_length_exceeded', exception: 'BadRequestError', safe: '400 context_length_exceeded' },
  ],
  [
    'anthropic: the type is in the nested error',
    new RateLimitError(SECRET, { status: 529, error: { error: { type: 'overloaded_error', message: SECRET } } }),
    { type: 'overloaded_error', exception: 'RateLimitError', safe: '529 overloaded_error' },
  ],
  [
    'anthropic before 0.134: the body says that it is an error',
    new BadRequestError(SECRET, {
      status: 400,
      error: { type: 'error', error: { type: 'invalid_request_error', message: SECRET } },
    }),
    { type: 'invalid_request_error', exception: 'BadRequestError', safe: '400 invalid_request_error' },
  ],
  [
    "anthropic before 0.50: the same with other than the API's words",
    new APIConnectionError(SECRET),
    { type: 'APIConnectionError', exception: 'APIConnectionError', safe: 'APIConnectionError' },
  ],
  [
    'status only',
    new InternalServerError('500 status code (no body)', { status: 500, error: undefined }),
    { type: '500', exception: 'InternalServerError', safe: '500' },
  ],
  ['a number as code', new APIError(SECRET, { code: 503 }), { type: '503', exception: 'APIError', safe: '503' }],
  [
    'Google: status as a number, nothing else',
    new GoogleGenerativeAIFetchError(SECRET),
    { type: '429', exception: 'GoogleGenerativeAIFetchError', safe: '429' },
  ],
  [
    'a code that is a sentence',
    new APIError(SECRET, { code: 'not a code, but a sentence', type: 'invalid_request_error' }),
    { type: 'invalid_request_error', exception: 'APIError', safe: 'invalid_request_error' },
  ],
  [
    'a code that is too long',
    new APIError(SECRET, { status: 418, code: 'x'.repeat(81) }),
    { type: '418', exception: 'APIError', safe: '418' },
  ],
  [
    'no connection: the cause says why',
    new APIConnectionError('Connection error.', { cause: { code: 'ECONNREFUSED' } }),
    { type: 'APIConnectionError', exception: 'APIConnectionError', safe: 'Connection error. ECONNREFUSED' },
  ],
  [
    'a timeout',
    new APIConnectionTimeoutError('Request timed out.'),
    { type: 'APIConnectionTimeoutError', exception: 'APIConnectionTimeoutError', safe: 'Request timed out.' },
  ],
  [
    'an abort by the SDK',
    new APIUserAbortError('Request was aborted.'),
    { type: 'APIUserAbortError', exception: 'APIUserAbortError', safe: 'Request was aborted.' },
  ],
  [
    'an error of Node',
    Object.assign(new Error(SECRET), { code: 'ECONNRESET' }),
    { type: 'ECONNRESET', exception: 'Error', safe: 'ECONNRESET' },
  ],
  [
    "the AI SDK's, without a body",
    aiError({ statusCode: 503 }),
    { type: '503', exception: 'AI_APICallError', safe: '503' },
  ],
  [
    "the AI SDK's, of an answer that cannot be read",
    aiError({ statusCode: 200 }),
    { type: 'AI_APICallError', exception: 'AI_APICallError', safe: 'AI_APICallError' },
  ],
  ['a plain error', new Error(SECRET), { type: 'Error', exception: 'Error', safe: 'Error' }],
  ['a TypeError', new TypeError(SECRET), { type: 'TypeError', exception: 'TypeError', safe: 'TypeError' }],
  [
    'an Error told apart by its name only',
    Object.assign(new Error(SECRET), { name: 'ApiError' }),
    { type: 'ApiError', exception: 'ApiError', safe: 'ApiError' },
  ],
  [
    'a name that is a sentence',
    Object.assign(new Error('x'), { name: 'my secret prompt' }),
    { type: 'Error', exception: 'Error', safe: 'Error' },
  ],
  ['an object', { message: SECRET }, { type: 'Object', exception: 'Object', safe: 'Object' }],
  ['an object with a code', { code: 'E_X' }, { type: 'E_X', exception: 'Object', safe: 'E_X' }],
  ['an object without prototype', Object.create(null), { type: '_OTHER', exception: '_OTHER', safe: '_OTHER' }],
  ['a string', SECRET, { type: '_OTHER', exception: '_OTHER', safe: '_OTHER', message: SECRET }],
  ['undefined', undefined, { type: '_OTHER', exception: '_OTHER', safe: '_OTHER' }],
  ['null', null, { type: '_OTHER', exception: '_OTHER', safe: '_OTHER' }],
  ['a number', 42, { type: '_OTHER', exception: '_OTHER', safe: '_OTHER' }],
  ['an anonymous class', new (class extends Error {})(SECRET), { type: 'Error', exception: 'Error', safe: 'Error' }],
];

describe('error facts', () => {
  test.each(ROWS)('%s', (_, error, expected) => {
    const facts = errorFacts(error);
    expect(facts).toMatchObject(expected);
    expect(`${facts.type} ${facts.exception} ${facts.safe} ${facts.readFrames?.() ?? ''}`).not.toContain('secret');
  });

  test.each([
    'my secret\n  at my secret place\nprompt',
    'my secret\n  at my secret place',
    '\n    at my secret place',
    'my secret',
  ])('frames are the stack without the message above them: %j', (message) => {
    const facts = errorFacts(new Error(message));
    expect(facts.readFrames?.()).toMatch(/^\s+at /);
    expect(facts.readFrames?.()).not.toContain('secret');
  });

  test('frames of an error whose message was changed are the last unbroken run of them', () => {
    const error = new Error('my secret\n  at my secret place\nprompt');
    error.message = 'changed';
    expect(errorFacts(error).readFrames?.()).toMatch(/^\s+at /);
    expect(errorFacts(error).readFrames?.()).not.toContain('secret');
  });

  test('no stack, no frames', () => {
    expect(errorFacts({ stack: 'my secret' }).readFrames?.()).toBeUndefined();
    expect(errorFacts({ stack: 5 }).readFrames?.()).toBeUndefined();
  });
});

describe('the reader of a provider', () => {
  test('goes before the places that SDKs share, and fills in what it says', () => {
    const error = new RateLimitError(SECRET, { status: 429, code: 'shared' });
    expect(errorFacts(error, { failure: () => ({ type: 'own', message: 'm' }) })).toMatchObject({
      type: 'own',
      message: 'm',
      safe: '429 own',
    });
    expect(errorFacts(new APIError(SECRET, { code: 'shared' }), { failure: () => undefined }).type).toBe('shared');
  });

  test('is held to a code: a sentence is none', () => {
    const facts = errorFacts(new APIError(SECRET, { status: 400 }), { failure: () => ({ type: 'a secret sentence' }) });
    expect(facts).toMatchObject({ type: '400', safe: '400' });
  });

  test('may throw: the error is read without it', () => {
    const failure = (): never => {
      throw new Error('a getter');
    };
    expect(errorFacts(new APIError(SECRET, { code: 'shared' }), { failure }).type).toBe('shared');
  });

  test('names the error for every span around the call', () => {
    const error = new APIError(SECRET, { status: 429 });
    expect(failureOf(error).type).toBe('429');
    expect(failureOf(error, { failure: () => ({ type: 'own' }) }).type).toBe('own');
    expect(failureOf(error).type).toBe('own');
  });
});

test.each([
  [new APIUserAbortError('Request was aborted.'), true],
  [new DOMException('This operation was aborted', 'AbortError'), true],
  [Object.assign(new Error('aborted'), { name: 'AbortError' }), true],
  [{ name: 'AbortError' }, true],
  [new DOMException('too slow', 'TimeoutError'), false],
  [new APIConnectionTimeoutError('Request timed out.'), false],
  [new Error('AbortError'), false],
  ['AbortError', false],
  [undefined, false],
])('%o is an abort: %s', (error, abort) => {
  expect(isAbort(error)).toBe(abort);
});

const HOSTILE: readonly (readonly [string, unknown])[] = [
  [
    'a getter that throws',
    Object.defineProperties(new Error('x'), {
      name: {
        get: () => {
          throw new Error('name');
        },
      },
      code: {
        get: () => {
          throw new Error('code');
        },
      },
      constructor: {
        get: () => {
          throw new Error('constructor');
        },
      },
    }),
  ],
  [
    'a proxy that throws',
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('trap');
        },
        getPrototypeOf: () => {
          throw new Error('trap');
        },
      },
    ),
  ],
  [
    'a revoked proxy',
    (() => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    })(),
  ],
];

test.each(HOSTILE)('%s is no abort and throws nothing', (_, error) => {
  expect(isAbort(error)).toBe(false);
});

test.each([
  ['rate_limit_exceeded', 'rate_limit_exceeded'],
  ['RESOURCE_EXHAUSTED', 'RESOURCE_EXHAUSTED'],
  ['a.b:c/d-e', 'a.b:c/d-e'],
  [429, '429'],
  [1.5, undefined],
  ['two words', undefined],
  ['x'.repeat(80), 'x'.repeat(80)],
  ['x'.repeat(81), undefined],
  ['E12345', 'E12345'],
  ['req_011CQm7', 'req_011CQm7'],
  ['req_011CQm7a42', undefined],
  ['123456', undefined],
  ['', undefined],
  [null, undefined],
  [{}, undefined],
])('the code %o is %o', (value, expected) => {
  expect(errorCode(value)).toBe(expected);
});

/** The fixed words of SDKs and of fetch: they hold no content, and say more than a status. */
const FIXED = {
  'Connection error': ['Connection error', 'Connection error.'],
  'Request timed out': ['Request timed out.'],
  'Request was aborted': ['Request was aborted.'],
  '(?:This|The) operation was aborted(?: due to timeout)?': [
    ...['This operation was aborted', 'The operation was aborted', 'The operation was aborted due to timeout'],
  ],
  terminated: ['terminated'],
  'fetch failed': ['fetch failed'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

test.each(Object.values(FIXED).flat())('the words "%s" are safe', (message) => {
  expect(errorFacts(new Error(message)).safe).toBe(message);
  expect(errorFacts(Object.assign(new Error(message), { cause: { code: 'ECONNRESET' } })).safe).toBe(
    `${message} ECONNRESET`,
  );
  for (const more of [`${message} by my secret`, `my secret: ${message}`])
    expect(errorFacts(new Error(more)).safe).not.toContain('secret');
});

test('all fixed words have a row here', () => {
  expect(alternativesOf(SOURCE, 'FIXED_MESSAGES')).toEqual(Object.keys(FIXED));
});

/** Classes that say nothing: the `name` of an error of these is taken, and of all others the class. */
const UNSPECIFIC: Readonly<Record<string, object>> = {
  Error: new Error('x'),
  Object: {},
  DOMException: new DOMException('x'),
};

test.each(Object.entries(UNSPECIFIC))('the class %s says less than a name', (name, error) => {
  expect(error.constructor.name).toBe(name);
  Object.defineProperty(error, 'name', { value: 'Telling' });
  expect(exceptionName(error)).toBe('Telling');
});

test('all classes that say nothing have a row here', () => {
  expect(rowsOf('src/runtime/exception-name.ts', 'UNSPECIFIC').sort()).toEqual(Object.keys(UNSPECIFIC).sort());
});

test('the name of a class beats a generic name', () => {
  expect(exceptionName(new RateLimitError('x'))).toBe('RateLimitError');
  expect(exceptionName(() => {})).toBe('Function');
});
