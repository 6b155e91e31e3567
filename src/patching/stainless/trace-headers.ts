/**
 * One trace context a request. An SDK that traces itself puts a `traceparent` into the headers that it gives to `fetch`;
 * an HTTP instrumentation adds another when undici makes the request, and the server gets two in one header, which no
 * reader accepts. The instrumentation's stays: it is the nearer one, and a child of the SDK's.
 */

import { swallow } from '../../runtime/guard.ts';
import { builtin } from '../../runtime/platform.ts';

/** Set on the first use; shared by all copies of this package. */
const WATCHED = Symbol.for('@x/llm-otel.trace-headers');
const scope = globalThis as unknown as { [WATCHED]?: RegExp[] };

/** Headers of the propagators there are. */
const TRACE_HEADER = /^(?:traceparent|tracestate|baggage|b3|x-b3-\w+|uber-trace-id)$/i;

/** A request of undici: names and values in turns, or one string in the undici of Node 20. */
interface UndiciRequest {
  headers: unknown;
  addHeader?(name: string, value: string): unknown;
}

/** Watches the requests of the SDK whose `user-agent` header `userAgent` matches. */
export function keepOneTraceContext(userAgent: RegExp): void {
  if (scope[WATCHED] === undefined) {
    const watched: RegExp[] = [];
    scope[WATCHED] = watched;
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
  if (!scope[WATCHED].some(({ source }) => source === userAgent.source)) scope[WATCHED].push(userAgent);
}

/** Instrumentations may have listened before: what they added stands behind what the SDK gave. */
function keepLast(request: UndiciRequest): void {
  if (headerOf(request.headers, 'traceparent') === undefined) return;
  request.headers = withoutRepeats(request.headers);
  const { addHeader } = request;
  if (typeof addHeader !== 'function') return;
  request.addHeader = function (this: UndiciRequest, name, value) {
    if (TRACE_HEADER.test(name)) this.headers = without(this.headers, (other) => other === name.toLowerCase());
    return Reflect.apply(addHeader, this, [name, value]);
  };
}

function withoutRepeats(headers: unknown): unknown {
  const last = new Map<string, number>();
  for (const [i, [name]] of pairsOf(headers).entries()) last.set(name, i);
  return without(headers, (name, i) => TRACE_HEADER.test(name) && last.get(name) !== i);
}

/** `headers` in the form they have, without the entries that `drop` wants gone. */
function without(headers: unknown, drop: (name: string, index: number) => boolean): unknown {
  const pairs = pairsOf(headers);
  const kept = pairs.filter(([name], i) => !drop(name, i));
  if (kept.length === pairs.length) return headers;
  if (typeof headers === 'string') return kept.map(([, , line]) => `${line}\r\n`).join('');
  return kept.flatMap(([, value, name]) => [name, value]);
}

/** Lower-cased name, value, and what was there: the name, or the line. */
function pairsOf(headers: unknown): [name: string, value: unknown, given: unknown][] {
  if (typeof headers === 'string')
    return headers
      .split('\r\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim(), line]);
  const list = Array.isArray(headers) ? (headers as unknown[]) : [];
  const pairs: [string, unknown, unknown][] = [];
  for (let i = 0; i + 1 < list.length; i += 2) pairs.push([String(list[i]).toLowerCase(), list[i + 1], list[i]]);
  return pairs;
}

function headerOf(headers: unknown, name: string): string | undefined {
  const value = pairsOf(headers).find(([other]) => other === name)?.[1];
  return value === undefined ? undefined : String(value);
}
