/** The facts of an error, without repeating what a user or a model wrote. */

import type { Failure } from '../facts/call.ts';
import { swallow } from '../runtime/guard.ts';

/** How a thrown value is told apart. `safe` is a message that cannot hold content. */
export interface ErrorFacts extends Failure {
  /** Class name of the exception. */
  readonly exception: string;
  /** A short message without anything the provider or the user wrote. */
  readonly safe: string;
  /** Stack frames without the message above them. */
  readonly frames?: string | undefined;
}

/** The fixed words of the SDKs and of fetch. A class name vouches for nothing: the application has a TimeoutError too. */
const FIXED_MESSAGES =
  /^(?:Connection error|Request timed out|Request was aborted|(?:This|The) operation was aborted(?: due to timeout)?|terminated|fetch failed)\.?$/;
/** Classes that say nothing. */
const UNSPECIFIC = new Set(['Error', 'Object', 'DOMException']);
const ONE_WORD = /^[\w.:/-]{1,80}$/;
/** More digits than a code has: an id of the request, and a metric series each. */
const AN_ID = /(?:\d\D*){6}/;

type Loose = Readonly<Record<string, unknown>>;

/** Stands in for a thrown value that has no properties: not even a constructor. */
const EMPTY: Loose = Object.create(null);

const asRecord = (value: unknown): Loose =>
  (typeof value === 'object' && value !== null) || typeof value === 'function' ? (value as Loose) : EMPTY;

/** A code that can be an attribute value: short, one word. Numbers are HTTP-like codes of some providers. */
export function errorCode(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isInteger(value)) return String(value);
  return typeof value === 'string' && ONE_WORD.test(value) && !AN_ID.test(value) ? value : undefined;
}

/** Class name of a thrown value; `_OTHER` where it has none. */
export function exceptionName(error: unknown): string {
  const name = asRecord(error).constructor;
  const own = typeof name === 'function' ? name.name : undefined;
  // Plain Error subclasses of some SDKs, and the DOMExceptions of fetch, only differ by `name`.
  const given = asRecord(error).name;
  // A class whose name begins with `_` was renamed by a bundler.
  const best = own !== undefined && /^[^_]/.test(own) && !UNSPECIFIC.has(own) ? own : given;
  return errorCode(best) ?? errorCode(own) ?? '_OTHER';
}

/** Was this thrown because the application gave up (abort signal, controller)? Never throws. */
export function isAbort(error: unknown): boolean {
  try {
    const name = exceptionName(error);
    const { name: given, message, status } = asRecord(error);
    return (
      name === 'APIUserAbortError' ||
      name === 'AbortError' ||
      given === 'AbortError' ||
      // A minified bundle has no class names left.
      (status === undefined && message === 'Request was aborted.')
    );
  } catch {
    return false; // a proxy, or getters that throw
  }
}

/** `error.type` and what may be said of a thrown value. */
export function errorFacts(error: unknown): ErrorFacts {
  const e = asRecord(error);
  // The Vercel AI SDK has the provider's body in `data`.
  const body = asRecord(e.error ?? e.data);
  const nested = asRecord(body.error);
  const exception = exceptionName(error);
  const status = typeof e.status === 'number' ? String(e.status) : failedStatus(e.statusCode);
  const code =
    googleStatus(e, body, nested) ??
    // The numbers of DOMExceptions are no codes of a provider.
    (e instanceof DOMException ? undefined : errorCode(e.code)) ??
    errorCode(e.type) ??
    // Anthropic's body is `{type: 'error', error: {type}}`.
    errorCode(nested.code) ??
    errorCode(nested.type) ??
    errorCode(body.code) ??
    errorCode(body.type) ??
    (exception === 'APIConnectionError' ? typeInside(e.message) : undefined);
  const type = code ?? status ?? exception;
  const message = typeof e.message === 'string' ? e.message : typeof error === 'string' ? error : undefined;
  const cause = errorCode(asRecord(e.cause).code);
  const safe = FIXED_MESSAGES.test(message ?? '')
    ? [message, cause].filter(Boolean).join(' ')
    : [status, code, cause].filter((part, i, all) => part !== undefined && all.indexOf(part) === i).join(' ') ||
      exception;
  return { type, message, exception, safe, frames: framesOf(e.stack, e.message) };
}

/** The status of the Vercel AI SDK's errors. An answer that it cannot read has one that says that all is well. */
function failedStatus(value: unknown): string | undefined {
  return typeof value === 'number' && value >= 400 ? String(value) : undefined;
}

/** `RESOURCE_EXHAUSTED`; what a proxy sends in its place (`Bad Gateway`) is not written like that. */
const GOOGLE_STATUS = /^[A-Z]+(?:_[A-Z]+)*$/;

/**
 * Google's word for what went wrong: in the body of the error, or, in genai's `ApiError`, only in the message, which is
 * the body as JSON and in streams has `got status: INTERNAL. ` in front.
 */
function googleStatus(e: Loose, body: Loose, nested: Loose): string | undefined {
  const given = nested.status ?? body.status ?? (e.name === 'ApiError' ? statusInside(e.message) : undefined);
  return typeof given === 'string' && GOOGLE_STATUS.test(given) ? given : undefined;
}

function statusInside(message: unknown): unknown {
  return bodyInside(message).status;
}

function typeInside(message: unknown): string | undefined {
  return errorCode(bodyInside(message).type);
}

/** The `error` of a body that a message holds as JSON. */
function bodyInside(message: unknown): Loose {
  if (typeof message !== 'string') return EMPTY;
  try {
    const parsed: unknown = JSON.parse(message.slice(message.search(/[[{]/)));
    return asRecord(asRecord(Array.isArray(parsed) ? parsed[0] : parsed).error);
  } catch {
    return EMPTY;
  }
}

/**
 * The frames at the end of a stack. A message can have lines that look like frames, so it is cut off first; one that was
 * changed after the error was made is not found there, and then the last unbroken run of frames is what is left.
 */
function framesOf(stack: unknown, message: unknown): string | undefined {
  if (typeof stack !== 'string') return undefined;
  const at = typeof message === 'string' && message !== '' ? stack.indexOf(message) : -1;
  const lines = (at < 0 ? stack : stack.slice(at + String(message).length)).split('\n');
  const frames = lines.slice(lines.findLastIndex((line) => !/^\s+at /.test(line)) + 1);
  return frames.length > 0 ? frames.join('\n') : undefined;
}

/** {@link errorFacts}, of values too whose properties cannot be read. */
export function failureOf(error: unknown): Failure {
  try {
    return errorFacts(error);
  } catch (unreadable) {
    swallow(unreadable);
    return { type: '_OTHER' };
  }
}
