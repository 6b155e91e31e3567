/** What all pipelines of a process do together when the process ends. */
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { addFlush } from '../../otel/flush.ts';
import { debug, firstLine } from '../../runtime/log.ts';
import type { LastExport } from '../batches/last-export.ts';
import { type LastAnswers, sendBlocking } from '../transport/send-blocking.ts';

/** A pipeline as the end of the process sees the pipeline. */
export interface EndingPipeline {
  /** True if the last export found a backend that does not take requests. */
  readonly isSilent: boolean;
  /** True if requests can be kept on disk. */
  readonly hasSpool: boolean;
  /** True while a request is on its way. */
  readonly isBusy: boolean;
  forceFlush(timeoutMs: number): Promise<boolean>;
  takeAll(): LastExport[];
  /** Lets the exporter hand over all items at once. */
  endExporter(): void;
  /** Everything is settled: tells what was lost, and why. */
  tellLoss(reason: string): void;
}

/** Time in milliseconds that a flush may take where the caller names none. */
export const FLUSH_MS = 30_000;

/** Less than this is not enough to start a thread, in milliseconds. */
const LEAST_WAIT_MS = 50;

const pipelines = new Set<EndingPipeline>();
let exitTimeoutMs = 1500;
let waitedMs = 0;
/** A flush at the end has failed, and nothing was answered since: another wait would be in vain. */
let isHopeless = false;
let isEnding = false;
let deferred: Promise<void> | undefined;
/** True in the last turn of the event loop: a request that starts would get no answer. */
let isDraining = false;
const never = new Promise<void>(() => {});

/** Sets how long the end of the process may wait in milliseconds, all waits together; 0: no waiting. */
export function setExitTimeout(ms: number): void {
  exitTimeoutMs = ms;
}

/** Sends what a pipeline holds when the process ends; returns a function that takes the pipeline out. */
export function endWithProcess(pipeline: EndingPipeline): () => void {
  pipelines.add(pipeline);
  addFlush(flushAll);
  return () => pipelines.delete(pipeline);
}

/**
 * Starts no request before the event loop turns again, and does not make the event loop turn. If the loop never turns, the
 * process is at its end and {@link drain} finds the items.
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

/** The promise that requests wait for, if there is one. */
export function sendingDeferred(): Promise<void> | undefined {
  return isDraining ? never : deferred;
}

/** True while a flush of the end of the process is under way: what is lost is told when the process has ended. */
export function processEnds(): boolean {
  return isEnding;
}

/** A backend has taken a request: waits at the end are worth their time again. */
export function noteAnswer(): void {
  waitedMs = 0;
  isHopeless = false;
}

/** True while a request of any pipeline is on its way to a backend that takes requests. */
export function awaitsAnswer(): boolean {
  for (const { isBusy, isSilent } of pipelines) if (isBusy && !isSilent) return true;
  return false;
}

/** Flushes all pipelines. True if every pipeline could send everything within `timeoutMs`. */
export async function flushAll(timeoutMs: number): Promise<boolean> {
  const sent = await Promise.all([...pipelines].map((pipeline) => pipeline.forceFlush(timeoutMs)));
  return sent.every(Boolean);
}

/**
 * Waits for `ready`, then flushes, at most as long as the end of the process may be delayed. Keeps the process alive
 * meanwhile.
 */
export async function flushWithin(ready: Promise<unknown>): Promise<void> {
  const left = exitTimeoutMs - waitedMs;
  if (left <= 0 || isHopeless) return;
  const began = Date.now();
  isEnding = true;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, left, false);
  });
  const isInTime = await Promise.race([late, ready.then(() => flushAll(left))]);
  clearTimeout(timer);
  isEnding = false;
  // A backend that answers in time does not use up the budget: the process may live on and come here again.
  waitedMs = isInTime ? 0 : waitedMs + (Date.now() - began);
  isHopeless = !isInTime;
}

/**
 * For `exit` listeners and signals: calls `handOver`, which adds the last items, then sends everything that is not known to
 * have arrived from another thread while this thread blocks. Returns when everything is sent or the time is over. Requests of
 * a pipeline with a spool whose backend is silent go to the disk at once.
 */
export function drain(handOver: () => void): void {
  isDraining = true;
  try {
    drainAll(handOver);
  } finally {
    isDraining = false;
  }
}

function drainAll(handOver: () => void): void {
  handOver();
  const sending: LastExport[] = [];
  for (const pipeline of pipelines) {
    const last = pipeline.takeAll();
    if (pipeline.hasSpool && pipeline.isSilent) for (const one of last) one.settle(undefined);
    else sending.push(...last);
  }
  const reason = sending.length === 0 ? undefined : sendLast(sending);
  for (const pipeline of pipelines) pipeline.endExporter();
  for (const pipeline of pipelines) pipeline.tellLoss(reason ?? `no answer within ${exitTimeoutMs} ms`);
}

/** Sends and settles the last exports. Returns why nothing could be sent, if nothing could. */
function sendLast(exports: readonly LastExport[]): string | undefined {
  const withRequest = exports.filter(({ request }) => request !== undefined);
  for (const one of exports) {
    if (one.request !== undefined) continue;
    one.send();
    one.settle({ ok: true });
  }
  const left = Math.max(0, exitTimeoutMs - waitedMs);
  const began = Date.now();
  const requests = withRequest.flatMap(({ request }) => request ?? []);
  const { outcomes, error }: LastAnswers =
    left > LEAST_WAIT_MS && requests.length > 0 ? sendBlocking(requests, left) : { outcomes: [] };
  const reason =
    error === undefined
      ? undefined
      : // --permission without --allow-worker
        `no thread could be started at the end of the process (${firstLine(error)})`;
  if (reason !== undefined) debug(reason);
  waitedMs += Date.now() - began;
  for (const [i, one] of withRequest.entries()) one.settle(outcomes[i]);
  return reason;
}
