import { context, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { withUser } from '../../../src/manual/scopes.ts';
import { createCache } from '../../../src/primitives/cache/create-cache.ts';
import { type Recording, startRecording } from '../telemetry/recorded.ts';

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});
afterEach(() => recording.stop());

const answer = (finish = 'stop') => ({
  model: 'gpt-4o-mini',
  choices: [{ index: 0, finish_reason: finish }],
  usage: { prompt_tokens: 1000, completion_tokens: 200, total_tokens: 1200 },
});

describe('spans', () => {
  test('say where an answer came from, and what it saved', async () => {
    const ask = createCache({ name: 'faq' })(async (_: object) => answer());
    await ask({ model: 'gpt-4o-mini' });
    await ask({ model: 'gpt-4o-mini' });
    await ask({ model: 'gpt-4o-mini', temperature: 1 });
    const [miss, hit, bypass] = recording.spans();
    expect(miss).toMatchObject({
      name: 'cache faq',
      attributes: { 'llm_otel.cache.outcome': 'miss', 'llm_otel.cache.store': 'memory' },
    });
    expect(hit?.attributes).toMatchObject({
      'llm_otel.primitive.name': 'faq',
      'llm_otel.cache.outcome': 'hit',
      'llm_otel.cache.age': expect.any(Number),
      'llm_otel.cache.saved.cost': 0.00027,
      'llm_otel.cache.saved.input_tokens': 1000,
      'llm_otel.cache.saved.output_tokens': 200,
      'llm_otel.cache.saved.model': 'gpt-4o-mini',
    });
    expect(bypass?.attributes).toMatchObject({
      'llm_otel.cache.outcome': 'bypass',
      'llm_otel.cache.bypass_reason': 'sampled',
    });
    expect(JSON.stringify(recording.spans().map(({ attributes }) => attributes))).not.toContain('gen_ai.');
  });

  test('are around the call of the function, also around the code of its generator', async () => {
    const seen: (string | undefined)[] = [];
    const active = () => seen.push(trace.getSpan(context.active())?.spanContext().spanId);
    const ask = createCache()(async function* chat(_: number) {
      active();
      yield 'a';
      active();
    });
    for await (const _ of await ask(1));
    const { spanId } = recording.span('cache chat').spanContext();
    expect(seen).toEqual([spanId, spanId]);
  });

  test('of a stream end with the stream', async () => {
    const ask = createCache({ name: 's' })(async function* chat(_: number) {
      yield 'a';
      yield 'b';
    });
    const stream = await ask(1);
    await stream.next();
    expect(recording.spans()).toEqual([]);
    for await (const _ of stream);
    expect(recording.spans()).toHaveLength(1);
  });

  test.each([
    ['tool_calls', 'tool_calls'],
    ['length', 'finish_reason'],
  ])('say why an answer with the reason %s was not stored', async (finish, reason) => {
    const ask = createCache({ name: 'c' })(async (_: number) => answer(finish));
    await ask(1);
    expect(recording.span('cache c').attributes['llm_otel.cache.not_stored']).toBe(reason);
  });

  test('say that a stream was left', async () => {
    const ask = createCache({ name: 'c' })(async function* chat(_: number) {
      yield { type: 'message_start', message: {} };
      yield { type: 'message_stop' };
    });
    for await (const _ of await ask(1)) break;
    expect(recording.span('cache c')).toMatchObject({
      attributes: { 'llm_otel.cache.not_stored': 'incomplete' },
      status: { code: 0 },
    });
  });

  test('of a call that rejects have an error, of a call that was aborted not', async () => {
    const ask = createCache({ name: 'c' })(async (input: number): Promise<string> => {
      if (input === 1) throw Object.assign(new Error('secret text'), { status: 503 });
      return new Promise(() => {});
    });
    await expect(ask(1)).rejects.toThrow();
    const controller = new AbortController();
    const call = ask(2, { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toThrow();
    const [failed, aborted] = recording.spans();
    expect(failed).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': '503' } });
    expect(aborted).toMatchObject({ status: { code: 0 } });
    expect(aborted?.attributes).not.toHaveProperty('error.type');
  });

  test('of a call in the background are a trace of their own, linked', async () => {
    let time = 0;
    const cache = createCache({ name: 'c', ttlMs: 10, staleWhileRevalidateMs: 1000, now: () => time });
    const ask = cache(async (_: number) => answer());
    await ask(1);
    time = 20;
    await ask(1);
    await vi.waitFor(() => expect(recording.spans()).toHaveLength(3));
    const stale = recording.spans().find((span) => span.attributes['llm_otel.cache.outcome'] === 'stale');
    const background = recording.spans().at(-1);
    expect(background?.parentSpanContext).toBeUndefined();
    expect(background?.spanContext().traceId).not.toBe(stale?.spanContext().traceId);
    expect(background?.links.map((link) => link.context.spanId)).toEqual([stale?.spanContext().spanId]);
    expect(await recording.points('llm_otel.cache.requests')).toHaveLength(2);
  });
});

describe('metrics', () => {
  test('count calls, time, savings and the share of hits', async () => {
    const cache = createCache({ name: 'ratio' });
    const ask = cache(async (_: object) => answer());
    await Promise.all([ask({ model: 'm' }), ask({ model: 'm' })]);
    await ask({ model: 'm' });
    await ask({ model: 'm' }, { cache: 'bypass' });
    const requests = await recording.points('llm_otel.cache.requests');
    expect(
      Object.fromEntries(
        requests.map(({ attributes, sum }) => [(attributes as Record<string, string>)['llm_otel.cache.outcome'], sum]),
      ),
    ).toEqual({ miss: 1, coalesced: 1, hit: 1, bypass: 1 });
    expect(await recording.points('llm_otel.cache.duration')).toHaveLength(4);
    expect(
      (await recording.points('llm_otel.cache.saved.tokens')).map(({ attributes, sum }) => [attributes, sum]),
    ).toEqual([
      [{ 'llm_otel.primitive.name': 'ratio', 'gen_ai.token.type': 'input' }, 2000],
      [{ 'llm_otel.primitive.name': 'ratio', 'gen_ai.token.type': 'output' }, 400],
    ]);
    expect(await recording.points('llm_otel.cache.hit_ratio')).toContainEqual(
      expect.objectContaining({ attributes: { 'llm_otel.primitive.name': 'ratio' }, sum: 2 / 3 }),
    );
    expect(cache.stats()).toMatchObject({
      savedInputTokens: 2000,
      savedOutputTokens: 400,
      bypassed: 1,
      hitRatio: 2 / 3,
    });
  });

  test('count errors of the store by operation and class', async () => {
    const broken = () => Promise.reject(new RangeError('secret'));
    const ask = createCache({ name: 'c', store: { get: broken, set: broken, delete: broken } })(async (_: number) => 1);
    await ask(1);
    await vi.waitFor(async () => expect(await recording.points('llm_otel.cache.store.errors')).toHaveLength(2));
    expect((await recording.points('llm_otel.cache.store.errors')).map(({ attributes }) => attributes)).toEqual([
      { 'llm_otel.primitive.name': 'c', 'llm_otel.cache.store.operation': 'get', 'error.type': 'RangeError' },
      { 'llm_otel.primitive.name': 'c', 'llm_otel.cache.store.operation': 'set', 'error.type': 'RangeError' },
    ]);
  });
});

test('varyBy keeps the answers of users apart', async () => {
  let calls = 0;
  const ask = createCache({ varyBy: ['user.id'] })(async (_: number) => ++calls);
  const of = (user: string) => withUser(user, () => ask(1));
  expect([await of('a'), await of('b'), await of('a'), await ask(1), await ask(1)]).toEqual([1, 2, 1, 3, 3]);
});
