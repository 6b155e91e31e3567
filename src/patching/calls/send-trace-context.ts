/**
 * `LLM_OTEL_PROPAGATE_TO_PROVIDERS=true`: every request of a recorded call carries the trace context of its span. An SDK with
 * its own tracing has put the trace context there already.
 */
import type { Context } from '@opentelemetry/api';
import { activeContext, injectInto } from '../../otel/globals.ts';
import { swallow } from '../../runtime/guard.ts';
import { builtin } from '../../runtime/platform.ts';
import { undiciHeaders } from '../../runtime/undici-headers.ts';
import { activeOperation } from '../../telemetry/call/active-operation.ts';
import { keepLast, type UndiciRequest } from './trace-headers.ts';

/** Shared by all copies of this package: a request gets one trace context. */
const SENDING = Symbol.for('@x/llm-otel.send-trace-context');
const globals = globalThis as unknown as { [SENDING]?: true };

/** A request of `http`, used by node-fetch in older SDKs. */
interface HttpRequest {
  hasHeader(name: string): boolean;
  setHeader(name: string, value: string): unknown;
}

/** Adds the trace context to the requests of recorded calls from now on. */
export function sendTraceContext(): void {
  if (globals[SENDING] === true) return;
  globals[SENDING] = true;
  const diagnostics = builtin('node:diagnostics_channel');
  diagnostics?.subscribe('undici:request:create', (message) => {
    inRecordedCall((context) => {
      const { request } = message as { request: UndiciRequest };
      const present = new Set(undiciHeaders(request.headers).map(({ name }) => name));
      addMissing(
        context,
        (name) => present.has(name),
        (name, value) => request.addHeader?.(name, value),
      );
      keepLast(request); // an instrumentation of HTTP comes later, with a span that is closer to the request
    });
  });
  diagnostics?.subscribe('http.client.request.created', (message) => {
    inRecordedCall((context) => {
      const { request } = message as { request: HttpRequest };
      addMissing(
        context,
        (name) => request.hasHeader(name),
        (name, value) => request.setHeader(name, value),
      );
    });
  });
}

function inRecordedCall(run: (context: Context) => void): void {
  try {
    const context = activeContext();
    if (activeOperation(context) !== undefined) run(context);
  } catch (error) {
    swallow(error);
  }
}

/** Adds the trace context, unless the request has one; a header of the application, such as `baggage`, stays. */
function addMissing(
  context: Context,
  has: (name: string) => boolean,
  add: (name: string, value: string) => void,
): void {
  if (has('traceparent')) return;
  const headers = new Headers();
  injectInto(headers, context);
  for (const [name, value] of headers) if (!has(name)) add(name, value);
}
