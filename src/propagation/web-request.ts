/** Requests and answers of web frameworks, as far as spans need them. */
import { METHODS } from 'node:http';
import { readSafely } from '../runtime/guard.ts';

/** A request of node:http, Express, Connect, or Fastify (whose `raw` is the request of node:http). */
export interface RequestView {
  readonly method?: string | undefined;
  readonly headers: object;
  readonly raw?: RequestView | undefined;
  /** Express: the path below which a router stands. */
  readonly baseUrl?: string | undefined;
  /** Express. */
  readonly route?: { readonly path?: unknown } | undefined;
  /** Fastify. */
  readonly routeOptions?: { readonly url?: string | undefined } | undefined;
}

/** An answer of node:http, Express or Connect, or a reply of Fastify. */
export interface ResponseView {
  readonly statusCode: number;
  readonly headersSent: boolean;
  readonly raw?: ResponseView | undefined;
  once(event: 'close', listener: () => void): unknown;
}

/** The context of Hono. */
export interface HonoContext {
  readonly req: { readonly raw: Request; readonly routePath?: string | undefined };
  readonly res: { readonly status: number };
  readonly error?: unknown;
}

/** True for the first argument of a middleware of Hono. */
export function isHonoContext(value: object): value is HonoContext {
  return readSafely(() => {
    const { req } = value as Partial<HonoContext>;
    return typeof req?.raw?.headers?.get === 'function';
  }, false);
}

/** Is `value` a request or a reply of Fastify? */
export const hasRaw = (value: unknown): boolean =>
  readSafely(() => isObject((value as { raw?: unknown } | null | undefined)?.raw), false);

/** Other libraries have a text or a buffer as `raw`. */
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** The request of node:http. */
export const rawRequest = (request: RequestView): RequestView =>
  hasRaw(request) ? (request.raw as RequestView) : request;

/** The answer of node:http. */
export const rawResponse = (response: ResponseView): ResponseView =>
  hasRaw(response) ? (response.raw as ResponseView) : response;

/** `http.request.method`: a method that HTTP does not know is `_OTHER`, by the semantic conventions. */
export function methodOf({ method = 'GET' }: Pick<RequestView, 'method'>): string {
  return METHODS.includes(method) ? method : '_OTHER';
}

/** `http.route`: the pattern of the route, once a router has found the route. */
export function routeOf(request: RequestView, raw: RequestView): string | undefined {
  const { routeOptions, route = raw.route, baseUrl = raw.baseUrl ?? '' } = request;
  if (typeof routeOptions?.url === 'string') return routeOptions.url;
  return typeof route?.path === 'string' ? `${baseUrl}${route.path}` : undefined;
}
