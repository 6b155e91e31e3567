import { describe, expect, test } from 'vitest';
import { boundedId, boundedName } from '../../../src/runtime/bounded-name.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { spanOfAnswer } from '../../../src/telemetry/links/response-spans.ts';
import { spanOfToolCall } from '../../../src/telemetry/links/tool-call-spans.ts';
import { callReader, configOf, metering, tracing } from '../../telemetry/in-memory.ts';

test.each([
  ['gpt-4o', 'gpt-4o'],
  ['x'.repeat(256), 'x'.repeat(256)],
  ['x'.repeat(257), `${'x'.repeat(253)}...`],
  ['a\ud800b', 'a\ufffdb'],
  [`${'x'.repeat(252)}😀${'y'.repeat(9)}`, `${'x'.repeat(252)}...`],
  [`${'x'.repeat(251)}😀${'y'.repeat(9)}`, `${'x'.repeat(251)}😀...`],
])('the name %j', (name, want) => {
  expect(boundedName(name)).toBe(want);
});

const LONG = 'm'.repeat(2000);

function record(response: object, model = LONG) {
  const traces = tracing();
  const meters = metering();
  const recorder = new CallRecorder('@x/llm-otel/openai', '1.2.3', configOf());
  recorder.setTracerProvider(traces.provider);
  recorder.setMeterProvider(meters.provider);
  recorder.start(callReader({}, { model }), {}, [{}])?.end(response);
  return { span: traces.spans()[0], meters, recorder };
}

describe('what a provider names', () => {
  test('is bounded and well-formed', () => {
    const { span } = record({
      id: `id-${LONG}`,
      model: `a\udc00${LONG}`,
      finishReasons: ['stop', LONG],
      attributes: { 'openai.response.system_fingerprint': LONG, 'openai.response.service_tier': LONG },
    });
    const cut = `${'m'.repeat(253)}...`;
    expect(span?.name).toBe(`chat ${cut}`);
    expect(span?.attributes).toMatchObject({
      'gen_ai.request.model': cut,
      'gen_ai.response.id': boundedId(`id-${LONG}`),
      'gen_ai.response.model': `a\ufffd${'m'.repeat(251)}...`,
      'gen_ai.response.finish_reasons': ['stop', cut],
      'openai.response.system_fingerprint': cut,
      'openai.response.service_tier': cut,
    });
    expect(String(span?.attributes['gen_ai.response.id'])).toHaveLength(1024);
  });

  test('is found by the whole id', () => {
    const { span } = record({ id: `${LONG}1`, toolCalls: [`${LONG}2`] });
    record({ id: `${LONG}3`, toolCalls: [`${LONG}4`] });
    expect(spanOfAnswer(`${LONG}1`)).toEqual(span?.spanContext());
    expect(spanOfToolCall(`${LONG}2`)).toEqual(span?.spanContext());
  });
});

test('an attribute of metrics has at most 500 models, then _OTHER', async () => {
  const { meters, recorder } = record({ model: 'first' }, 'first');
  for (let i = 0; i < 700; i++) recorder.start(callReader({}, { model: `m${i}` }), {}, [{}])?.end({ model: `r${i}` });
  const points = (await meters.collect()).get('gen_ai.client.inference.duration')?.points ?? [];
  for (const name of ['gen_ai.request.model', 'gen_ai.response.model']) {
    const models = new Set(points.map(({ attributes }) => attributes[name]));
    expect(models.size).toBeLessThanOrEqual(501);
    expect(models.has('_OTHER')).toBe(true);
    expect(models.has('first')).toBe(true);
  }
});
