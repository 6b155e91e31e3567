/**
 * Errors in answers of the SDK. The SDK copies the fields of an answer that the SDK knows, and drops `error`; the
 * application gets an empty answer.
 */
import type { Failure, ResponseFacts } from '../../facts/call.ts';
import { defineHidden } from '../../patching/wrapping/define-hidden.ts';
import { isRecorded, type Patcher } from '../../patching/wrapping/patcher.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { isThenable } from '../../runtime/follow.ts';
import { swallow } from '../../runtime/guard.ts';
import { sourceOf } from '../../telemetry/content/read-once.ts';
import { failureInAnswer } from '../reading/error-answers.ts';
import { asObject } from '../reading/unknown-values.ts';

/** Failures by the headers of the HTTP answer: the SDK puts the same object of headers into the application's answer. */
const failures = new WeakMap<object, Failure>();

/** Reads the parsed body of every HTTP answer before the SDK copies the fields. `responses`: the prototype of `HttpResponse`. */
export function patchHttpResponses(responses: unknown, patcher: Patcher): void {
  patcher.wrap(responses, 'json', (json, recording) => readingBody(json, () => recording() !== undefined));
}

/**
 * Does the same for the answers of one client. `apiClient`: the object through which the client sends requests. The answers
 * are no property of the client, so every answer gets a method of its own.
 */
export function patchHttpResponsesOf(apiClient: unknown, patcher: Patcher): void {
  patcher.wrap(
    apiClient,
    'request',
    (request, recording) =>
      function (this: unknown, ...args: unknown[]): unknown {
        const response: unknown = Reflect.apply(request, this, args);
        if (recording() === undefined || !isThenable(response)) return response;
        return response.then(withObservedBody);
      },
  );
}

function withObservedBody(response: unknown): unknown {
  try {
    const json = asObject(response)?.json;
    if (typeof json === 'function' && !isRecorded(json))
      defineHidden(
        response as object,
        'json',
        readingBody(json as AnyFunction, () => true),
      );
  } catch (error) {
    swallow(error);
  }
  return response;
}

function readingBody(json: AnyFunction, isRecording: () => boolean): AnyFunction {
  return function (this: unknown, ...args: unknown[]): unknown {
    const body: unknown = Reflect.apply(json, this, args);
    if (!isRecording() || !isThenable(body)) return body;
    return body.then((value: unknown) => {
      rememberFailure(this, value);
      return value;
    });
  };
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
    const failure = headers && failures.get(sourceOf(headers));
    return failure === undefined ? facts : { ...facts, failure: facts.failure ?? failure };
  };
}
