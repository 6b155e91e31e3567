/**
 * Keeps one trace context in every request. An SDK with its own tracing puts a `traceparent` into the headers for
 * `fetch`. An HTTP instrumentation adds a second `traceparent` when undici makes the request. The server then gets two
 * values in one header, and no reader accepts two values. The `traceparent` of the HTTP instrumentation stays: the HTTP
 * span is closer to the request, and a child of the SDK's span.
 */

import { swallow } from '../../runtime/guard.ts';
import { builtin } from '../../runtime/platform.ts';
import { undiciHeaders } from '../../runtime/undici-headers.ts';

/** Patterns of the watched user agents, set on the first use. All copies of this package share the symbol. */
const WATCHED = Symbol.for('@x/llm-otel.trace-headers');
const globals = globalThis as unknown as { [WATCHED]?: RegExp[] };

/** Headers of the known propagators. */
const TRACE_HEADER = /^(?:traceparent|tracestate|baggage|b3|x-b3-\w+|uber-trace-id)$/i;

/** A request of undici. */
export interface UndiciRequest {
  headers: unknown;
  addHeader?(name: string, value: string): unknown;
}

/** Watches the requests of the SDK whose `user-agent` header `userAgent` matches. */
export function keepOneTraceContext(userAgent: RegExp): void {
  if (globals[WATCHED] === undefined) {
    const watched: RegExp[] = [];
    globals[WATCHED] = watched;
    builtin('node:diagnostics_channel')?.subscribe('undici:request:create', (message) => {
      try {
        const { request } = message as { request: UndiciRequest };
        const agent = headerOf(request.headers, 'user-agent');
        if (agent !== undefined && watched.some((pattern) => pattern.test(agent))) keepLast(request);
      } catch (error) {
        swallow(error);
      }
    });
  }
  if (!globals[WATCHED].some(({ source }) => source === userAgent.source)) globals[WATCHED].push(userAgent);
}

/**
 * Leaves one value of each trace header in a request that has a `traceparent`. Instrumentations may have run before, and have
 * added headers behind the headers of the SDK: the last header wins.
 */
export function keepLast(request: UndiciRequest): void {
  if (headerOf(request.headers, 'traceparent') === undefined) return;
  request.headers = withoutRepeats(request.headers);
  const { addHeader } = request;
  if (typeof addHeader !== 'function') return;
  request.addHeader = function (this: UndiciRequest, name, value) {
    if (TRACE_HEADER.test(name)) this.headers = withoutHeaders(this.headers, (header) => header === name.toLowerCase());
    return Reflect.apply(addHeader, this, [name, value]);
  };
}

function withoutRepeats(headers: unknown): unknown {
  const lastIndex = new Map<string, number>();
  for (const [i, { name }] of undiciHeaders(headers).entries()) lastIndex.set(name, i);
  return withoutHeaders(headers, (name, i) => TRACE_HEADER.test(name) && lastIndex.get(name) !== i);
}

/** Returns `headers`, in the same form, without the entries for which `drop` returns true. */
function withoutHeaders(headers: unknown, drop: (name: string, index: number) => boolean): unknown {
  const all = undiciHeaders(headers);
  const kept = all.filter(({ name }, i) => !drop(name, i));
  if (kept.length === all.length) return headers;
  if (typeof headers === 'string') return kept.map(({ original }) => `${original}\r\n`).join('');
  return kept.flatMap(({ original, value }) => [original, value]);
}

function headerOf(headers: unknown, name: string): string | undefined {
  const value = undiciHeaders(headers).find((header) => header.name === name)?.value;
  return value === undefined ? undefined : String(value);
}
