/** Puts a reply on the wire, with what the scenario says goes wrong on the way. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeEvent } from '../providers/conformance/event-stream.ts';
import type { Provider, Reply, SseEvent } from './providers/provider.ts';
import type { Fault, Scenario } from './scenario.ts';

const HTML = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';

/** Faults that strike before the headers unless told when. */
const AT_ONCE: ReadonlySet<Fault> = new Set(['reset', 'hang']);

const cuts = new WeakSet<ServerResponse>();

/** Whether a fault, and not the client, ended this connection. */
export function wasCut(res: ServerResponse): boolean {
  return cuts.has(res);
}

function cut(res: ServerResponse, how: 'reset' | 'close'): void {
  cuts.add(res);
  if (how === 'reset') res.socket?.resetAndDestroy();
  else res.destroy();
}

/** Sends `reply`, or the fault of `scenario`. Returns when there is nothing more to send. */
export async function send(
  res: ServerResponse,
  reply: Reply,
  scenario: Scenario,
  provider: Provider,
  path: string,
): Promise<void> {
  const { fault, after } = scenario;
  if (scenario.slow !== undefined) await sleep(scenario.slow);
  for (const [name, value] of Object.entries(provider.headers)) res.setHeader(name, value);
  const streamed = streamOf(reply);
  if (fault === 'status' || (fault === 'error' && streamed === undefined))
    return refuse(res, provider, scenario.status ?? 500);
  if (fault === 'html') return void res.writeHead(502, { 'content-type': 'text/html' }).end(HTML);
  if (fault !== undefined && AT_ONCE.has(fault) && (after === undefined || streamed === undefined)) {
    if (fault === 'reset') cut(res, 'reset');
    return;
  }
  if (streamed !== undefined) return stream(res, streamed, scenario, provider, path);
  const [type, body] =
    'bytes' in reply
      ? [reply.type, reply.bytes]
      : ['application/json', Buffer.from(JSON.stringify((reply as { json: unknown }).json))];
  res.setHeader('content-type', type);
  if (fault === 'empty') return void res.end();
  const half = body.subarray(0, Math.floor(body.length / 2));
  if (fault === 'truncate' || fault === 'malformed') return void res.end(half);
  if (fault !== 'drop') return void res.end(body);
  res.setHeader('content-length', body.length);
  await written(res, half);
  cut(res, 'close');
}

function refuse(res: ServerResponse, provider: Provider, status: number): void {
  res.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' });
  res.end(JSON.stringify(provider.errorBody(status)));
}

/** A streamed reply: its events, and how an event stands on the wire. */
interface Streamed {
  readonly type: string;
  readonly events: readonly SseEvent[];
  readonly encode: (event: SseEvent) => string | Uint8Array;
}

function streamOf(reply: Reply): Streamed | undefined {
  if ('sse' in reply) return { type: 'text/event-stream; charset=utf-8', events: reply.sse, encode: frame };
  if ('lines' in reply)
    return { type: 'application/x-ndjson', events: reply.lines.map((data) => ({ data })), encode: line };
  if ('frames' in reply)
    return { type: 'application/vnd.amazon.eventstream', events: reply.frames, encode: encodeEvent };
  return undefined;
}

const line = ({ data }: SseEvent): string => `${typeof data === 'string' ? data : JSON.stringify(data)}\n`;

async function stream(
  res: ServerResponse,
  { type, events, encode }: Streamed,
  scenario: Scenario,
  provider: Provider,
  path: string,
): Promise<void> {
  const { fault, delay = 0 } = scenario;
  const strike = fault === undefined ? -1 : (scenario.after ?? 2);
  res.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' });
  res.flushHeaders();
  if (fault === 'empty') return void res.end();
  for (const [index, event] of events.entries()) {
    if (res.destroyed) return;
    if (delay > 0) await sleep(delay);
    if (index === strike) {
      if (fault === 'truncate') return void res.end();
      if (fault === 'hang') return;
      if (fault === 'reset') return cut(res, 'reset');
      if (fault === 'drop') return cut(res, 'close');
      if (fault === 'error') return void res.end(encode(provider.errorEvent(path)));
      if (fault === 'malformed') await written(res, encode({ ...event, data: '{"broken": "' }));
    }
    await written(res, encode(event));
  }
  res.end();
}

/** An event as it stands on the wire. */
export function frame({ event, data }: SseEvent): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${text}\n\n`;
}

/** Resolves when the kernel has the bytes, so that a reset that follows does not overtake them. */
function written(res: ServerResponse, bytes: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    res.write(bytes, () => resolve());
  });
}
