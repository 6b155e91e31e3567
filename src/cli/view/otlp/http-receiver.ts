/** OTLP over HTTP: https://opentelemetry.io/docs/specs/otlp/#otlphttp */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AccessRules, refusalOf } from '../serve/access.ts';
import { jsonAnswer, protoAnswer, protoStatus } from './export-answer.ts';
import { RequestError, readBody, unpack } from './read-body.ts';
import type { ReadRequest, Signal } from './read-request.ts';
import { type Receive, receiveBytes } from './receive.ts';

const SIGNALS = { '/v1/traces': 'traces', '/v1/metrics': 'metrics', '/v1/logs': 'logs' } as const satisfies Record<
  string,
  Signal
>;

const FORMATS = {
  'application/json': 'json',
  'application/x-protobuf': 'proto',
  'application/protobuf': 'proto',
} as const satisfies Record<string, 'json' | 'proto'>;

type Format = (typeof FORMATS)[keyof typeof FORMATS];

/** Answers the requests of the OTLP port. */
export function httpReceiver(
  receive: Receive,
  rules: AccessRules,
): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    const format = formatOf(req);
    answer(receive, rules, req, format)
      .then(([signal, read]) => {
        const isJson = format === 'json';
        send(res, 200, isJson ? JSON.stringify(jsonAnswer(signal, read)) : protoAnswer(read), isJson);
      })
      .catch((error: unknown) => {
        const status = error instanceof RequestError ? error.status : 500;
        const { message } = error as Error;
        const isJson = format !== 'proto';
        if (status === 405) res.setHeader('allow', 'POST');
        // The rest of a body that nobody reads would keep the connection busy.
        if (!req.complete) res.setHeader('connection', 'close');
        send(res, status, isJson ? JSON.stringify({ message }) : protoStatus(message), isJson);
        if (!req.complete) req.destroy();
      });
  };
}

async function answer(
  receive: Receive,
  rules: AccessRules,
  req: IncomingMessage,
  format: Format | undefined,
): Promise<[Signal, ReadRequest]> {
  const refusal = refusalOf({ host: req.headers.host, headers: req.headers }, rules);
  if (refusal !== undefined) throw new RequestError(refusal.status, refusal.message);
  const path = (req.url ?? '').split('?')[0] ?? '';
  const signal = Object.hasOwn(SIGNALS, path) ? SIGNALS[path as keyof typeof SIGNALS] : undefined;
  if (signal === undefined) throw new RequestError(404, `expected POST to ${Object.keys(SIGNALS).join(', ')}`);
  if (req.method !== 'POST') throw new RequestError(405, 'expected POST');
  if (format === undefined) throw new RequestError(415, `expected ${Object.keys(FORMATS).slice(0, 2).join(' or ')}`);
  const body = await unpack(await readBody(req), req.headers['content-encoding']);
  return [signal, receiveBytes(receive, signal, body, format)];
}

function formatOf({ headers }: IncomingMessage): Format | undefined {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  return Object.hasOwn(FORMATS, type) ? FORMATS[type as keyof typeof FORMATS] : undefined;
}

function send(res: ServerResponse, status: number, body: string | Buffer, isJson: boolean): void {
  if (res.destroyed) return;
  res.writeHead(status, {
    'content-type': isJson ? 'application/json' : 'application/x-protobuf',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  res.end(body);
}
