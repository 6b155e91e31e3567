import type { Span } from '@opentelemetry/api';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { setSamplingLogged } from '../../../src/pipeline/decisions/running-sampler.ts';
import { tellCounts } from '../../../src/pipeline/queue/tell-counts.ts';
import { status } from '../../../src/pipeline/status.ts';
import { levelFrom } from '../../../src/runtime/log.ts';
import '../support/parts.ts';
import { fail, remote, tailPipeline } from './support.ts';

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../support/load.ts'));

let lines: string[] = [];
vi.mock(import('../../../src/runtime/write-output.ts'), async (original) => ({
  ...(await original()),
  writeLine: (line: string) => void lines.push(line),
}));
beforeEach(() => {
  lines = [];
  setSamplingLogged(false);
});

const ERRORS = { policies: [{ name: 'error', keep: { status: 'error' } }] };
const ID = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('a trace is decided', () => {
  test('when the local root and all its spans have ended', async () => {
    const { clock, pipeline, start, names, balance } = tailPipeline(ERRORS);
    const root = start('root');
    const child = start('child', root);
    fail(start('failed', child));
    root.end();
    await clock.pass(10_000);
    expect([names(), pipeline.tail?.traces, pipeline.tail?.spans]).toEqual([[], 1, 2]);
    balance();
    child.end();
    expect([pipeline.tail?.traces, pipeline.tail?.spans, pipeline.tail?.bytes]).toEqual([0, 0, 0]);
    await clock.pass(5000);
    expect(names()).toEqual(['child', 'failed', 'root']);
    balance();
  });

  test('and dropped where no policy keeps it', async () => {
    const { clock, pipeline, start, names, balance } = tailPipeline(ERRORS);
    const root = start('root');
    start('child', root).end();
    root.end();
    await clock.pass(60_000);
    expect(names()).toEqual([]);
    expect(pipeline.account).toMatchObject({ ended: 2, exported: 0, dropped: { tail: 2 } });
    expect(pipeline.account.lost).toBe(0);
    balance();
  });

  test('after decision_wait, counted from the end of the first span; each trace by itself', async () => {
    const { clock, start, names } = tailPipeline({ ...ERRORS, decision_wait: 1000 }, { scheduleDelay: 0 });
    const first = start('first');
    const second = start('second');
    await clock.pass(5000);
    fail(start('first child', first));
    await clock.pass(600);
    fail(start('second child', second));
    await clock.pass(399);
    expect(names()).toEqual([]);
    await clock.pass(1);
    expect(names()).toEqual(['first child']);
    await clock.pass(599);
    expect(names()).toEqual(['first child']);
    await clock.pass(1);
    expect(names()).toEqual(['first child', 'second child']);
    first.end();
    second.end();
    await clock.pass(1);
    expect(names()).toEqual(['first', 'first child', 'second', 'second child']);
  });

  test('when there are too many traces or spans: the oldest first', async () => {
    const { clock, pipeline, start, names } = tailPipeline({ ...ERRORS, max_traces: 2 }, { scheduleDelay: 0 });
    const roots = ['a', 'b', 'c'].map((name) => start(name));
    for (const [index, root] of roots.entries()) fail(start(`child of ${'abc'[index]}`, root));
    await clock.pass(1);
    expect([names(), pipeline.tail?.traces]).toEqual([['child of a'], 2]);

    const spans = tailPipeline({ ...ERRORS, max_spans: 3 }, { scheduleDelay: 0 });
    const [one, two] = [spans.start('one'), spans.start('two')];
    for (let i = 0; i < 2; i++) fail(spans.start(`one ${i}`, one));
    for (let i = 0; i < 2; i++) fail(spans.start(`two ${i}`, two));
    await spans.clock.pass(1);
    expect([spans.names(), spans.pipeline.tail?.spans]).toEqual([['one 0', 'one 1'], 2]);
  });

  test('when the bytes of the pipeline are full', async () => {
    const { clock, pipeline, start, names, balance } = tailPipeline(
      { policies: [], default: 'keep' },
      { maxQueueBytes: 20_000, scheduleDelay: 0 },
    );
    const roots: Span[] = [];
    for (let i = 0; i < 10; i++) {
      const root = start(`root ${i}`);
      roots.push(root);
      start(`child ${i}`, root, { attributes: { text: 'x'.repeat(1500) } }).end();
      expect(pipeline.queueBytes).toBeLessThanOrEqual(20_000);
      expect(pipeline.tail?.bytes).toBeLessThanOrEqual(10_000);
      balance();
      await clock.pass(1);
    }
    expect(names()[0]).toBe('child 0');
    expect(pipeline.account.lost).toBe(0);
    expect(names().length + (pipeline.tail?.spans ?? 0)).toBe(10);
  });

  test('at a flush and at the end of the process, by what has ended', async () => {
    const { pipeline, start, names, balance } = tailPipeline(ERRORS);
    const root = start('root');
    fail(start('failed', root));
    start('other').end();
    expect(await pipeline.forceFlush(1000)).toBe(true);
    expect(names()).toEqual(['failed']);
    fail(start('second', root));
    const next = start('next');
    fail(start('last', next));
    expect([pipeline.takeAll().length, pipeline.account.inflight, pipeline.tail?.spans]).toEqual([1, 2, 0]);
    balance();
  });

  test('at the shutdown; later spans are counted as such', async () => {
    const { pipeline, start, names, balance } = tailPipeline(ERRORS);
    const root = start('root');
    fail(start('failed', root));
    await pipeline.shutdown(1000);
    root.end();
    expect(names()).toEqual(['failed']);
    expect(pipeline.account.dropped).toEqual({ shutdown: 1 });
    balance();
  });
});

describe('late spans follow', () => {
  test.each([
    ['kept', true, ['late', 'root']],
    ['dropped', false, []],
  ])('a trace that was %s', async (_, isKept, expected) => {
    const { clock, start, names, pipeline } = tailPipeline(ERRORS);
    const root = start('root');
    if (isKept) fail(root);
    else root.end();
    fail(start('late', root));
    expect(pipeline.tail?.spans).toBe(0);
    await clock.pass(5000);
    expect(names()).toEqual(expected);
  });

  test('but a new request of a dropped trace is decided by itself', async () => {
    const { clock, start, names } = tailPipeline(ERRORS);
    start('first', remote(ID)).end();
    fail(start('second', remote(ID)));
    start('third', remote(ID)).end();
    await clock.pass(5000);
    expect(names()).toEqual(['second', 'third']);
  });

  test('the oldest decisions are forgotten', async () => {
    const { start, pipeline } = tailPipeline({ ...ERRORS, decided: 2 });
    const roots = ['a', 'b', 'c'].map((name) => start(name));
    for (const root of roots) root.end();
    start('late a', roots[0]).end();
    start('late c', roots[2]).end();
    expect([pipeline.tail?.traces, pipeline.tail?.spans]).toEqual([1, 1]);
  });
});

describe('policies', () => {
  const chat = { attributes: { 'gen_ai.request.model': 'gpt-5-mini', 'gen_ai.usage.cost': 0.5 } };
  test.each<[string, object[], string | undefined]>([
    ['a span that matches', [{ name: 'model', keep: { attributes: { 'gen_ai.request.model': 'gpt-5*' } } }], 'model'],
    ['a number', [{ name: 'cost', keep: { attributes: { 'gen_ai.usage.cost': { gt: 0.05 } } } }], 'cost'],
    [
      'the scope, the kind and the parent',
      [{ name: 'x', keep: { scope: 'app', kind: 'internal', parent: 'local' } }],
      'x',
    ],
    ['an event', [{ name: 'x', keep: { events: 'retry' } }], 'x'],
    ['the duration', [{ name: 'x', keep: { duration: { lt: 60_000 } } }], 'x'],
    ['no span that matches', [{ name: 'x', keep: { name: 'y' } }], undefined],
    [
      'the first that says something: drop',
      [
        { name: 'x', drop: { name: 'chat' } },
        { name: 'y', keep: { name: 'chat' } },
      ],
      undefined,
    ],
    [
      'the first that says something: keep',
      [
        { name: 'w', drop: { name: 'z' } },
        { name: 'x', keep: { name: 'chat' } },
        { name: 'y', drop: { name: 'chat' } },
      ],
      'x',
    ],
    ['a ratio of all', [{ name: 'half', ratio: 1 }], 'half'],
    [
      'a ratio of none says nothing',
      [
        { name: 'none', ratio: 0 },
        { name: 'rest', rate: 1 },
      ],
      'rest',
    ],
    ['a match that cannot be used never holds', [{ name: 'x', keep: { nme: 'chat' } }], undefined],
  ])('%s', async (_, policies, kept) => {
    const { clock, start, arrived } = tailPipeline({ policies });
    const root = start('root');
    const child = start('chat', root, chat);
    child.addEvent('retry');
    child.end();
    root.end();
    await clock.pass(5000);
    const marks = arrived.map(({ name, attributes }) => [name, attributes['llm_otel.sampling.policy']]);
    expect(marks).toEqual(
      kept === undefined
        ? []
        : [
            ['chat', undefined],
            ['root', kept],
          ],
    );
  });

  test('default: keep', async () => {
    const { clock, start, arrived } = tailPipeline({
      policies: [{ name: 'x', drop: { name: 'health' } }],
      default: 'keep',
    });
    start('health').end();
    start('other').end();
    await clock.pass(5000);
    expect(arrived.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['other', { 'llm_otel.sampling.policy': 'default' }],
    ]);
  });

  test('ratio is by trace id, in every process the same; rate is a number a second, of what is left', async () => {
    const { clock, start, arrived } = tailPipeline({
      policies: [
        { name: 'half', ratio: 0.5 },
        { name: 'two', rate: 2 },
      ],
    });
    const id = (digit: string): string => `4bf92f3577b34da6a3${digit.padEnd(14, '0')}`;
    for (const digit of ['7', '8', 'f', '6', '1']) start(digit, remote(id(digit))).end();
    await clock.pass(1000);
    start('5', remote(id('5'))).end();
    await clock.pass(5000);
    expect(arrived.map(({ name, attributes }) => `${name} ${attributes['llm_otel.sampling.policy']}`)).toEqual([
      '7 two',
      '8 half',
      'f half',
      '6 two',
      '5 two',
    ]);
  });

  test('the root of other pipelines stays as it is, and its stack is read', async () => {
    const { clock, start, arrived } = tailPipeline(ERRORS);
    const root = start('root');
    const error = new Error('no stock');
    root.recordException(error);
    fail(root);
    await clock.pass(5000);
    expect(arrived[0]?.attributes).toEqual({ 'llm_otel.sampling.policy': 'error' });
    expect(arrived[0]?.events[0]?.attributes?.['exception.stacktrace']).toBe(error.stack);
    expect((root as unknown as { attributes: object }).attributes).toEqual({});
    expect(arrived[0]?.spanContext()).toEqual(root.spanContext());
  });
});

test('counts at exit tell what was not kept apart from losses', async () => {
  const { pipeline, start } = tailPipeline(ERRORS);
  fail(start('bad'));
  for (let i = 0; i < 3; i++) start('good').end();
  await pipeline.forceFlush(1000);
  levelFrom(() => 'info');
  tellCounts('4 spans', true);
  levelFrom(() => 'warn');
  expect(lines.at(-1)).toMatch(/pipeline test: 1 span sent, 0 lost, not kept as asked \(3 tail\)$/);
});

test('status and lines tell of tail decisions', async () => {
  setSamplingLogged(true);
  const { pipeline, start } = tailPipeline(ERRORS);
  const root = start('root');
  fail(start('failed', root));
  expect(status().pipelines.at(-1)?.tail).toEqual({ traces: 1, spans: 1 });
  root.end();
  const other = start('other');
  other.end();
  expect(lines).toEqual([
    `@x/llm-otel: sampling: keep error root ${root.spanContext().traceId}`,
    `@x/llm-otel: sampling: discard default other ${other.spanContext().traceId}`,
  ]);
  expect(Object.fromEntries(pipeline.tail?.counts.byRule ?? [])).toEqual({
    error: { keep: 1 },
    default: { discard: 1 },
  });
});

describe('policies that cannot read a trace', () => {
  const EVENTS = { policies: [{ name: 'p', keep: { events: 'exc*' } }], default: 'drop' };
  /** A span of another SDK, whose events throw. */
  const unreadable = (span: Span): Span =>
    Object.defineProperty(span, 'events', {
      get() {
        throw new Error('no');
      },
    });

  test('keep the trace, and nothing reaches the application', async () => {
    const { clock, pipeline, start } = tailPipeline(EVENTS);
    expect(() => unreadable(start('a')).end()).not.toThrow();
    expect(Object.fromEntries(pipeline.tail?.counts.byRule ?? [])).toEqual({ error: { keep: 1 } });
    unreadable(start('b', start('root'))).end();
    await clock.pass(60_000);
    expect(Object.fromEntries(pipeline.tail?.counts.byRule ?? [])).toEqual({ error: { keep: 2 } });
    expect(lines.filter((line) => line.includes('the policies of tail could not read a trace (Error)'))).toHaveLength(
      1,
    );
  });

  test('an event without a name is no event that a policy means', () => {
    const { pipeline, start } = tailPipeline(EVENTS);
    const span = start('a');
    span.addEvent(undefined as never);
    span.end();
    expect(Object.fromEntries(pipeline.tail?.counts.byRule ?? [])).toEqual({ default: { discard: 1 } });
  });
});
