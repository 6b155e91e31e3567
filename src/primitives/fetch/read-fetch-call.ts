import { sharedConfig } from '../../config/shared-config.ts';
import { providerOfHost } from '../../providers/reading/endpoint.ts';
import { asObject, asSignal } from '../../providers/reading/unknown-values.ts';
import type { CallOptions } from '../types.ts';
import type { FetchCall, WireFormat } from './cache-engine.ts';

/** The first argument of `fetch`. */
export type FetchInput = Parameters<typeof globalThis.fetch>[0];
/** The second argument of `fetch`. */
export type FetchInit = Parameters<typeof globalThis.fetch>[1];

/** A request header of the application for the cache. Never sent on. */
const CACHE_HEADER = 'x-llm-otel-cache';

/** Headers and parts of a query with the key of an account. */
const CREDENTIALS = ['authorization', 'api-key', 'x-api-key', 'x-goog-api-key', 'cookie'] as const;

interface Endpoint {
  readonly path: RegExp;
  readonly operation: string;
  readonly format?: WireFormat;
}

/** Requests that are inference, by the end of the path. */
const INFERENCE: readonly Endpoint[] = [
  { path: /\/chat\/completions$/, operation: 'chat', format: 'openai_chat' },
  { path: /\/completions$/, operation: 'text_completion', format: 'openai_chat' },
  { path: /\/responses$/, operation: 'chat', format: 'openai_responses' },
  { path: /\/embeddings$/, operation: 'embeddings' },
  { path: /\/moderations$/, operation: 'moderation' },
  { path: /\/messages$/, operation: 'chat', format: 'anthropic' },
  { path: /:(?:stream)?[gG]enerateContent$/, operation: 'generate_content', format: 'gemini' },
  { path: /:(?:batch)?[eE]mbedContents?$/, operation: 'embeddings' },
];

/** A request as the fetch layer uses the request. */
export interface ReadCall extends FetchCall {
  /** URL with everything that the SDK wrote. */
  readonly fullUrl: URL;
  /** All fields of the second argument of `fetch` that the layers do not change. */
  readonly init: NonNullable<FetchInit>;
  /** The request asks for a stream. */
  readonly asksForStream: boolean;
  /** The body can be sent again to another route. */
  readonly isRepeatable: boolean;
}

/** Reads a request once for all layers. */
export async function readFetchCall(input: FetchInput, init: FetchInit): Promise<ReadCall> {
  const request = input instanceof Request ? input : undefined;
  const all = request === undefined ? { ...init } : await initOf(request, init);
  const fullUrl = new URL(request?.url ?? String(input));
  const headers = new Headers(all.headers);
  const cache = headers.get(CACHE_HEADER);
  headers.delete(CACHE_HEADER);
  const method = (all.method ?? 'GET').toUpperCase();
  const endpoint = method === 'POST' ? INFERENCE.find(({ path }) => path.test(fullUrl.pathname)) : undefined;
  const body: unknown = all.body;
  const plain = typeof body === 'string' || body instanceof Uint8Array ? body : undefined;
  const json = plain === undefined ? undefined : jsonOf(plain);
  const { url, credentials } = withoutCredentials(fullUrl, headers);
  return {
    operation: endpoint?.operation ?? lastSegment(fullUrl.pathname),
    isInference: endpoint !== undefined,
    format: endpoint?.format,
    method,
    url,
    headers,
    credentials,
    body: plain,
    json,
    hasOpaqueBody: body !== undefined && body !== null && plain === undefined,
    provider: providerOfHost(fullUrl.hostname, sharedConfig().providerHosts),
    signal: asSignal(all.signal) ?? new AbortController().signal,
    cache: cache === 'bypass' || cache === 'refresh' ? (cache as CallOptions['cache']) : undefined,
    fullUrl,
    init: all,
    asksForStream: json?.stream === true || /:stream/.test(fullUrl.pathname),
    isRepeatable: plain !== undefined || !isReadOnce(body),
  };
}

async function initOf(request: Request, init: FetchInit): Promise<NonNullable<FetchInit>> {
  const { method, headers, signal } = request;
  const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
  return { method, headers, signal, ...(body !== undefined && { body }), ...init };
}

const isReadOnce = (body: unknown): boolean =>
  body instanceof ReadableStream || typeof (body as { pipe?: unknown } | null | undefined)?.pipe === 'function';

function jsonOf(body: string | Uint8Array): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body)));
  } catch {
    return undefined;
  }
}

function withoutCredentials(url: URL, headers: Headers): { url: string; credentials: string[] } {
  const clean = new URL(url);
  const credentials = CREDENTIALS.map((name) => headers.get(name) ?? '');
  credentials.push(clean.username, clean.password, clean.searchParams.get('key') ?? '');
  clean.username = '';
  clean.password = '';
  clean.searchParams.delete('key');
  return { url: clean.href, credentials };
}

/** Label of a request that is no inference: `/v1/models/gpt-4o` is `models`; ids would make a series for each request. */
function lastSegment(path: string): string {
  return path.split('/').find((part) => /^[a-z][a-z_]*$/.test(part)) ?? 'http';
}
