import * as http from 'node:http';
import * as https from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Target } from '../../config/sdk/export-target.ts';
import { type SendOutcome, unanswered } from './outcome.ts';

const zip = promisify(gzip);
const agents = new Map<string, http.Agent>();
/** HTTP statuses that the OTLP specification allows to retry. */
const RETRYABLE = new Set([429, 502, 503, 504]);
/** Most characters of an error's body that are read for the message. */
const BODY_LIMIT = 2048;

/** Posts `body` to an HTTP endpoint. Never rejects. */
export async function sendHttp(target: Target, body: Uint8Array, timeoutMs: number): Promise<SendOutcome> {
  try {
    const compressed = target.compression === 'gzip';
    const bytes = compressed ? await zip(body) : body;
    return await post(target, bytes, compressed ? { 'content-encoding': 'gzip' } : {}, timeoutMs);
  } catch (error) {
    return unanswered(error);
  }
}

function post(
  target: Target,
  body: Uint8Array,
  encoding: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<SendOutcome> {
  return new Promise((resolve) => {
    const url = new URL(target.url);
    const { request } = url.protocol === 'https:' ? https : http;
    const options = {
      method: 'POST',
      agent: agentOf(target, url),
      headers: { ...target.headers, ...encoding, 'content-length': body.byteLength },
    };
    const sent = request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        if (text.length < BODY_LIMIT) text += chunk;
      });
      response.on('end', () => settle(outcomeOf(response, text)));
      response.on('error', () => settle(outcomeOf(response, text)));
    });
    const settle = (outcome: SendOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    const timer = setTimeout(() => {
      settle(unanswered(new Error(`no answer within ${timeoutMs} ms`)));
      sent.destroy();
    }, timeoutMs);
    timer.unref();
    // Telemetry must not keep an idle process alive; a caller that waits for the answer holds a timer.
    sent.on('socket', (socket) => socket.unref());
    sent.on('error', (error) => settle(unanswered(error)));
    sent.end(body);
  });
}

function outcomeOf(response: http.IncomingMessage, text: string): SendOutcome {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return { ok: true };
  const detail = /^[\x20-\x7e\s]+$/.test(text) ? ` (${text.trim().slice(0, 200)})` : '';
  const after = Number(response.headers['retry-after']);
  return {
    ok: false,
    reason: `HTTP ${status} ${response.statusMessage ?? ''}${detail}`.trim(),
    retryable: RETRYABLE.has(status),
    answered: true,
    ...(after > 0 ? { retryAfterMs: after * 1000 } : {}),
  };
}

function agentOf(target: Target, url: URL): http.Agent {
  let agent = agents.get(target.url);
  if (agent === undefined) {
    const { ca, cert, key } = target.tls;
    const tls = { ...(ca && { ca: pem(ca) }), ...(cert && { cert: pem(cert) }), ...(key && { key: pem(key) }) };
    agent =
      url.protocol === 'https:' ? new https.Agent({ keepAlive: true, ...tls }) : new http.Agent({ keepAlive: true });
    agents.set(target.url, agent);
  }
  return agent;
}

/** A certificate for node:tls: a Buffer that was cloned into another thread is a plain Uint8Array, which node:tls refuses. */
export function pem(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes);
}
