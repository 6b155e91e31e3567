/**
 * Recognises wrappers that instrumentations of different packages put on the same methods of an SDK, so that a recorded
 * call skips the wrappers. A wrapper carries the mark of OpenTelemetry's base class, and the package shows in the
 * source text of the wrapper. An unknown wrapper is never skipped: the wrapper may belong to the application, or to a
 * tool that sends to a different backend.
 */

import type { AnyFunction } from '../../runtime/any-function.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import { OTHER_PREFIXES, warnOfOtherPackage } from '../../telemetry/other-spans/other-packages.ts';

/** A package of instrumentations. */
type Package = keyof typeof OTHER_PREFIXES;

/**
 * Patterns in the source text of the wrappers of each package. Checked with contrib 0.11.0 and 0.22.0, OpenInference 2.0.3
 * (openai) and 0.2.8 (anthropic), Traceloop 0.14.6 and 0.27.0. The names are names of properties, which minifiers keep by
 * default. A wrapper whose source does not match is recognised by the scope of the wrapper's span, and skipped from the
 * second call on. test/frameworks/other-instrumentations.frameworks.ts runs the packages and counts the spans of every call.
 */
const SOURCES: readonly (readonly [Package, RegExp])[] = [
  ['contrib', /\._start(?:ChatCompletions|Embeddings|Responses)Span\(/],
  ['openInference', /\boiTracer\.startSpan\(/],
  ['traceloop', /\._wrapPromise\(|\b_shouldSendPrompts\(|\buploadCallback\b/],
];

/** The mark that OpenTelemetry's base class leaves on a wrapper, as the package `shimmer` did before. */
interface Marked {
  readonly __original?: unknown;
  readonly __wrapped?: unknown;
}

/** Recognised wrappers: by the source text, or by the span that the wrapper started. */
const packages = new WeakMap<AnyFunction, Package>();

function originalOf(fn: AnyFunction): AnyFunction | undefined {
  const { __original, __wrapped } = fn as Marked;
  return __wrapped === true && typeof __original === 'function' ? __original : undefined;
}

function packageOf(fn: AnyFunction): Package | undefined {
  const cached = packages.get(fn);
  if (cached !== undefined || originalOf(fn) === undefined) return cached;
  const source = Function.prototype.toString.call(fn);
  const found = SOURCES.find(([, pattern]) => pattern.test(source))?.[0];
  if (found !== undefined) packages.set(fn, found);
  return found;
}

/** Returns the function below the recognised wrappers on top of `fn`; `fn` if no recognised wrapper is on top. */
export function methodBelowOthers(fn: AnyFunction): AnyFunction {
  let method = fn;
  while (packageOf(method) !== undefined) method = originalOf(method) as AnyFunction;
  return method;
}

/**
 * Does `top` reach `wrapper` through recognised wrappers only? `scope` is the scope of the span that is active in
 * `wrapper`: an unknown wrapper directly on top of `wrapper` is recognised by the span that this wrapper has started.
 */
export function isBelowOthers(top: unknown, wrapper: AnyFunction, scope: string | undefined): top is AnyFunction {
  if (typeof top !== 'function') return false;
  const spanPackage = (Object.keys(OTHER_PREFIXES) as Package[]).find((name) =>
    scope?.startsWith(OTHER_PREFIXES[name]),
  );
  let fn: AnyFunction | undefined = top;
  while (fn !== undefined && fn !== wrapper) {
    const original = originalOf(fn);
    if (spanPackage !== undefined && original === wrapper && packageOf(fn) === undefined) packages.set(fn, spanPackage);
    if (packageOf(fn) === undefined) return false;
    fn = original;
  }
  return fn === wrapper;
}

/**
 * Does the request use Traceloop's `extraAttributes`? Traceloop's wrapper removes the field from the request, and a
 * provider refuses a request that has the field. So such a call goes through the wrapper.
 */
function needsWrapper(args: readonly unknown[]): boolean {
  const request = args[0];
  return typeof request === 'object' && request !== null && 'extraAttributes' in request;
}

/**
 * Returns the function that a recorded call calls instead of `method`, a wrapper of a recognised package: usually
 * `below`, the function below the wrapper. Warns once about the package.
 */
export function chooseMethod(
  method: AnyFunction,
  below: AnyFunction,
  telemetry: CallRecorder,
  args: readonly unknown[],
): AnyFunction {
  if (telemetry.config.otherInstrumentations === 'keep' || needsWrapper(args)) return method;
  const wrapperPackage = packageOf(method);
  const name =
    wrapperPackage &&
    [...telemetry.otherPackages].find((candidate) => candidate.startsWith(OTHER_PREFIXES[wrapperPackage]));
  if (name !== undefined) warnOfOtherPackage(name);
  return below;
}
