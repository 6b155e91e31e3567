/** Spans of requests in web frameworks, for applications without an instrumentation of HTTP. */
import type { Span } from '@opentelemetry/api';
import { ERROR_TYPE, STATUS_ERROR } from '../facts/semconv.ts';
import { activeContext, callWith, contextWithSpan, spanOf } from '../otel/globals.ts';
import type { AnyFunction } from '../runtime/any-function.ts';
import { swallow } from '../runtime/guard.ts';
import { endApplicationSpan, recordError, startApplicationSpan } from './application-span.ts';
import { extract } from './propagate.ts';
import {
  type HonoContext,
  hasRaw,
  isHonoContext,
  methodOf,
  type RequestView,
  type ResponseView,
  rawRequest,
  rawResponse,
  routeOf,
} from './web-request.ts';

/** `SpanKind.SERVER` */
const SERVER = 1;

/** What a handler threw. */
interface Thrown {
  readonly error: unknown;
}

/** The errors of requests, by the request of node:http. */
const errors = new WeakMap<object, Thrown>();

/** Middleware of Express and Connect, a hook of Fastify, middleware of Hono, or a function to call in a server of node:http. */
export type RequestMiddleware = (request: never, response: never, next?: never) => unknown;

/**
 * Makes a SERVER span for each request, with the trace of the caller as its parent: `<METHOD> <route>`, with
 * `http.request.method`, `http.route`, `http.response.status_code` and `error.type`. Where a span is active already, an
 * instrumentation of HTTP has made the span of the request, and the middleware makes none.
 *
 * @example
 * app.use(requestMiddleware()); // Express, Connect, Hono
 * fastify.addHook('onRequest', requestMiddleware());
 * createServer((request, response) => middleware(request, response, () => answer(request, response)));
 */
export function requestMiddleware(): RequestMiddleware {
  const middleware = (request: object, response: object, next?: AnyFunction): unknown =>
    isHonoContext(request)
      ? runHono(request, response as () => Promise<void>)
      : runNode(request as RequestView, response as ResponseView, next ?? (() => {}));
  return middleware as RequestMiddleware;
}

/**
 * Records the error of a request on the span of {@link requestMiddleware}, and hands the error on.
 *
 * @example
 * app.use(errorMiddleware()); // Express, behind the routes
 * fastify.addHook('onError', errorMiddleware());
 */
export function errorMiddleware(): (...args: never[]) => void {
  // Express knows handlers of errors by their four parameters: (error, request, response, next).
  // Fastify: (request, reply, error, done).
  const middleware = (first: unknown, second: unknown, third: unknown, next: AnyFunction): void => {
    // An error of Express may have a field `raw` too.
    const isFastify = hasRaw(first) && hasRaw(second);
    const [error, request] = isFastify ? [third, first] : [first, second];
    if (request !== null && typeof request === 'object') errors.set(rawRequest(request as RequestView), { error });
    if (isFastify) next();
    else next(error);
  };
  return middleware as (...args: never[]) => void;
}

function runNode(request: RequestView, response: ResponseView, next: AnyFunction): unknown {
  const raw = rawRequest(request);
  const span = startRequestSpan(raw);
  if (span === undefined) return next();
  const answer = rawResponse(response);
  try {
    answer.once('close', () => {
      const status = answer.headersSent ? answer.statusCode : undefined;
      endRequestSpan(span, { method: methodOf(raw), route: routeOf(request, raw), status }, errors.get(raw));
    });
  } catch (error) {
    swallow(error); // not an answer of a server
    endApplicationSpan(span);
  }
  return callWith(contextWithSpan(activeContext(), span), next, undefined, []);
}

async function runHono(context: HonoContext, next: () => Promise<void>): Promise<void> {
  const request = context.req.raw;
  const span = startRequestSpan({ method: request.method, headers: request.headers });
  if (span === undefined) return next();
  const facts = (status: number): RequestFacts => ({ method: request.method, route: context.req.routePath, status });
  try {
    await (callWith(contextWithSpan(activeContext(), span), next, undefined, []) as Promise<void>);
  } catch (error) {
    endRequestSpan(span, facts(500), { error });
    throw error;
  }
  // Hono catches errors of handlers and keeps the error.
  endRequestSpan(span, facts(context.res.status), context.error === undefined ? undefined : { error: context.error });
}

function startRequestSpan(request: Pick<RequestView, 'method' | 'headers'>): Span | undefined {
  const context = activeContext();
  if (spanOf(context) !== undefined) return undefined;
  const method = methodOf(request);
  return startApplicationSpan(
    { name: method, kind: SERVER, attributes: { 'http.request.method': method } },
    extract(request.headers, context),
  );
}

/** What is known of a request at the end. */
interface RequestFacts {
  readonly method: string;
  readonly route: string | undefined;
  /** Undefined if the caller has gone before an answer. */
  readonly status: number | undefined;
}

/** By the conventions a SERVER span failed with a status of 500 or more; a mistake of the caller is no error of the server. */
function endRequestSpan(span: Span, { method, route, status }: RequestFacts, thrown: Thrown | undefined): void {
  try {
    if (route !== undefined) {
      span.updateName(`${method} ${route}`);
      span.setAttribute('http.route', route);
    }
    if (status !== undefined) span.setAttribute('http.response.status_code', status);
    if (status !== undefined && status >= 500) failSpan(span, status, thrown);
  } catch (error) {
    swallow(error);
  }
  endApplicationSpan(span);
}

function failSpan(span: Span, status: number, thrown: Thrown | undefined): void {
  if (thrown !== undefined) {
    recordError(span, thrown.error);
    return;
  }
  span.setAttribute(ERROR_TYPE, String(status));
  span.setStatus({ code: STATUS_ERROR });
}
