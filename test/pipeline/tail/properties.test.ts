import type { Span } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import '../support/parts.ts';
import { fail, remote, tailPipeline } from './support.ts';

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../support/load.ts'));
vi.mock(import('../../../src/runtime/log.ts'), async (original) => ({ ...(await original()), warn: () => {} }));

/** What an application and its backend do. */
const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('start' as const), parent: fc.nat(), size: fc.nat(4000) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('end' as const), which: fc.nat(), isFailed: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('request' as const), trace: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(3000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('backend' as const), isUp: fc.boolean() }) },
);

const settings = fc.record({
  policies: fc.subarray([
    { name: 'health', drop: { name: 'span 1*' } },
    { name: 'error', keep: { status: 'error' } },
    { name: 'half', ratio: 0.5 },
    { name: 'some', rate: 1 },
  ]),
  default: fc.constantFrom('keep', 'drop'),
  max_traces: fc.integer({ min: 1, max: 5 }),
  max_spans: fc.integer({ min: 1, max: 8 }),
  decided: fc.integer({ min: 1, max: 5 }),
  decision_wait: fc.integer({ min: 1, max: 2000 }),
});

test('every span ends in exactly one place, and memory stays within the bounds', async () => {
  await fc.assert(
    fc.asyncProperty(settings, fc.array(action, { maxLength: 80 }), async (tail, actions) => {
      const overflow = tail.max_spans % 2 === 0 ? 'drop_oldest' : 'drop_newest';
      const one = tailPipeline(tail, { maxQueueBytes: 30_000, scheduleDelay: 500, overflow });
      const open: Span[] = [];
      const all: Span[] = [];
      let ended = 0;
      for (const act of actions) {
        if (act.do === 'start' || act.do === 'request') {
          const parent =
            act.do === 'start' ? all[act.parent % (all.length + 1)] : remote(`${act.trace + 1}`.repeat(32));
          const size = act.do === 'start' ? act.size : 0;
          const span = one.start(`span ${all.length}`, parent, { attributes: { text: 'x'.repeat(size) } });
          open.push(span);
          all.push(span);
        } else if (act.do === 'end' && open.length > 0) {
          const [span] = open.splice(act.which % open.length, 1);
          if (act.isFailed && span !== undefined) fail(span);
          else span?.end();
          ended++;
        } else if (act.do === 'pass') await one.clock.pass(act.ms);
        else if (act.do === 'flush') void one.pipeline.forceFlush(0);
        else if (act.do === 'backend')
          one.backend.answer = () =>
            act.isUp ? { ok: true } : { ok: false, reason: 'down', retryable: true, answered: false };
        one.balance();
        expect(one.pipeline.tail?.traces).toBeLessThanOrEqual(tail.max_traces);
        expect(one.pipeline.tail?.spans).toBeLessThanOrEqual(tail.max_spans);
        expect(one.pipeline.queueBytes).toBeLessThanOrEqual(30_000);
      }
      one.backend.answer = () => ({ ok: true });
      await one.clock.pass(60_000);
      await one.pipeline.shutdown(0);
      one.balance();
      const { account, queueSize } = one.pipeline;
      expect([one.pipeline.tail?.spans, one.pipeline.tail?.bytes, queueSize, account.inflight]).toEqual([0, 0, 0, 0]);
      const dropped = Object.values(account.dropped).reduce((a, b) => a + b, 0);
      expect(one.arrived.length + dropped).toBe(ended);
      expect(new Set(one.arrived.map((span) => span.spanContext().spanId)).size).toBe(one.arrived.length);
    }),
    { numRuns: 200 },
  );
});

test('spans of a trace share their fate where all end in time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }), { maxLength: 8 }),
      async (traces) => {
        const one = tailPipeline({ policies: [{ name: 'error', keep: { status: 'error' } }] });
        const roots = traces.map((_, index) => one.start(`${index}`));
        for (const [index, failures] of traces.entries())
          for (const isFailed of failures) {
            const child = one.start(`${index}`, roots[index]);
            if (isFailed) fail(child);
            else child.end();
          }
        for (const root of roots) root.end();
        await one.pipeline.shutdown(1000);
        const expected = traces.flatMap((failures, index) =>
          failures.some(Boolean) ? Array(failures.length + 1).fill(`${index}`) : [],
        );
        expect(one.names()).toEqual(expected);
      },
    ),
    { numRuns: 100 },
  );
});
