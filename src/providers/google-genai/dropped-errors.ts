/**
 * Errors in answers of the SDK. The SDK copies the fields of an answer that the SDK knows, and drops `error`; the
 * application gets an empty answer.
 */
import type { Failure, ResponseFacts } from '../../facts/call.ts';
import { isThenable } from '../../patching/wrapping/follow-result.ts';
import type { Patcher } from '../../patching/wrapping/patcher.ts';
import { swallow } from '../../runtime/guard.ts';
import { failureInAnswer } from '../reading/error-answers.ts';
import { asObject } from '../reading/unknown-values.ts';

/** Failures by the headers of the HTTP answer: the SDK puts the same object of headers into the application's answer. */
const failures = new WeakMap<object, Failure>();

/** Reads the parsed body of every HTTP answer before the SDK copies the fields. `responses`: the prototype of `HttpResponse`. */
export function patchHttpResponses(responses: unknown, patcher: Patcher): void {
  patcher.wrap(
    responses,
    'json',
    (json, recording) =>
      function (this: unknown, ...args: unknown[]): unknown {
        const body: unknown = Reflect.apply(json, this, args);
        if (recording() === undefined || !isThenable(body)) return body;
        return body.then((value: unknown) => {
          rememberFailure(this, value);
          return value;
        });
      },
  );
}

function rememberFailure(response: unknown, body: unknown): void {
  try {
    const headers = asObject(asObject(response)?.headers);
    const failure = headers && failureInAnswer(body);
    if (failure !== undefined) failures.set(headers as object, failure);
  } catch (error) {
    swallow(error);
  }
}

/** `read`, with the failure that the SDK has dropped. */
export function withDroppedError(read: (body: unknown) => ResponseFacts): (body: unknown) => ResponseFacts {
  return (body) => {
    const facts = read(body);
    const headers = asObject(asObject(asObject(body)?.sdkHttpResponse)?.headers);
    const failure = headers && failures.get(headers);
    return failure === undefined ? facts : { ...facts, failure: facts.failure ?? failure };
  };
}
