/**
 * `LLM_OTEL_PROPAGATE_TO_PROVIDERS=true`: every request of a recorded call carries the trace context of its span. An SDK with
 * its own tracing has put the trace context there already.
 */
import type { Context } from '@opentelemetry/api';
import { activeContext, injectInto } from '../../otel/globals.ts';
import { swallow } from '../../runtime/guard.ts';
import { builtin } from '../../runtime/platform.ts';
import { activeOperation } from '../../telemetry/call/active-operation.ts';

/** Shared by all copies of this package: a request gets one trace context. */
const SENDING = Symbol.for('@x/llm-otel.send-trace-context');
const globals = globalThis as unknown as { [SENDING]?: true };

/** A request of undici: `fetch` of Node. */
interface UndiciRequest {
  readonly headers: unknown;
  addHeader(name: string, value: string): unknown;
}

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
      if (/traceparent/i.test(String(request.headers))) return;
      for (const [name, value] of traceHeaders(context)) request.addHeader(name, value);
    });
  });
  diagnostics?.subscribe('http.client.request.created', (message) => {
    inRecordedCall((context) => {
      const { request } = message as { request: HttpRequest };
      if (request.hasHeader('traceparent')) return;
      for (const [name, value] of traceHeaders(context)) request.setHeader(name, value);
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

function traceHeaders(context: Context): Headers {
  const headers = new Headers();
  injectInto(headers, context);
  return headers;
}
