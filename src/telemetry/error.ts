/** Reads thrown values: `error.type` and messages, without text that a user or a model wrote. */

import type { CallReader, Failure } from '../facts/call.ts';
import { asRecord, errorCode, exceptionName, type LooseRecord } from '../runtime/exception-name.ts';
import { swallow } from '../runtime/guard.ts';

/** A thrown value. `safe` is a message that cannot hold content. */
export interface ErrorFacts extends Failure {
  /** Class name of the exception. */
  readonly exception: string;
  /** A short message without text of the provider or the user. */
  readonly safe: string;
  /**
   * Reads the stack frames without the message above the frames; absent if the value has no stack. To be called as late as
   * possible: see src/otel/late-stack.ts.
   */
  readonly readFrames?: (() => string | undefined) | undefined;
}

/** Fixed messages of SDKs and of fetch. The class of an error is no proof: an application can have a TimeoutError too. */
const FIXED_MESSAGES =
  /^(?:Connection error|Request timed out|Request was aborted|(?:This|The) operation was aborted(?: due to timeout)?|terminated|fetch failed)\.?$/;
/** Did the application give up (abort signal, controller), and was `error` thrown for that reason? Never throws. */
export function isAbort(error: unknown): boolean {
  try {
    const name = exceptionName(error);
    const { name: nameField, message, status } = asRecord(error);
    return (
      name === 'APIUserAbortError' ||
      name === 'AbortError' ||
      nameField === 'AbortError' ||
      // A minified bundle has no class names left.
      (status === undefined && message === 'Request was aborted.')
    );
  } catch {
    return false; // a proxy, or getters that throw
  }
}

/**
 * Was `error` thrown because the application aborted `signal`? The signal decides: the application may give any value as the
 * reason, and SDKs wrap the reason. Only an answer with a status of HTTP errors came before the abort; an error that wraps an
 * abort in the middle of a good answer has the status 200. Never throws.
 */
export function isAbortBy(signal: AbortSignal | undefined, error: unknown): boolean {
  try {
    const { status, statusCode } = asRecord(error);
    const code = status ?? statusCode;
    return signal?.aborted === true && !(typeof code === 'number' && code >= 400);
  } catch {
    return signal?.aborted === true; // a proxy, or getters that throw
  }
}

/** Reads the errors of one SDK: a part of `CallReader`. */
export type FailureReader = Pick<CallReader, 'failure'>;

/**
 * `error.type` and the message of a thrown value, from the places that many SDKs share. `reader` goes first: a reader knows
 * the places of a single SDK.
 */
export function errorFacts(error: unknown, reader?: FailureReader): ErrorFacts {
  const e = asRecord(error);
  const read = readBy(reader, error);
  const exception = exceptionName(error);
  const status = typeof e.status === 'number' ? String(e.status) : failedStatus(e.statusCode);
  const code =
    read.type ??
    // The numbers of DOMExceptions are no codes of a provider.
    (e instanceof DOMException ? undefined : errorCode(e.code)) ??
    errorCode(e.type) ??
    codeInBody(e.error);
  const type = code ?? status ?? exception;
  const message =
    read.message ?? (typeof e.message === 'string' ? e.message : typeof error === 'string' ? error : undefined);
  const cause = errorCode(asRecord(e.cause).code);
  const safe = FIXED_MESSAGES.test(message ?? '')
    ? [message, cause].filter(Boolean).join(' ')
    : [status, code, cause].filter((part, i, all) => part !== undefined && all.indexOf(part) === i).join(' ') ||
      exception;
  const readFrames = 'stack' in e ? () => framesOf(e, message) : undefined;
  return { type, message, exception, safe, readFrames };
}

/** The code in the body of an HTTP error: `{code, type}`, or a level deeper `{error: {code, type}}`. */
export function codeInBody(value: unknown): string | undefined {
  const body = asRecord(value);
  const nested = asRecord(body.error);
  // The outer type may be the word `error` alone: `{type: 'error', error: {type: 'overloaded_error'}}`.
  return errorCode(nested.code) ?? errorCode(nested.type) ?? errorCode(body.code) ?? errorCode(body.type);
}

/** The status by the name `statusCode`. An SDK that cannot read a good answer throws with a status below 400. */
function failedStatus(value: unknown): string | undefined {
  return typeof value === 'number' && value >= 400 ? String(value) : undefined;
}

/**
 * Codes that readers found, by error. An error travels from the model call through tools, agents and frameworks; no reader
 * of the SDK is at hand around the call, and every span gets the same `error.type` all the same.
 */
const readCodes = new WeakMap<object, string>();

function readBy(reader: FailureReader | undefined, error: unknown): Partial<Failure> {
  const key = typeof error === 'object' && error !== null ? error : undefined;
  const before = key && readCodes.get(key);
  try {
    const { type, message } = reader?.failure?.(error) ?? {};
    const code = before ?? errorCode(type);
    if (key !== undefined && code !== undefined) readCodes.set(key, code);
    return { ...(code !== undefined && { type: code }), ...(message !== undefined && { message }) };
  } catch (unreadable) {
    swallow(unreadable);
    return before === undefined ? {} : { type: before };
  }
}

/**
 * The frames at the end of a stack. A message can have lines that look like frames, so the message is cut off first. A
 * message that was changed after the error was made is not found in the stack; then only the last unbroken run of frames
 * is taken.
 */
function framesOf(error: LooseRecord, message: unknown): string | undefined {
  const stack = stackOf(error);
  if (typeof stack !== 'string') return undefined;
  const at = typeof message === 'string' && message !== '' ? stack.indexOf(message) : -1;
  const lines = (at < 0 ? stack : stack.slice(at + String(message).length)).split('\n');
  const frames = lines.slice(lines.findLastIndex((line) => !/^\s+at /.test(line)) + 1);
  return frames.length > 0 ? frames.join('\n') : undefined;
}

function stackOf(error: LooseRecord): unknown {
  try {
    return error.stack;
  } catch {
    return undefined; // a getter, or an Error.prepareStackTrace of the application that throws
  }
}

/** {@link errorFacts}; a value whose properties cannot be read has the type `_OTHER`. */
export function failureOf(error: unknown, reader?: FailureReader): Failure {
  try {
    return errorFacts(error, reader);
  } catch (unreadable) {
    swallow(unreadable);
    return { type: '_OTHER' };
  }
}
