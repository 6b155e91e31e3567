import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { SamplerSettings } from '../../../src/config/sampling/sampler-settings.ts';
import { SamplingLog } from '../../../src/pipeline/decisions/sampling-log.ts';
import { countDecisions } from '../../../src/pipeline/samplers/counting-sampler.ts';
import { createProviderSampler } from '../../../src/pipeline/samplers/create-sampler.ts';
import { LoggingSampler } from '../../../src/pipeline/samplers/logging-sampler.ts';
import { FakeClock } from '../support/fake-clock.ts';
import '../support/parts.ts';
import { always, ask, parentContext, samples } from './support.ts';

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../support/load.ts'));

let lines: string[] = [];
vi.mock(import('../../../src/runtime/write-output.ts'), async (original) => ({
  ...(await original()),
  writeLine: (line: string) => void lines.push(line),
}));
beforeEach(() => {
  lines = [];
});

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('the log', () => {
  test('20 lines a second, then how many more there were', async () => {
    const clock = new FakeClock();
    const log = new SamplingLog(clock);
    for (let i = 0; i < 25; i++) log.write('record', 'fallback', `span ${i}`, ID);
    expect(lines).toHaveLength(20);
    expect(lines[0]).toBe(`@x/llm-otel: sampling: record fallback span 0 ${ID}`);
    await clock.pass(999);
    log.write('drop', 'a', 'b', ID);
    expect(lines).toHaveLength(20);
    await clock.pass(1);
    expect(lines.slice(20)).toEqual(['@x/llm-otel: sampling: 6 more']);
    log.write('drop', 'a', 'b', ID);
    await clock.pass(1000);
    expect(lines.slice(21)).toEqual([`@x/llm-otel: sampling: drop a b ${ID}`]);
    expect(clock.waiting).toBe(0);
  });

  test('tells the rest at the end, and writes control characters out', () => {
    const log = new SamplingLog(new FakeClock());
    for (let i = 0; i < 21; i++) log.write('keep', 'a\nb', 'c\u001b[2J', ID);
    log.end();
    log.end();
    expect(lines[0]).toBe(`@x/llm-otel: sampling: keep a\\nb c\\x1b[2J ${ID}`);
    expect(lines.slice(20)).toEqual(['@x/llm-otel: sampling: 1 more']);
  });

  test.each<[unknown, string]>([
    [undefined, 'undefined'],
    [42, '42'],
    [Symbol('a'), 'Symbol(a)'],
    [Object.create(null), 'an object that cannot be read'],
  ])('a name that is no text (%#) is written all the same', (name, text) => {
    const log = new SamplingLog(new FakeClock());
    log.write('keep', name as string, name as string, ID);
    expect(lines).toEqual([`@x/llm-otel: sampling: keep ${text} ${text} ${ID}`]);
  });
});

test('LoggingSampler writes what a sampler decides, and changes nothing', () => {
  const sampler = new LoggingSampler(always(2, 'mine'));
  expect(ask(sampler, { traceId: ID, name: 'chat gpt-5' })).toEqual({ decision: 2, rule: 'mine' });
  expect(ask(new LoggingSampler(always(0)), { traceId: ID }).decision).toBe(0);
  expect(lines).toEqual([
    `@x/llm-otel: sampling: record mine chat gpt-5 ${ID}`,
    `@x/llm-otel: sampling: drop always 0 span ${ID}`,
  ]);
  expect(String(sampler)).toBe('always 2');
  expect(() => new LoggingSampler({} as never)).toThrow('LoggingSampler: expected a sampler');
});

describe('the sampler of a provider', () => {
  const QUIET = { isCounted: false, isLogged: false };
  const create = (settings: SamplerSettings, telling = QUIET) =>
    createProviderSampler(settings, { attributes: {} }, telling);
  const on = { kind: 'always_on' } as const;
  const off = { kind: 'always_off' } as const;
  const parentBased = (root: SamplerSettings): SamplerSettings => ({
    kind: 'parent_based',
    root,
    remoteParentSampled: on,
    remoteParentNotSampled: off,
    localParentSampled: on,
    localParentNotSampled: off,
  });

  test('is the sampler of OpenTelemetry itself for the standard, and counts nothing', () => {
    const { sampler, counts, description, tellScopes } = create(
      parentBased({ kind: 'trace_id_ratio_based', ratio: 0.5 }),
    );
    expect(sampler.constructor.name).toBe('ParentBasedSampler');
    expect([counts, tellScopes]).toEqual([undefined, undefined]);
    expect(description).toContain('TraceIdRatioBased{0.5}');
  });

  test.each<[SamplerSettings, object]>([
    [
      parentBased({ kind: 'rate_limiting', tracesPerSecond: 0.001, burst: 2, key: undefined }),
      { rate_limiting: { record: 2, drop: 1 }, parent: { record: 1, drop: 1 } },
    ],
    [{ kind: 'all', samplers: [on, off] }, { all: { drop: 5 } }],
    [{ kind: 'composite', sampler: on }, { always_on: { record: 5 } }],
    [{ kind: 'any', samplers: [off, on] }, { any: { record: 5 } }],
  ])('%j is counted', (settings, expected) => {
    const { sampler, counts } = create(settings);
    for (let i = 0; i < 3; i++) ask(sampler);
    ask(sampler, { context: parentContext(true) });
    ask(sampler, { context: parentContext(false, true) });
    expect(Object.fromEntries(counts?.byRule ?? [])).toEqual(expected);
  });

  test('a sampler that throws records, and nothing reaches the application', () => {
    const throws = {
      shouldSample() {
        throw new Error('no');
      },
    };
    const { sampler, counts } = countDecisions(throws, { rule: 'mine', isParentBased: false, isLogged: false });
    expect(ask(sampler).decision).toBe(2);
    expect(Object.fromEntries(counts.byRule)).toEqual({ error: { record: 1 } });
  });

  test('metrics and lines count the standard too', () => {
    const { sampler, counts } = create(parentBased(on), { isCounted: true, isLogged: true });
    ask(sampler, { traceId: ID, name: 'a' });
    ask(sampler, { traceId: ID, name: 'b', context: parentContext(true) });
    expect(Object.fromEntries(counts?.byRule ?? [])).toEqual({ always_on: { record: 1 }, parent: { record: 1 } });
    expect(lines).toEqual([
      `@x/llm-otel: sampling: record always_on a ${ID}`,
      `@x/llm-otel: sampling: record parent b ${ID}`,
    ]);
  });
});

describe('a module', () => {
  const folder = mkdtempSync(join(tmpdir(), 'llm-otel-sampler-'));
  const module = (name: string, text: string): SamplerSettings => {
    writeFileSync(join(folder, name), text);
    return { kind: 'module', module: `./${name}`, from: folder, options: { name: 'skip' } };
  };
  const create = (settings: SamplerSettings) =>
    createProviderSampler(settings, { attributes: {} }, { isCounted: false, isLogged: false }).sampler;

  test('decides, with its options', () => {
    const text =
      'module.exports = (options) => ({ shouldSample: (c, id, name) => ({ decision: name === options.name ? 0 : 2 }) });';
    const sampler = create(module('sampler.cjs', text));
    expect([samples(sampler, { name: 'skip' }), samples(sampler, { name: 'take' })]).toEqual([false, true]);
    expect(ask(sampler).rule).toBe('module');
    const composite = create({
      kind: 'composite',
      sampler: module('again.cjs', text) as Extract<SamplerSettings, { kind: 'module' }>,
    });
    expect([samples(composite, { name: 'skip' }), samples(composite, { name: 'take' })]).toEqual([false, true]);
  });

  test.each([
    ['throws.cjs', 'throw new Error("no");'],
    ['none.cjs', 'module.exports = () => ({});'],
    ['value.cjs', 'module.exports = 5;'],
  ])('%s cannot be used: everything is recorded, with a warning', (name, text) => {
    expect(samples(create(module(name, text)))).toBe(true);
    expect(lines.join()).toMatch(
      /warning: the sampler \.\/\w+\.cjs cannot be used \(.*every trace is recorded in its place/,
    );
  });

  test('that waits for something decides as soon as the module is loaded', async () => {
    const text = 'await null; export default () => ({ shouldSample: () => ({ decision: 0 }) });';
    const sampler = create(module('late.mjs', text));
    expect(samples(sampler)).toBe(true);
    await vi.waitFor(() => expect(samples(sampler)).toBe(false));
    const broken = create(module('broken.mjs', 'await null; export default 5;'));
    expect(samples(broken)).toBe(true);
    await vi.waitFor(() => expect(lines.join()).toContain('the sampler ./broken.mjs cannot be used'));
    expect(samples(broken)).toBe(true);
  });

  test('that does not exist is told at the start', () => {
    const sampler = create({ kind: 'module', module: './nowhere.cjs', from: folder, options: undefined });
    expect(lines.join()).toContain('the sampler ./nowhere.cjs cannot be used');
    expect(samples(sampler)).toBe(true);
  });
});
