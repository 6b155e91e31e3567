/**
 * Requests on the way to a collector. This file keeps two promises: as long as the collector is alive, no request is lost,
 * however the process ends; and a dead collector costs the process no noticeable time.
 */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { shownUrl, type Target } from '../../config/sdk/export-target.ts';
import { debug, firstLine, warnOnce } from '../../runtime/log.ts';
import { load, pathOfPart } from '../load.ts';
import { type SendOutcome, shownReason, unanswered } from '../transport/outcome.ts';
import type { LastOutcomes, LastRequests } from '../transport/worker.ts';

/** Milliseconds that the end of a process may wait for a collector without an answer, all waits together. */
const EXIT_BUDGET_MS = 1500;
/** Milliseconds below which the start of a thread is not worth while. */
const LEAST_WAIT_MS = 200;
/** Most requests in flight to one endpoint: more requests would fill the memory while the collector is down. */
const MOST_IN_FLIGHT = 30;
const ATTEMPTS = 5;
const FIRST_BACKOFF_MS = 1000;
const MOST_BACKOFF_MS = 5000;

interface Request {
  readonly target: Target;
  readonly body: Uint8Array;
}

const pending = new Set<Request>();
const idle = new Set<() => void>();
const sleepers = new Set<() => void>();
let ending = false;
let deferred: Promise<void> | undefined;
let hurrying = false;
let waitedMs = 0;

/** Whether a further request to `target` is accepted; if not, the caller keeps or drops the items. */
export function accepts(target: Target): boolean {
  if (ending) return true;
  let count = 0;
  for (const request of pending) if (request.target === target) count++;
  return count < MOST_IN_FLIGHT;
}

/**
 * Delays sending to the next turn of the event loop, without keeping the loop alive. If the loop does not turn again, drain()
 * sends in the `exit` listener.
 */
export function deferSending(): void {
  deferred ??= new Promise((resolve) => {
    const release = (): void => {
      deferred = undefined;
      resolve();
    };
    setImmediate(release).unref();
  });
}

/** Sends `body`, with retries. Resolves when `body` has arrived or is given up; never rejects. */
export async function post(target: Target, body: Uint8Array): Promise<SendOutcome> {
  const request = { target, body };
  pending.add(request);
  // In an `exit` listener no asynchronous work happens any more: drain() takes the request from the set.
  if (ending) return { ok: true };
  if (deferred !== undefined) await deferred;
  const outcome = await deliver(request).catch(unanswered);
  if (pending.delete(request)) report(target, outcome);
  if (pending.size === 0) for (const done of idle) done();
  return outcome;
}

async function deliver({ target, body }: Request): Promise<SendOutcome> {
  const { send } = load<typeof import('../transport/send.ts')>('pipeline-send');
  const until = Date.now() + target.timeoutMs;
  let backoff = FIRST_BACKOFF_MS;
  for (let attempt = 1; ; attempt++) {
    const outcome = await send(target, body, Math.max(1, until - Date.now()));
    if (outcome.ok || !outcome.retryable || attempt > ATTEMPTS || hurrying) return outcome;
    const wait = outcome.retryAfterMs ?? backoff * (0.8 + Math.random() * 0.4);
    if (Date.now() + wait >= until) return outcome;
    debug(`${target.signal}: ${shownReason(target, outcome.reason)}; next try in ${Math.round(wait)} ms`);
    await sleep(wait);
    backoff = Math.min(backoff * 1.5, MOST_BACKOFF_MS);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      sleepers.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    timer.unref();
    sleepers.add(wake);
  });
}

/**
 * Waits until no request is on the way, within the time by which the end of the process may be delayed. Keeps the process
 * alive meanwhile. Requests that wait for the next try are tried once more, now.
 */
export async function flushWithin(ready: Promise<unknown>): Promise<void> {
  const left = EXIT_BUDGET_MS - waitedMs;
  if (left <= 0) return;
  const began = Date.now();
  hurrying = true;
  for (const wake of sleepers) wake();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, left, 'late');
  });
  const result = await Promise.race([late, ready.then(() => whenIdle())]);
  clearTimeout(timer);
  hurrying = false;
  // A collector that answers in time does not use up the budget: the process may live on and call this function again.
  waitedMs = result === 'late' ? waitedMs + (Date.now() - began) : 0;
}

/** Resolves when no request is on the way. */
export async function whenIdle(): Promise<void> {
  while (pending.size > 0)
    await new Promise<void>((resolve) => {
      const done = (): void => {
        idle.delete(done);
        resolve();
      };
      idle.add(done);
    });
}

/**
 * For `exit` listeners and signals. Calls `handOver`, whose posts are only collected. Then sends, from another thread while
 * the current thread blocks, all requests without an answer so far. Returns when the requests are sent or the time is up.
 */
export function drain(handOver: () => void): void {
  ending = true;
  try {
    handOver();
    const requests = [...pending];
    if (requests.length === 0) return;
    const left = Math.max(0, EXIT_BUDGET_MS - waitedMs);
    const began = Date.now();
    let outcomes: LastOutcomes | undefined;
    let reason = `no answer within ${EXIT_BUDGET_MS} ms at the end of the process`;
    try {
      if (left > LEAST_WAIT_MS) outcomes = sendBlocking(requests, left);
    } catch (error) {
      // --permission without --allow-worker
      reason = `no thread could be started for it at the end of the process, ${firstLine(error)}`;
    }
    waitedMs += Date.now() - began;
    pending.clear();
    const unsent: SendOutcome = { ok: false, reason, retryable: true, answered: false };
    for (const [i, { target }] of requests.entries()) report(target, outcomes?.[i] ?? unsent);
  } finally {
    ending = false;
  }
}

function sendBlocking(requests: readonly Request[], timeoutMs: number): LastOutcomes | undefined {
  const { port1, port2 } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const workerData: LastRequests = { requests, timeoutMs: timeoutMs - LEAST_WAIT_MS / 2, done, port: port2 };
  // No flags and no environment: NODE_OPTIONS and --import would load the application's preloads once more.
  const worker = new Worker(pathOfPart('pipeline-send-worker'), {
    workerData,
    transferList: [port2],
    execArgv: [],
    env: {},
    stdout: true,
    stderr: true,
  });
  worker.on('error', () => {});
  worker.unref();
  Atomics.wait(done, 0, 0, timeoutMs);
  return receiveMessageOnPort(port1)?.message as LastOutcomes | undefined;
}

const HINTS = { traces: 'OTEL_TRACES_EXPORTER', metrics: 'OTEL_METRICS_EXPORTER', logs: 'OTEL_LOGS_EXPORTER' } as const;

/** Advice for a user: `silent` if the address does not answer, `refused` if the collector refuses the request. */
const CHECKS = {
  otlp: {
    silent: 'Is a collector listening there (OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL)?',
    refused:
      'Check the address, the protocol (OTEL_EXPORTER_OTLP_PROTOCOL) and the headers (OTEL_EXPORTER_OTLP_HEADERS).',
  },
  zipkin: {
    silent: 'Is Zipkin listening there (OTEL_EXPORTER_ZIPKIN_ENDPOINT)?',
    refused: 'Check the address (OTEL_EXPORTER_ZIPKIN_ENDPOINT).',
  },
} as const;

function report(target: Target, outcome: SendOutcome): void {
  if (outcome.ok) {
    debug(`${target.signal} sent to ${shownUrl(target.url)}`);
    return;
  }
  const { host, protocol } = new URL(target.url);
  const failure = `${shownUrl(target.url)}: ${shownReason(target, outcome.reason)}`;
  const check = CHECKS[target.format][outcome.answered ? 'refused' : 'silent'];
  reportOnce(
    `${protocol}//${host} ${outcome.answered}`,
    `could not send ${target.signal} to ${failure}. ${check} ${HINTS[target.signal]}=none turns ${target.signal} off. Further failures there are not reported.`,
  );
}

const reported = new Set<string>();

function reportOnce(key: string, message: string): void {
  if (reported.has(key)) debug(message);
  else warnOnce(message);
  reported.add(key);
}
