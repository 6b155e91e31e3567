/** Spans of requests in web frameworks, for applications without an instrumentation of HTTP. */
import type { Context, Span } from '@opentelemetry/api';
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
export interface RequestMiddleware {
  /** Express, Connect, Fastify and node:http. `next` goes on with the request. */
  (request: object, response: object, next?: (...args: never[]) => unknown): void;
  // Not `next: () => Promise<void>`: the types of Fastify take each function with a promise for a hook (request, reply).
  /** Hono. */
  (context: object, next: object): Promise<void>;
}

/** A handler of errors of Express (error, request, response, next), or a hook of Fastify (request, reply, error, done). */
export type ErrorMiddleware = (
  first: unknown,
  second: unknown,
  third: unknown,
  next: (...args: never[]) => unknown,
) => void;

/**
 * Makes a SERVER span for each request, with the trace of the caller as its parent: `<METHOD> <route>`, with
 * `http.request.method`, `http.route`, `http.response.status_code` and `error.type`. Where a span is active already, an
 * instrumentation of HTTP has made the span of the request, and the middleware makes none.
 *
 * @example
 * const middleware = requestMiddleware();
 * app.use(middleware); // Express, Connect
 * hono.use(middleware);
 * fastify.addHook('onRequest', middleware);
 * createServer((request, response) => middleware(request, response, () => answer(request, response)));
 */
export function requestMiddleware(): RequestMiddleware {
  const middleware = (request: object, response: object, next?: AnyFunction): unknown =>
    isHonoContext(request)
      ? runHono(request, response as () => Promise<void>)
      : runNode(request as RequestView, response as ResponseView, next ?? callbackOf(response));
  return middleware as RequestMiddleware;
}

/**
 * Records the error of a request on the span of {@link requestMiddleware}, and hands the error on.
 *
 * @example
 * app.use(errorMiddleware()); // Express, behind the routes
 * fastify.addHook('onError', errorMiddleware());
 */
export function errorMiddleware(): ErrorMiddleware {
  // Express knows handlers of errors by their four parameters: (error, request, response, next).
  // Fastify: (request, reply, error, done).
  return (first: unknown, second: unknown, third: unknown, next: (...args: never[]) => unknown): void => {
    // An error of Express may have a field `raw` too.
    const isFastify = hasRaw(first) && hasRaw(second);
    const [error, request] = isFastify ? [third, first] : [first, second];
    try {
      errors.set(rawRequest(request as RequestView), { error });
    } catch (unreadable) {
      swallow(unreadable); // not a request
    }
    const goOn = next as AnyFunction;
    if (isFastify) goOn();
    else goOn(error);
  };
}

/** Koa and middleware like Koa's have the callback in the second place. Without a callback nothing waits for the middleware. */
const callbackOf = (second: unknown): AnyFunction =>
  typeof second === 'function' ? (second as AnyFunction) : () => {};

function runNode(request: RequestView, response: ResponseView, next: AnyFunction): unknown {
  const context = contextOfRequest(request, response);
  return context === undefined ? next() : callWith(context, next, undefined, []);
}

/** The context with the span of the request; undefined without a span. Never throws: the request has to go on. */
function contextOfRequest(request: RequestView, response: ResponseView): Context | undefined {
  let span: Span | undefined;
  try {
    const raw = rawRequest(request);
    span = startRequestSpan(raw);
    if (span === undefined) return undefined;
    endWithAnswer(span, request, raw, rawResponse(response));
    return contextWithSpan(activeContext(), span);
  } catch (error) {
    swallow(error); // not a request, or not an answer of a server
    if (span !== undefined) endApplicationSpan(span);
    return undefined;
  }
}

function endWithAnswer(span: Span, request: RequestView, raw: RequestView, answer: ResponseView): void {
  const readFacts = (): RequestFacts => ({
    method: methodOf(raw),
    route: routeOf(request, raw),
    status: answer.headersSent ? answer.statusCode : undefined,
    thrown: errors.get(raw),
  });
  answer.once('close', () => endRequestSpan(span, readFacts));
}

async function runHono(context: HonoContext, next: () => Promise<void>): Promise<void> {
  const span = startHonoSpan(context);
  if (span === undefined) return next();
  const end = (status: () => number, thrown: () => Thrown | undefined): void =>
    endRequestSpan(span, () => {
      const { raw, routePath } = context.req;
      return { method: raw.method, route: routePath, status: status(), thrown: thrown() };
    });
  try {
    await (callWith(contextWithSpan(activeContext(), span), next, undefined, []) as Promise<void>);
  } catch (error) {
    end(() => 500, () => ({ error })); // biome-ignore format: a row
    throw error;
  }
  // Hono catches errors of handlers and keeps the error.
  const kept = (): Thrown | undefined => (context.error === undefined ? undefined : { error: context.error });
  end(() => context.res.status, kept);
}

function startHonoSpan({ req }: HonoContext): Span | undefined {
  try {
    return startRequestSpan({ method: req.raw.method, headers: req.raw.headers });
  } catch (error) {
    swallow(error);
    return undefined;
  }
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
  readonly thrown: Thrown | undefined;
}

/** By the conventions a SERVER span failed with a status of 500 or more; a mistake of the caller is no error of the server. */
function endRequestSpan(span: Span, readFacts: () => RequestFacts): void {
  try {
    const { method, route, status, thrown } = readFacts();
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
