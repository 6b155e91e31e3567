import { describe, expect, test, vi } from 'vitest';
import type { LlmOtelOptions } from '../../../src/config/options.ts';
import { activeContext, callWith } from '../../../src/otel/globals.ts';
import { contextWithAttributes } from '../../../src/scope/custom-attributes.ts';
import { startActivity } from '../../../src/telemetry/activity/activity.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { SdkOwnedSpan } from '../../../src/telemetry/other-spans/sdk-owned-span.ts';
import { metricAttributes } from '../../../src/telemetry/signals/metric-attributes.ts';
import { contextManager } from '../context-manager.ts';
import { callReader, configOf, metering, tracing } from '../in-memory.ts';

contextManager();

const OPTIONS: LlmOtelOptions = {
  metricAttributes: ['team', 'tier', 'gen_ai.prompt.name'],
  attributes: { team: 'ml', region: 'eu' },
};

function setUp(options: LlmOtelOptions = OPTIONS, isTraced = true) {
  const { provider, spans } = tracing();
  const metrics = metering();
  const recorder = new CallRecorder('@x/llm-otel/test', '1.2.3', configOf(options));
  if (isTraced) recorder.setTracerProvider(provider);
  recorder.setMeterProvider(metrics.provider);
  /** Attributes of all points of the metrics whose names match, without those that all points have. */
  const custom = async (name: RegExp): Promise<object[]> => {
    const found = [...(await metrics.collect())].filter(([metric]) => name.test(metric));
    expect(found.length).toBeGreaterThan(0);
    return found.flatMap(([, { points }]) =>
      points.map(({ attributes }) =>
        Object.fromEntries(
          Object.entries(attributes).filter(([key]) => /^(?:team|tier|region|gen_ai\.prompt)/.test(key)),
        ),
      ),
    );
  };
  return { recorder, spans, custom };
}

const ANSWER = { model: 'gpt-4o-2024', usage: { input: 10, output: 5 } };

test.each([true, false])('a call has the listed attributes on every metric (traced: %s)', async (isTraced) => {
  const { recorder, custom } = setUp(OPTIONS, isTraced);
  const run = (): void => recorder.start(callReader(), undefined, [])?.end(ANSWER);
  callWith(contextWithAttributes(activeContext(), { tier: 'gold', other: 1 }), run, undefined, []);
  const points = await custom(/^gen_ai\./);
  expect(points.length).toBeGreaterThan(4);
  for (const point of points) expect(point).toEqual({ team: 'ml', tier: 'gold' });
});

test('facts of the call go before', async () => {
  const { recorder, custom } = setUp({ ...OPTIONS, metricAttributes: ['team'] });
  recorder.start(callReader({}, { attributes: { team: 'of the call' } }), undefined, [])?.end(ANSWER);
  expect(await custom(/inference\.duration/)).toEqual([{ team: 'of the call' }]);
});

test('a call whose span the SDK makes runs the hook once', async () => {
  const dynamicAttributes = vi.fn(() => ({ tier: 'gold' }));
  const { recorder, custom } = setUp({ ...OPTIONS, dynamicAttributes });
  const sdkSpan = new SdkOwnedSpan(true);
  const operation = recorder.start(callReader(), undefined, [], sdkSpan);
  const { provider, spans } = tracing();
  const native = provider.getTracer('sdk').startSpan('of the SDK');
  sdkSpan.attach(native);
  operation?.end(ANSWER);
  native.end();
  expect(await custom(/inference\.duration/)).toEqual([{ team: 'ml', tier: 'gold' }]);
  expect(spans()[0]?.attributes).toMatchObject({ team: 'ml', tier: 'gold', region: 'eu' });
  expect(dynamicAttributes).toHaveBeenCalledOnce();
});

test.each([true, false])('tools and agents have the attributes too (traced: %s)', async (isTraced) => {
  const { recorder, custom } = setUp(OPTIONS, isTraced);
  startActivity(recorder, () => ({ operation: 'execute_tool', target: 'look' }))?.end();
  startActivity(recorder, () => ({ operation: 'invoke_agent', target: 'helper' }))?.end();
  const points = await custom(/execute_tool|invoke_agent/);
  expect(points).toHaveLength(4);
  for (const point of points) expect(point).toEqual({ team: 'ml' });
});

test('without a list metrics have no custom attributes', async () => {
  const { recorder, custom } = setUp({ attributes: { team: 'ml' } });
  recorder.start(callReader(), undefined, [])?.end(ANSWER);
  startActivity(recorder, () => ({ operation: 'execute_tool', target: 'look' }))?.end();
  for (const point of await custom(/^gen_ai\./)) expect(point).toEqual({});
});

describe('values', () => {
  test('numbers and booleans stay, lists are left out', () => {
    const attributes = { a: 1, b: true, c: ['x'], d: undefined };
    expect(metricAttributes(attributes, ['a', 'b', 'c', 'd', 'e'])).toEqual({ a: 1, b: true });
    expect(metricAttributes({}, ['a'])).toBeUndefined();
  });

  test('a name has 100 values, whatever other names have', () => {
    for (let i = 0; i < 100; i++) expect(metricAttributes({ many: `v${i}` }, ['many'])).toEqual({ many: `v${i}` });
    expect(metricAttributes({ many: 'v100' }, ['many'])).toEqual({ many: '_OTHER' });
    expect(metricAttributes({ many: 7 }, ['many'])).toEqual({ many: '_OTHER' });
    expect(metricAttributes({ many: 'v7', few: 'v100' }, ['many', 'few'])).toEqual({ many: 'v7', few: 'v100' });
  });

  test('a long value is cut', () => {
    const [value] = Object.values(metricAttributes({ long: 'x'.repeat(1000) }, ['long']) ?? {});
    expect(value).toHaveLength(256);
  });
});
