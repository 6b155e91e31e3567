/** A model provider on 127.0.0.1: the APIs of `providers/`, controlled per request by the scenarios of `scenario.ts`. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { send, wasCut } from './faults.ts';
import { PROVIDERS } from './providers/index.ts';
import type { JsonObject, Provider, Route } from './providers/provider.ts';
import { parseScenario, splitModel } from './scenario.ts';

/** One request as the server saw it. */
export interface ProviderRequest {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: JsonObject;
  /** The client closed the connection before the answer was complete. */
  aborted: boolean;
  /** The answer was sent to its end. */
  finished: boolean;
}

/** Options of {@link startProviderServer}. */
export interface ProviderServerOptions {
  /** Scenario of a request that names none itself; `attempt` counts equal requests from 0. */
  scenario?: (request: ProviderRequest, attempt: number) => string | undefined;
}

/** See {@link startProviderServer}. */
export interface ProviderServer {
  /** Without a path: `baseURL: server.url + '/v1'` for openai, `server.url` for anthropic and Google. */
  readonly url: string;
  /** Everything asked, in order, retries included. */
  readonly requests: readonly ProviderRequest[];
  /** Resolves once `predicate` holds, checked whenever a request comes, finishes or is aborted; rejects after `ms` (default 10,000). */
  waitFor(predicate: (requests: readonly ProviderRequest[]) => boolean, ms?: number): Promise<void>;
  /** Forgets requests and attempts. */
  reset(): void;
  close(): Promise<void>;
}

/** Starts a server on a free port. */
export async function startProviderServer(options: ProviderServerOptions = {}): Promise<ProviderServer> {
  const requests: ProviderRequest[] = [];
  const attempts = new Map<string, number>();
  const waiting = new Set<() => void>();
  const changed = (): void => {
    for (const check of waiting) check();
  };

  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const url = new URL(req.url ?? '/', 'http://localhost');
    const body = await readBody(req);
    const request: ProviderRequest = {
      method: req.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: req.headers,
      body,
      aborted: false,
      finished: false,
    };
    requests.push(request);
    res.on('close', () => {
      request.finished = res.writableFinished;
      // A connection that the server itself reset or dropped was not aborted by the client.
      request.aborted = !res.writableFinished && !wasCut(res);
      changed();
    });
    changed();
    const found = findRoute(request.method, url.pathname);
    if (found === undefined) return void res.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{}}');
    const { provider, route, params } = found;
    const named = splitModel(typeof body.model === 'string' ? body.model : (params[0] ?? ''));
    const key = `${request.method} ${request.path} ${JSON.stringify(body)}`;
    const attempt = attempts.get(key) ?? 0;
    attempts.set(key, attempt + 1);
    const keys = named.keys || req.headers['x-test-scenario'] || options.scenario?.(request, attempt) || '';
    let scenario = parseScenario(String(keys));
    if (scenario.times !== undefined && attempt >= scenario.times) {
      // Well again; the next call with the same words starts over.
      const { fault: _fault, ...well } = scenario;
      scenario = well;
      attempts.delete(key);
    }
    const reply = route[2]({ params, query: url.searchParams, body, model: named.model, scenario });
    await send(res, reply, scenario, provider, url.pathname);
  };

  const server = createServer((req, res) => {
    res.sendDate = false; // SDKs hand headers on, and two runs of one application are to be alike
    answer(req, res).catch((error: unknown) => {
      if (!res.headersSent) res.writeHead(418, { 'content-type': 'application/json' });
      res.end(JSON.stringify({ error: { message: `provider server: ${String(error)}` } }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    waitFor: (predicate, ms = 10_000) => waitUntil(() => predicate(requests), waiting, ms),
    reset: () => {
      requests.length = 0;
      attempts.clear();
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function findRoute(method: string, path: string): { provider: Provider; route: Route; params: string[] } | undefined {
  for (const provider of PROVIDERS) {
    for (const route of provider.routes) {
      const match = route[0] === method ? route[1].exec(path) : null;
      if (match) return { provider, route, params: match.slice(1).map((group) => decodeURIComponent(group ?? '')) };
    }
  }
  return undefined;
}

async function readBody(req: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const type = req.headers['content-type'] ?? '';
  if (bytes.length === 0) return {};
  if (!type.startsWith('multipart/form-data')) return JSON.parse(bytes.toString('utf8')) as JsonObject;
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  const fields: Record<string, unknown> = {};
  for (const [name, value] of form) {
    fields[name] = typeof value === 'string' ? value : { filename: value.name, bytes: value.size };
  }
  return fields;
}

function waitUntil(holds: () => boolean, waiting: Set<() => void>, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = (): void => {
      if (!holds()) return;
      clearTimeout(timer);
      waiting.delete(check);
      resolve();
    };
    const timer = setTimeout(() => {
      waiting.delete(check);
      reject(new Error(`provider server: not within ${ms} ms`));
    }, ms);
    waiting.add(check);
    check();
  });
}
