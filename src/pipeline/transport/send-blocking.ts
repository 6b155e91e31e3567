import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
  type WorkerOptions,
} from 'node:worker_threads';
import { load, pathOfPart } from '../load.ts';
import { type Flight, flightOf } from './flights.ts';
import type { SendOutcome } from './outcome.ts';
import type { LastOutcomes, LastRequests } from './worker.ts';

/** Time in milliseconds that is left for the answer of the thread. */
const MARGIN_MS = 100;
/** Time in milliseconds between two looks at sockets and threads. */
const LOOK_MS = 3;
/** Share of the time that an answer may take before the request is sent again: the backend may have lost the request. */
const PATIENCE = 0.6;

type Requests = LastRequests['requests'];

/** What became of the last requests, in their order. */
export interface LastAnswers {
  /** `undefined` for a request without an answer in time. */
  readonly outcomes: readonly (SendOutcome | undefined)[];
  /** Why no thread could be started. */
  readonly error?: unknown;
}

/**
 * Sends requests from another thread while this thread blocks, for `exit` listeners, where nothing asynchronous runs. A request
 * that is on its way already is sent again only if the answer cannot be read, fails, or does not come.
 */
export function sendBlocking(requests: Requests, timeoutMs: number): LastAnswers {
  return new LastSending(requests, timeoutMs).run();
}

/** A thread that sends some of the requests. */
interface Thread {
  readonly indexes: readonly number[];
  readonly done: Int32Array;
  readonly port: MessagePort;
}

class LastSending {
  readonly #requests: Requests;
  readonly #outcomes: (SendOutcome | undefined)[];
  readonly #until: number;
  readonly #impatientAt: number;
  /** Requests that wait for an answer to this thread, by index. */
  readonly #flights = new Map<number, Flight>();
  readonly #sentAgain = new Set<number>();
  readonly #threads = new Set<Thread>();
  #error: unknown;

  constructor(requests: Requests, timeoutMs: number) {
    this.#requests = requests;
    this.#outcomes = requests.map(() => undefined);
    this.#until = Date.now() + timeoutMs;
    this.#impatientAt = Date.now() + timeoutMs * PATIENCE;
  }

  run(): LastAnswers {
    const indexes = [...this.#requests.keys()];
    this.#findFlights();
    this.#send(indexes.filter((i) => !this.#flights.has(i)));
    while (this.#threads.size + this.#flights.size > 0 && Date.now() < this.#until) {
      this.#readAnswers();
      this.#readThreads();
      this.#wait();
    }
    return { outcomes: this.#outcomes, error: this.#error };
  }

  #findFlights(): void {
    for (const [i, { body }] of this.#requests.entries()) {
      const flight = flightOf(body);
      if (flight !== undefined && answers().canReadAnswer(flight)) this.#flights.set(i, flight);
    }
  }

  #readAnswers(): void {
    for (const [i, flight] of this.#flights) {
      const outcome = answers().readAnswer(flight);
      if (outcome === 'waiting') continue;
      this.#flights.delete(i);
      if (outcome === 'gone' || (!outcome.ok && outcome.retryable)) this.#sendAgain([i]);
      else this.#settle(i, outcome);
    }
    if (Date.now() > this.#impatientAt) this.#sendAgain([...this.#flights.keys()]);
  }

  #sendAgain(indexes: readonly number[]): void {
    const open = indexes.filter((i) => !this.#sentAgain.has(i));
    for (const i of open) this.#sentAgain.add(i);
    this.#send(open);
  }

  /** Starts a thread. */
  #send(indexes: readonly number[]): void {
    if (indexes.length === 0) return;
    try {
      const requests = indexes.flatMap((i) => this.#requests[i] ?? []);
      this.#threads.add({ indexes, ...startThread(requests, this.#until - Date.now()) });
    } catch (error) {
      this.#error = error; // --permission without --allow-worker
    }
  }

  #readThreads(): void {
    for (const thread of this.#threads) {
      const outcomes = receiveMessageOnPort(thread.port)?.message as LastOutcomes | undefined;
      if (outcomes === undefined) continue;
      this.#threads.delete(thread);
      for (const [at, i] of thread.indexes.entries()) this.#settle(i, outcomes[at]);
    }
  }

  #settle(i: number, outcome: SendOutcome | undefined): void {
    if (this.#outcomes[i]?.ok !== true) this.#outcomes[i] = outcome;
    if (outcome?.ok === true) this.#flights.delete(i);
  }

  /** Waits for the next look; a single thread wakes this thread. */
  #wait(): void {
    const left = Math.max(0, this.#until - Date.now());
    const [first, ...more] = this.#threads;
    if (first !== undefined && more.length === 0 && this.#flights.size === 0) Atomics.wait(first.done, 0, 0, left);
    else if (first !== undefined || this.#flights.size > 0) sleep(Math.min(LOOK_MS, left));
    this.#readThreads();
  }
}

const answers = (): typeof import('./read-answer.ts') =>
  load<typeof import('./read-answer.ts')>('pipeline-read-answer');

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function startThread(requests: Requests, timeoutMs: number): Omit<Thread, 'indexes'> {
  const { port1, port2 } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const workerData: LastRequests = { requests, timeoutMs: Math.max(1, timeoutMs - MARGIN_MS), done, port: port2 };
  // No flags and no environment: NODE_OPTIONS and --import would load the application's preloads once more.
  const worker = startWorker(pathOfPart('pipeline-send-worker'), {
    workerData,
    transferList: [port2],
    execArgv: [],
    env: {},
    stdout: true,
    stderr: true,
  });
  worker.on('error', () => {});
  worker.unref();
  return { done, port: port1 };
}

/**
 * Not `new Worker(path)`: Turbopack (Next.js 16) follows the expression, takes a path that is no literal for any file of the
 * folder, and `next build` fails at the declarations of types there.
 */
function startWorker(path: string, options: WorkerOptions): Worker {
  return Reflect.construct(Worker, [path, options]);
}
