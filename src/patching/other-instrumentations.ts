/**
 * Instrumentations of others that wrap the same methods of an SDK and record to the same OpenTelemetry. They leave the
 * marks of a wrapper of OpenTelemetry's instrumentation base class; whose it is shows in its source. A wrapper that is
 * not known stays what it is: it may be a tool that sends elsewhere, or the application's own.
 */
import { warnOnce } from '../log.ts';
import type { AnyFunction } from '../telemetry/otel.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

interface Other {
  /** Start of its npm name, and of the scope of its spans; the name of the SDK follows. */
  readonly prefix: string;
  readonly source: RegExp;
}

const OTHERS: readonly Other[] = [
  { prefix: '@opentelemetry/instrumentation-', source: /\._start(?:ChatCompletions|Embeddings|Responses)Span\(/ },
  { prefix: '@arizeai/openinference-instrumentation-', source: /\boiTracer\.startSpan\(/ },
  {
    prefix: '@traceloop/instrumentation-',
    source: /\._wrapPromise\(|\b_shouldSendPrompts\(|\buploadCallback\b/,
  },
];

/** Ends of their scopes. Instrumentations of frameworks are not among them: their spans are parents of ours. */
const SDKS = new Set(['openai', 'anthropic', 'google-generativeai', 'google-genai']);

/** The mark that OpenTelemetry's base class, and `shimmer` before it, leaves on a wrapper. */
interface Marked {
  readonly __original?: unknown;
  readonly __wrapped?: unknown;
}

/** Wrappers that have been seen to start spans. */
const seen = new WeakMap<AnyFunction, Other>();

function originalOf(fn: AnyFunction): AnyFunction | undefined {
  const { __original, __wrapped } = fn as Marked;
  return __wrapped === true && typeof __original === 'function' ? __original : undefined;
}

function otherOf(fn: AnyFunction): Other | undefined {
  const known = seen.get(fn);
  if (known !== undefined || originalOf(fn) === undefined) return known;
  const source = Function.prototype.toString.call(fn);
  const other = OTHERS.find((o) => o.source.test(source));
  if (other !== undefined) seen.set(fn, other);
  return other;
}

/** What the wrappers of others on top of it were put on; `fn` itself if there is none. */
export function beneathOthers(fn: AnyFunction): AnyFunction {
  let beneath = fn;
  while (otherOf(beneath) !== undefined) beneath = originalOf(beneath) as AnyFunction;
  return beneath;
}

/** Is `wrapper` called by `top`, through wrappers of others alone? The span that is active was started by the top one. */
export function isBeneathOthers(top: unknown, wrapper: AnyFunction, scope: string | undefined): boolean {
  if (typeof top !== 'function') return false;
  let fn: AnyFunction | undefined = top;
  const started = OTHERS.find(({ prefix }) => isScopeOf(prefix, scope));
  while (fn !== undefined && fn !== wrapper) {
    if (otherOf(fn) === undefined && started !== undefined && originalOf(fn) === wrapper) seen.set(fn, started);
    if (otherOf(fn) === undefined) return false;
    fn = originalOf(fn);
  }
  return fn === wrapper;
}

function isScopeOf(prefix: string, scope: string | undefined): boolean {
  return scope?.startsWith(prefix) === true && SDKS.has(scope.slice(prefix.length));
}

/** Is `scope` the name that another instrumentation of an SDK gives its spans? */
export function isOtherScope(scope: string | undefined): boolean {
  return OTHERS.some(({ prefix }) => isScopeOf(prefix, scope));
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
  telemetry: Telemetry,
  args: readonly unknown[],
): AnyFunction {
  if (telemetry.config.otherInstrumentations === 'keep' || needsWrapper(args)) return method;
  warnOfOther(method, telemetry);
  return beneath;
}

/** Names of SDKs in the names of others, where they differ from ours. */
const NAMES: Readonly<Record<string, string>> = { 'google-generative-ai': 'google-generativeai' };

/** Says once that the instrumentation of `wrapper` does the same work. */
export function warnOfOther(wrapper: AnyFunction, telemetry: Telemetry): void {
  const other = otherOf(wrapper);
  if (other === undefined) return;
  const sdk = telemetry.scope.slice(telemetry.scope.lastIndexOf('/') + 1);
  warnOnce(
    `${other.prefix}${NAMES[sdk] ?? sdk} instruments the same SDK. This package records its calls instead, so that each makes ` +
      'one span. Remove the other one, or keep both with LLM_OTEL_OTHER_INSTRUMENTATIONS=keep.',
  );
}
