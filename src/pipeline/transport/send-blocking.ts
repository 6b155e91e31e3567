import { MessageChannel, receiveMessageOnPort, Worker, type WorkerOptions } from 'node:worker_threads';
import { pathOfPart } from '../load.ts';
import type { SendOutcome } from './outcome.ts';
import type { LastOutcomes, LastRequests } from './worker.ts';

/** Time in milliseconds that is left for the answer of the thread. */
const MARGIN_MS = 100;

/**
 * Sends requests from another thread while this thread blocks, for `exit` listeners, where nothing asynchronous runs. Returns
 * the outcome of each request, or undefined if the thread did not answer within `timeoutMs`. Throws if no thread can be started.
 */
export function sendBlocking(
  requests: LastRequests['requests'],
  timeoutMs: number,
): readonly SendOutcome[] | undefined {
  const { port1, port2 } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const workerData: LastRequests = { requests, timeoutMs: Math.max(1, timeoutMs - MARGIN_MS), done, port: port2 };
  // No flags and no environment: NODE_OPTIONS and --import would load the application's preloads once more.
  const worker = startThread(pathOfPart('pipeline-send-worker'), {
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

/**
 * Not `new Worker(path)`: Turbopack (Next.js 16) follows the expression, takes a path that is no literal for any file of the
 * folder, and `next build` fails at the declarations of types there.
 */
function startThread(path: string, options: WorkerOptions): Worker {
  return Reflect.construct(Worker, [path, options]);
}
