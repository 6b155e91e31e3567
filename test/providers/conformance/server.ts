import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Reply } from './types.ts';

/** One case's part of the server: its answers in order, and what was asked. */
export interface Script {
  readonly url: string;
  readonly requests: unknown[];
  /** Resolves when `count` requests have arrived in full. */
  received(count: number): Promise<void>;
  /** The client has seen the headers of an answer. */
  headersSeen(): void;
  /** Breaks every connection that is still held open. */
  drop(): void;
}

/** A local HTTP server that plays each case's answers under a path of its own. */
export interface ScriptedServer {
  script(replies: readonly Reply[]): Script;
  /** The script that a request to `url` belongs to. */
  of(url: string): Script | undefined;
  close(): void;
}

interface Playing extends Script {
  next(): Reply;
  readonly held: Set<Socket>;
  readonly cuts: (() => void)[];
  arrived(): void;
}

/** Headers that say something about how the SDK makes the call; the rest are the transport's. */
const COMPARED_HEADERS = ['accept', 'authorization', 'api-key', 'x-api-key', 'x-stainless-retry-count'];

/** Starts the server on a free port. */
export async function startServer(): Promise<ScriptedServer> {
  const scripts = new Map<string, Playing>();
  const of = (url: string): Playing | undefined => scripts.get(/\/(s\d+)\//.exec(url)?.[1] ?? '');
  const server = createServer((request, response) => {
    const playing = of(request.url ?? '');
    if (playing === undefined) response.writeHead(404).end();
    else void play(playing, request, response);
  });
  // an idle connection closed by the server at the wrong moment would look like a failure of the case
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    script(replies) {
      const id = `s${scripts.size}`;
      const playing = createScript(`http://127.0.0.1:${port}/${id}/v1`, replies);
      scripts.set(id, playing);
      return playing;
    },
    of,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function createScript(url: string, replies: readonly Reply[]): Playing {
  const requests: unknown[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const held = new Set<Socket>();
  const cuts: (() => void)[] = [];
  let played = 0;
  return {
    url,
    requests,
    held,
    cuts,
    next: () => replies[Math.min(played++, replies.length - 1)] ?? {},
    arrived: () => {
      for (const waiter of waiting) if (requests.length >= waiter.count) waiter.resolve();
    },
    received: (count) =>
      new Promise((resolve) => {
        if (requests.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    headersSeen: () => {
      for (const cut of cuts.splice(0)) setImmediate(cut);
    },
    drop: () => {
      for (const socket of held) socket.destroy();
      held.clear();
    },
  };
}

async function play(script: Playing, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of request) pieces.push(piece as Uint8Array);
  } catch {
    return; // the client gave up while it was still sending
  }
  script.requests.push(describeRequest(request, Buffer.concat(pieces).toString('latin1')));
  const reply = script.next();
  const { socket } = request;
  if (reply.after === 'hold' || reply.after === 'silent') script.held.add(socket);
  script.arrived();
  if (reply.after === 'silent') return;
  if (reply.after === 'cut') script.cuts.push(() => socket.destroy());
  // genai hands the headers out with its answers.
  response.sendDate = false;
  response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
  response.flushHeaders();
  for (const piece of reply.body ?? []) {
    await new Promise((resolve) => setImmediate(resolve));
    response.write(piece);
  }
  if (reply.after === undefined || reply.after === 'end') response.end();
}

function describeRequest(request: IncomingMessage, body: string): unknown {
  const boundary = /boundary=(\S+)/.exec(request.headers['content-type'] ?? '')?.[1];
  const headers = COMPARED_HEADERS.flatMap((name) =>
    request.headers[name] ? [`${name}: ${unsigned(String(request.headers[name]))}`] : [],
  );
  return {
    request: `${request.method} ${request.url?.replace(/^\/s\d+/, '')}`,
    headers,
    body: boundary === undefined ? body : body.replaceAll(boundary, 'BOUNDARY'),
  };
}

/** A signature of AWS is different each second. */
const unsigned = (value: string): string => value.replace(/^(AWS4-HMAC-SHA256) .*/, '$1');

// ---- answers ----

/** A JSON answer. */
export function json(body: object, status = 200, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'x-request-id': 'req_1', ...headers }, body: [JSON.stringify(body)] };
}

/** An answer of server-sent events. */
export function sse(frames: readonly string[], after: Reply['after'] = 'end'): Reply {
  return { headers: { 'content-type': 'text/event-stream', 'x-request-id': 'req_1' }, body: frames, after };
}
