import type { Route } from '../router/router-options.ts';
import type { FetchInit, ReadCall } from './read-fetch-call.ts';

/** A request for one upstream. */
export interface RouteRequest {
  readonly url: string;
  readonly init: NonNullable<FetchInit>;
}

/** Ends of base URLs by which SDKs add paths: the part after a base URL that nobody named begins after a version. */
const AFTER_VERSION = /^(?:\/[^/]+)*?\/v\d+(?:alpha|beta)?\d*(?=\/)/;

/** The request of the SDK for `route`; without a route, as the SDK made the request. `baseURL`: of the client. */
export async function routeRequest(
  call: ReadCall,
  route: Route | undefined,
  baseURL: string | undefined,
  signal: AbortSignal,
): Promise<RouteRequest> {
  const headers = new Headers(call.headers);
  const url = targetUrl(call.fullUrl, route?.baseURL, baseURL);
  // Google names the model in the path.
  if (route?.model !== undefined) url.pathname = url.pathname.replace(/(\/models\/)[^/:]+(?=:)/, `$1${route.model}`);
  if (route !== undefined) await setKey(headers, url, route);
  for (const [name, value] of Object.entries(route?.headers ?? {})) headers.set(name, value);
  const hasModel = route?.model !== undefined && call.json?.model !== undefined;
  const body = hasModel ? JSON.stringify({ ...call.json, model: route.model }) : call.init.body;
  if (hasModel) headers.delete('content-length');
  // A plain object: node-fetch does not know the global class.
  const init = { ...call.init, method: call.method, headers: Object.fromEntries(headers), signal };
  return { url: url.href, init: body === undefined || body === null ? init : { ...init, body } };
}

function targetUrl(from: URL, routeBase: string | undefined, clientBase: string | undefined): URL {
  if (routeBase === undefined) return new URL(from);
  const target = new URL(routeBase);
  const rest = from.pathname.slice(basePath(from, clientBase).length);
  target.pathname = `${target.pathname.replace(/\/$/, '')}/${rest.replace(/^\//, '')}`;
  for (const [name, value] of from.searchParams) target.searchParams.append(name, value);
  return target;
}

/**
 * The path of the client's base URL. Without a base URL: up to the version, for a client whose base URL has the version. The
 * base URLs of Anthropic and Google have no version, and neither do base URLs of their routes.
 */
function basePath(from: URL, clientBase: string | undefined): string {
  if (clientBase !== undefined) {
    const path = new URL(clientBase).pathname.replace(/\/$/, '');
    return from.pathname.startsWith(path) ? path : '';
  }
  if (/\/messages(?:$|\/)|:\w+$/.test(from.pathname)) return '';
  return AFTER_VERSION.exec(from.pathname)?.[0] ?? '';
}

/** Puts the key of the route where the SDK has put the key of the client. */
async function setKey(headers: Headers, url: URL, { apiKey }: Route): Promise<void> {
  if (apiKey === undefined) return;
  const key = typeof apiKey === 'function' ? await apiKey() : apiKey;
  const names = ['x-api-key', 'api-key', 'x-goog-api-key'].filter((name) => headers.has(name));
  for (const name of names) headers.set(name, key);
  if (url.searchParams.has('key')) url.searchParams.set('key', key);
  else if (headers.has('authorization') || names.length === 0) headers.set('authorization', `Bearer ${key}`);
}
