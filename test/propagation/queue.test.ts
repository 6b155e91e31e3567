/** One trace from a request over a job to the model call: a real queue on a real Redis. */
import { propagation, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { Queue, QueueEvents, Worker } from 'bullmq';
import { afterAll, expect, test } from 'vitest';
import { traceGeneration } from '../../src/manual.ts';
import { injectJob, runJob } from '../../src/pipeline/index.ts';
import { world } from '../manual/world.ts';
import { hasRedis, redisServer } from '../support/redis-server.ts';

const { spans } = world();
const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

/** A Redis of its own, which answers. */
async function startRedis(): Promise<{ host: string; port: number; maxRetriesPerRequest: null }> {
  const redis = await redisServer();
  ends.push(() => redis.stop());
  await redis.start();
  return { host: '127.0.0.1', port: redis.port, maxRetriesPerRequest: null };
}

test.skipIf(!hasRedis)('a job of BullMQ belongs to the trace of the request', async () => {
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  ends.push(() => propagation.disable());
  const connection = await startRedis();
  const queue = new Queue('summaries', { connection });
  const events = new QueueEvents('summaries', { connection });
  const worker = new Worker(
    'summaries',
    (job) =>
      runJob(job, (data) =>
        traceGeneration({ provider: 'openai', model: 'gpt-4o-mini' }, async (call) => {
          call.response({ usage: { inputTokens: 3, outputTokens: 2 } });
          return data;
        }),
      ),
    { connection },
  );
  ends.push(
    () => queue.close(),
    () => events.close(),
    () => worker.close(),
  );
  await events.waitUntilReady();
  const { answer, request } = await trace.getTracer('http').startActiveSpan('POST /summaries', async (span) => {
    const job = await queue.add('summarize', injectJob({ documentId: 7 }));
    span.end();
    return { answer: await job.waitUntilFinished(events, 20_000), request: span.spanContext() };
  });
  expect(answer).toEqual({ documentId: 7 });
  const [, model, job] = spans();
  expect(job).toMatchObject({ name: 'process summaries', parentSpanContext: { spanId: request.spanId } });
  expect(model).toMatchObject({
    name: 'chat gpt-4o-mini',
    parentSpanContext: { traceId: request.traceId, spanId: job?.spanContext().spanId },
    attributes: { 'gen_ai.usage.input_tokens': 3 },
  });
});
