/**
 * Wrappers of other instrumentations on the same methods of an SDK. They carry the mark of OpenTelemetry's base class;
 * whose they are shows in their source. A wrapper that is not known stays what it is: it may be a tool that sends
 * elsewhere, or the application's own.
 */

import type { AnyFunction } from '../../runtime/any-function.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import { OTHER_PREFIXES, warnOfOtherPackage } from '../../telemetry/other-spans/other-packages.ts';

type Other = keyof typeof OTHER_PREFIXES;

/**
 * What the sources of wrappers hold: checked with contrib 0.11.0 and 0.22.0, OpenInference 2.0.3 (openai) and 0.2.8
 * (anthropic), Traceloop 0.14.6 and 0.27.0. A minifier keeps these names, which are names of properties; a wrapper
 * whose source tells nothing is found by the scope of its span, from the second call on.
 * test/frameworks/other-instrumentations.frameworks.ts runs the packages and counts the spans of each call.
 */
const SOURCES: readonly (readonly [Other, RegExp])[] = [
  ['contrib', /\._start(?:ChatCompletions|Embeddings|Responses)Span\(/],
  ['openInference', /\boiTracer\.startSpan\(/],
  ['traceloop', /\._wrapPromise\(|\b_shouldSendPrompts\(|\buploadCallback\b/],
];

/** The mark that the base class, and `shimmer` before it, leaves on a wrapper. */
interface Marked {
  readonly __original?: unknown;
  readonly __wrapped?: unknown;
}

/** Wrappers that are known, by their source or because their span was seen. */
const known = new WeakMap<AnyFunction, Other>();

function originalOf(fn: AnyFunction): AnyFunction | undefined {
  const { __original, __wrapped } = fn as Marked;
  return __wrapped === true && typeof __original === 'function' ? __original : undefined;
}

function otherOf(fn: AnyFunction): Other | undefined {
  const before = known.get(fn);
  if (before !== undefined || originalOf(fn) === undefined) return before;
  const source = Function.prototype.toString.call(fn);
  const other = SOURCES.find(([, pattern]) => pattern.test(source))?.[0];
  if (other !== undefined) known.set(fn, other);
  return other;
}

/** What the wrappers of others on top of it were put on; `fn` itself if there is none. */
export function beneathOthers(fn: AnyFunction): AnyFunction {
  let beneath = fn;
  while (otherOf(beneath) !== undefined) beneath = originalOf(beneath) as AnyFunction;
  return beneath;
}

/** Is `wrapper` called by `top` through wrappers of others alone? `scope` is that of the span that is active in it. */
export function isBeneathOthers(top: unknown, wrapper: AnyFunction, scope: string | undefined): top is AnyFunction {
  if (typeof top !== 'function') return false;
  const started = (Object.keys(OTHER_PREFIXES) as Other[]).find((other) => scope?.startsWith(OTHER_PREFIXES[other]));
  let fn: AnyFunction | undefined = top;
  while (fn !== undefined && fn !== wrapper) {
    const original = originalOf(fn);
    if (started !== undefined && original === wrapper && otherOf(fn) === undefined) known.set(fn, started);
    if (otherOf(fn) === undefined) return false;
    fn = original;
  }
  return fn === wrapper;
}

/**
 * A feature of Traceloop's: its wrapper takes these out of the request, which the provider would refuse with them. Such a
 * call goes through the wrapper.
 */
function needsWrapper(args: readonly unknown[]): boolean {
  const request = args[0];
  return typeof request === 'object' && request !== null && 'extraAttributes' in request;
}

/**
 * What a recorded call calls instead of `method`, a wrapper of another instrumentation: what is `beneath` it. Says once who
 * it is.
 */
export function passOver(
  method: AnyFunction,
  beneath: AnyFunction,
  telemetry: CallRecorder,
  args: readonly unknown[],
): AnyFunction {
  if (telemetry.config.otherInstrumentations === 'keep' || needsWrapper(args)) return method;
  const other = otherOf(method);
  const name = other && [...telemetry.otherPackages].find((candidate) => candidate.startsWith(OTHER_PREFIXES[other]));
  if (name !== undefined) warnOfOtherPackage(name);
  return beneath;
}
