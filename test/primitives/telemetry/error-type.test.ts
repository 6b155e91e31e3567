import { expect, test } from 'vitest';
import { errorTypeOf, isTimeout } from '../../../src/primitives/telemetry/error-type.ts';
import { LlmTimeoutError } from '../../../src/primitives/timeout/llm-timeout-error.ts';

class APIConnectionTimeoutError extends Error {}
class RateLimitError extends Error {
  readonly status = 429;
}

const limit = { operation: 'ask', limit: 'totalMs', limitMs: 1, elapsedMs: 2, chunks: 0 } as const;

test.each([
  ['a status', new RateLimitError(), '429'],
  ['statusCode', { statusCode: 503 }, '503'],
  ['a status of a good answer', Object.assign(new TypeError('x'), { status: 200 }), 'TypeError'],
  ['a limit of this package', new LlmTimeoutError(limit), 'timeout'],
  ['a timeout of an SDK', new APIConnectionTimeoutError('x'), 'timeout'],
  ['AbortSignal.timeout()', new DOMException('x', 'TimeoutError'), 'timeout'],
  ['a timeout of undici', Object.assign(new Error('x'), { code: 'UND_ERR_HEADERS_TIMEOUT' }), 'timeout'],
  ['a class', new RangeError('x'), 'RangeError'],
  ['a plain Error', new Error('x'), 'Error'],
  ['a text', 'x', '_OTHER'],
  ['undefined', undefined, '_OTHER'],
  [
    'a proxy that throws',
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('x');
        },
      },
    ),
    '_OTHER',
  ],
] as const)('%s', (_name, error, type) => {
  expect(errorTypeOf(error)).toBe(type);
  expect(isTimeout(error)).toBe(type === 'timeout');
});
