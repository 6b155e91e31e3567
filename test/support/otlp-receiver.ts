/** An OTLP/HTTP receiver (JSON and protobuf, plain and gzip) on 127.0.0.1 that keeps what it is sent. */
import type { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import {
  flattenLogs,
  flattenMetrics,
  flattenSpans,
  type ReceivedLog,
  type ReceivedMetric,
  type ReceivedSpan,
} from './otlp/flatten.ts';
import { REQUESTS } from './otlp/messages.ts';
import { decode } from './otlp/wire.ts';

export type { ReceivedEvent, ReceivedLog, ReceivedMetric, ReceivedPoint, ReceivedSpan } from './otlp/flatten.ts';

/** A signal, named as in the path: `/v1/traces`, `/v1/metrics`, `/v1/logs`. */
export type Signal = keyof typeof REQUESTS;

/** How the receiver answers. What it does not answer with a 2xx it does not keep. */
export interface ReceiverBehaviour {
  /** HTTP status of every answer. Default 200. */
  status?: number;
  /** Wait before every answer. */
  delayMs?: number;
  /** Never answer. */
  hang?: boolean;
}

/** One export request as it came, refused ones included. */
export interface OtlpRequest {
  readonly signal: Signal;
  readonly headers: IncomingHttpHeaders;
  /** Size on the wire. */
  readonly bytes: number;
}

/** See {@link startOtlpReceiver}. */
export interface OtlpReceiver {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  readonly requests: readonly OtlpRequest[];
  spans(): ReceivedSpan[];
  metrics(): ReceivedMetric[];
  logs(): ReceivedLog[];
  /** Number of export requests, of one signal or of all. */
  count(signal?: Signal): number;
  /** Changes how it answers from now on, for outages and recoveries; `{}` is healthy again. */
  behave(behaviour: ReceiverBehaviour): void;
  /** Resolves once `predicate` holds, checked after every request; rejects after `ms` (default 10,000). */
  waitFor(predicate: (receiver: OtlpReceiver) => boolean, ms?: number): Promise<void>;
  /** Cuts the connections of requests that get no answer. */
  disconnect(): void;
  /** Forgets everything received. */
  reset(): void;
  close(): Promise<void>;
}

const SIGNAL_BY_PATH: ReadonlyMap<string, Signal> = new Map(
  (Object.keys(REQUESTS) as Signal[]).map((signal) => [`/v1/${signal}`, signal]),
);

/** Certificate and key of a receiver with TLS. */
export interface ReceiverTls {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Starts a receiver on a free port. */
export async function startOtlpReceiver(options: ReceiverBehaviour = {}, tls?: ReceiverTls): Promise<OtlpReceiver> {
  let behaviour = options;
  const requests: OtlpRequest[] = [];
  const kept = { spans: [] as ReceivedSpan[], metrics: [] as ReceivedMetric[], logs: [] as ReceivedLog[] };
  const waiting = new Set<() => void>();
  const hanging: Socket[] = [];

  const keep = (signal: Signal, body: Record<string, unknown>): void => {
    if (signal === 'traces') kept.spans.push(...flattenSpans(body));
    else if (signal === 'metrics') kept.metrics.push(...flattenMetrics(body));
    else kept.logs.push(...flattenLogs(body));
  };

  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const raw = await readAll(req);
    const path = req.url ?? '';
    // Langfuse has OTLP below a path of its own.
    const signal = SIGNAL_BY_PATH.get(path.replace(/^\/api\/public\/otel\//, '/'));
    if (signal === undefined || req.method !== 'POST') return void res.writeHead(404).end();
    requests.push({ signal, headers: req.headers, bytes: raw.length });
    const { status = 200, delayMs = 0, hang = false } = behaviour;
    const json = req.headers['content-type']?.includes('json') === true;
    if (status < 300 && !hang) keep(signal, parse(signal, req.headers, raw, json));
    for (const check of waiting) check();
    if (hang) return void hanging.push(req.socket);
    if (delayMs > 0) await sleep(delayMs);
    // An empty body is a valid protobuf response.
    res.writeHead(status, { 'content-type': json ? 'application/json' : 'application/x-protobuf' });
    res.end(json ? '{}' : undefined);
  };

  const handle = (req: IncomingMessage, res: ServerResponse): void => {
    answer(req, res).catch((error: unknown) => {
      if (!res.headersSent) res.writeHead(400);
      res.end(String(error));
    });
  };
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const receiver: OtlpReceiver = {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    spans: () => [...kept.spans],
    metrics: () => [...kept.metrics],
    logs: () => [...kept.logs],
    count: (signal) => requests.filter((r) => signal === undefined || r.signal === signal).length,
    behave: (next) => {
      behaviour = next;
    },
    waitFor: (predicate, ms = 10_000) =>
      new Promise((resolve, reject) => {
        const settle = (finish: () => void): void => {
          clearTimeout(timer);
          waiting.delete(check);
          finish();
        };
        const check = (): void => {
          try {
            if (predicate(receiver)) settle(resolve);
          } catch (error) {
            settle(() => reject(error));
          }
        };
        const timer = setTimeout(() => settle(() => reject(new Error(describe(receiver, ms)))), ms);
        waiting.add(check);
        check();
      }),
    disconnect: () => {
      for (const socket of hanging.splice(0)) socket.destroy();
    },
    reset: () => {
      requests.length = 0;
      for (const items of Object.values(kept)) items.length = 0;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return receiver;
}

function describe(receiver: OtlpReceiver, ms: number): string {
  const names = receiver.spans().map((span) => span.name);
  return `not within ${ms} ms; ${receiver.count()} requests, spans: ${names.join(', ') || 'none'}`;
}

function parse(signal: Signal, headers: IncomingHttpHeaders, raw: Buffer, json: boolean): Record<string, unknown> {
  const body = headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
  return json ? (JSON.parse(body.toString('utf8')) as Record<string, unknown>) : decode(REQUESTS[signal], body);
}

async function readAll(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return globalThis.Buffer.concat(chunks);
}
