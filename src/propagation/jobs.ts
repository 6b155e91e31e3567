import { activeContext, contextWithoutSpan, spanOf } from '../otel/globals.ts';
import { readSafely } from '../runtime/guard.ts';
import { warnOnce } from '../runtime/log.ts';
import { isPlainObject } from '../runtime/plain-object.ts';
import { runInSpan, startApplicationSpan } from './application-span.ts';
import { extract, inject } from './propagate.ts';

/** Key of the data of a job that carries the context. */
const CARRIER_KEY = '__otel';
/** Name of a queue that has none. */
const QUEUE = 'queue';
/** `SpanKind.CONSUMER` */
const CONSUMER = 4;
/** Fields that a job of a queue has and the data of an application rarely: BullMQ, Bull, bee-queue, pg-boss. */
const JOB_FIELDS: readonly (readonly string[])[] = [
  ['queueName', 'attemptsMade'],
  ['queue', 'attemptsMade'],
  ['queue', 'options'],
  ['id', 'name'],
];

/** Options of {@link runJob}. */
export interface JobOptions {
  /** Name of the span. Default: `process <queue>`. */
  readonly name?: string | undefined;
  /** `messaging.destination.name`. Default: the name of the queue of a BullMQ or Bull job, else `queue`. */
  readonly queue?: string | undefined;
  /** `child` (default): the span belongs to the trace of the sender. `link`: the span begins a trace, and has a link to the sender. */
  readonly as?: 'child' | 'link' | undefined;
}

/**
 * The data of a job with the active context under the key `__otel`, for {@link runJob} in the worker. Without a registered
 * propagator, or an active span, a copy of `data`.
 *
 * @example
 * await queue.add('summarize', injectJob({ documentId }));
 */
export function injectJob<Data extends object>(data: Data): Data {
  if (data === null || typeof data !== 'object' || !isPlainObject(data)) {
    warnOnce('injectJob: expected a plain object; the job goes on without a trace context.');
    return data;
  }
  const carrier = inject({});
  const { [CARRIER_KEY]: _, ...rest } = data as Record<string, unknown>;
  return (Object.keys(carrier).length === 0 ? rest : { ...rest, [CARRIER_KEY]: carrier }) as Data;
}

/**
 * Runs `fn` with the data of a job, without the key `__otel`, in a CONSUMER span, and returns the result of `fn`. Errors of `fn`
 * are recorded and thrown again. Without a tracer provider only runs `fn`.
 *
 * @param job a job of a queue, or its data
 * @example
 * new Worker('summaries', (job) => runJob(job, (data) => summarize(data.documentId)));
 */
export function runJob<Data extends object, Result>(
  job: { readonly data: Data } | Data,
  fn: (data: Data) => Result,
  options: JobOptions = {},
): Result {
  const { data, carrier, queue } = readSafely(() => readJob(job), { data: job, carrier: undefined, queue: QUEUE });
  const destination = options.queue ?? queue;
  const sender = extract(carrier as object | undefined, activeContext());
  const sent = spanOf(sender)?.spanContext();
  const isLinked = options.as === 'link';
  const parent = isLinked ? contextWithoutSpan(sender) : sender;
  const span = startApplicationSpan(
    {
      name: options.name ?? `process ${destination}`,
      kind: CONSUMER,
      attributes: { 'messaging.operation.type': 'process', 'messaging.destination.name': destination },
      links: isLinked && carrier !== undefined && sent !== undefined ? [{ context: sent }] : [],
    },
    parent,
  );
  const run = (): Result => fn(data as Data);
  return span === undefined ? run() : runInSpan(span, parent, run);
}

/** A job as the application gives the job to {@link runJob}. */
interface ReadJob {
  /** The data without the carrier. */
  readonly data: unknown;
  readonly carrier: unknown;
  readonly queue: string;
}

function readJob(job: unknown): ReadJob {
  const data = dataOf(job);
  const queue = queueOf(job);
  if (data === null || typeof data !== 'object') return { data, carrier: undefined, queue };
  const { [CARRIER_KEY]: carrier, ...rest } = data as Readonly<Record<string, unknown>>;
  return { data: carrier === undefined ? data : rest, carrier, queue };
}

function dataOf(job: unknown): unknown {
  if (job === null || typeof job !== 'object') return job;
  const { data } = job as { data?: unknown };
  const isJob = !Object.hasOwn(job, CARRIER_KEY) && typeof data === 'object' && data !== null;
  const hasCarrier = isJob && Object.hasOwn(data, CARRIER_KEY);
  return hasCarrier || (isJob && JOB_FIELDS.some((fields) => fields.every((field) => field in job))) ? data : job;
}

function queueOf(job: unknown): string {
  const { queueName, queue } = (job ?? {}) as { queueName?: unknown; queue?: { name?: unknown } };
  const name = queueName ?? queue?.name;
  return typeof name === 'string' && name !== '' ? name : QUEUE;
}
