import * as http from 'node:http';
import type * as https from 'node:https';
import { clearTimeout, setTimeout } from 'node:timers';
import { promisify } from 'node:util';
import type { Target } from '../../config/sdk/export-target.ts';
import { addFlight, endFlight, type Flight } from './flights.ts';
import { type SendOutcome, unanswered } from './outcome.ts';
import { MOST_BODY_BYTES, outcomeOf } from './response.ts';
import { tlsOptions } from './tls-options.ts';

/** What requests of one protocol need of node:http or node:https. */
interface Module {
  readonly request: (
    url: URL,
    options: https.RequestOptions,
    answered: (response: http.IncomingMessage) => void,
  ) => http.ClientRequest;
  readonly globalAgent: http.Agent;
  /** The agent that is global now. */
  currentAgent(): http.Agent;
  newAgent(options: https.AgentOptions): http.Agent;
}

/**
 * The functions as they are when a module is read, which is before the application is loaded: test tools such as nock and msw
 * put functions of their own in the place of these, and requests of telemetry are none of their business.
 */
const read = (module: typeof http | typeof https): Module => ({
  request: module.request,
  globalAgent: module.globalAgent,
  currentAgent: () => module.globalAgent,
  newAgent: (options) => new module.Agent(options),
});

const PLAIN = read(http);
let secure: Module | undefined;

/** node:https takes longer to load than the SDK (20 ms in Node 24): only a process with an `https:` target loads the module. */
function moduleOf(protocol: string): Module {
  if (protocol !== 'https:') return PLAIN;
  secure ??= read(process.getBuiltinModule('node:https'));
  return secure;
}

/** Loads what requests to `target` need. */
export function prepareHttp({ url }: Target): void {
  if (url.startsWith('https:')) moduleOf('https:');
}

/** Compresses a body. Loaded by need: most processes send to a collector beside. */
const zip = (body: Uint8Array): Promise<Buffer> => promisify(process.getBuiltinModule('node:zlib').gzip)(body);
const agents = new Map<string, http.Agent>();

/** Posts `body` to an HTTP endpoint. Never rejects. */
export async function sendHttp(target: Target, body: Uint8Array, timeoutMs: number): Promise<SendOutcome> {
  try {
    const isCompressed = target.compression === 'gzip';
    const bytes = isCompressed ? await zip(body) : body;
    const encoding: Readonly<Record<string, string>> = isCompressed ? { 'content-encoding': 'gzip' } : {};
    return await post({ target, body, bytes, encoding }, timeoutMs);
  } catch (error) {
    return unanswered(error, target);
  }
}

interface Post {
  readonly target: Target;
  readonly body: Uint8Array;
  /** The body as it is sent. */
  readonly bytes: Uint8Array;
  readonly encoding: Readonly<Record<string, string>>;
}

function post({ target, body, bytes, encoding }: Post, timeoutMs: number): Promise<SendOutcome> {
  return new Promise((resolve) => {
    const url = new URL(target.url);
    const module = moduleOf(url.protocol);
    const options = {
      method: 'POST',
      ...agentOf(target, module),
      headers: { ...target.headers, ...encoding, 'content-length': bytes.byteLength },
    };
    const settle = (outcome: SendOutcome): void => {
      clearTimeout(timer);
      endFlight(body, flight, outcome);
      resolve(outcome);
    };
    const sent = module.request(url, options, (response) => readAnswer(response, flight, settle));
    const flight = addFlight(body, sent);
    const timer = setTimeout(() => {
      settle(unanswered(new Error(`no answer within ${timeoutMs} ms`), target));
      sent.destroy();
    }, timeoutMs);
    timer.unref();
    // Telemetry must not keep a process alive that has nothing else to do; a caller that waits holds a timer of its own.
    sent.on('socket', (socket) => socket.unref());
    sent.on('error', (error) => settle(unanswered(error, target)));
    sent.end(bytes);
  });
}

function readAnswer(response: http.IncomingMessage, flight: Flight, settle: (outcome: SendOutcome) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  response.on('data', (chunk: Buffer) => {
    if (length < MOST_BODY_BYTES) chunks.push(chunk);
    length += chunk.length;
  });
  const done = (): void => {
    const { statusCode = 0, statusMessage = '', headers } = response;
    const answer = {
      status: statusCode,
      statusText: statusMessage,
      contentType: headers['content-type'] ?? '',
      contentEncoding: headers['content-encoding'],
      retryAfter: headers['retry-after'],
      body: Buffer.concat(chunks),
    };
    settle(outcomeOf(answer, Date.now()));
  };
  flight.answer = response;
  flight.land = done;
  response.on('end', done);
  response.on('error', done);
}

/**
 * The agent of a request. An agent that somebody has put in the place of the global one (global-agent), or that reads the
 * proxy from the environment (NODE_USE_ENV_PROXY, Node 24), is looked up at each request; else connections stay open in an
 * agent of our own.
 */
function agentOf(target: Target, { currentAgent, globalAgent, newAgent }: Module): https.RequestOptions {
  const tls = tlsOptions(target);
  const current = currentAgent();
  if (current !== globalAgent || process.env.NODE_USE_ENV_PROXY === '1') return { agent: current, ...tls };
  const agent = agents.get(target.url) ?? newAgent({ keepAlive: true, ...tls });
  agents.set(target.url, agent);
  return { agent };
}
