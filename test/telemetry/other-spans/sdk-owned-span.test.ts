import { describe, expect, test, vi } from 'vitest';
import { FrameworkOwnedSpan } from '../../../src/telemetry/other-spans/framework-owned-span.ts';
import { SdkOwnedSpan } from '../../../src/telemetry/other-spans/sdk-owned-span.ts';
import { tracing } from '../in-memory.ts';

function started() {
  const { provider, spans } = tracing();
  const span = provider.getTracer('sdk').startSpan('of the SDK');
  const attributes = (): object => {
    span.end();
    return spans()[0]?.attributes ?? {};
  };
  return { span, attributes, spans };
}

/** Whether an attribute is added to a span of the SDK's own. */
const ADDED: Readonly<Record<string, boolean>> = {
  'gen_ai.usage.cost': true,
  'gen_ai.usage.cost.input': true,
  'llm_otel.cost.model': true,
  'llm_otel.cost': true,
  'gen_ai.response.finish_reasons': true,
  'gen_ai.usage.costs': false,
  'gen_ai.usage.input_tokens': false,
  'my.gen_ai.usage.cost': false,
  'llm_otel.stream.outcome': false,
};

describe('a span that the SDK starts and ends', () => {
  test.each(Object.entries(ADDED))('gets %s: %s', (name, added) => {
    const { span, attributes } = started();
    const ours = new SdkOwnedSpan(true);
    ours.attach(span);
    ours.setAttributes({ [name]: 'a' }).setAttribute(name, 'b');
    expect(attributes()).toEqual(added ? { [name]: 'b' } : {});
  });

  test('gets nothing that is not there', () => {
    const { span } = started();
    const set = vi.spyOn(span, 'setAttribute');
    const ours = new SdkOwnedSpan(true);
    ours.attach(span);
    ours.setAttributes({ 'gen_ai.usage.cost': undefined });
    expect(set).not.toHaveBeenCalled();
  });

  test('is the first one that is attached, told once', () => {
    const [first, second] = [started().span, started().span];
    const ours = new SdkOwnedSpan(true);
    const seen: unknown[] = [];
    ours.onAttach((span) => seen.push(span));
    ours.attach(first);
    ours.attach(second);
    expect(seen).toEqual([first]);
    expect(ours.attached).toBe(first);
    expect(ours.spanContext()).toEqual(first.spanContext());
  });

  test.each([true, false])('is recording before it has started if it is expected: %s', (expected) => {
    const ours = new SdkOwnedSpan(expected);
    expect(ours.isRecording()).toBe(expected);
    const { span } = started();
    ours.attach(span);
    expect(ours.isRecording()).toBe(true);
    span.end();
    expect(ours.isRecording()).toBe(false);
  });
});

test("a framework's span gets everything but its name, its end and its exceptions", () => {
  const { span, spans } = started();
  const ours = new FrameworkOwnedSpan(span);
  const adorned: unknown[] = [];
  ours.onAttach((attached) => adorned.push(attached));
  ours.started(() => ({ a: 1 }));
  ours.setAttributes({ b: 2 }).setAttribute('c', 3);
  ours.addEvent('exception', { 'exception.type': 'X' }).addEvent('llm_otel.chunk', { d: 4 });
  ours.setStatus({ code: 2, message: 'broken' });
  ours.end();
  expect(spans()).toEqual([]);
  expect([ours.isRecording(), ours.spanContext()]).toEqual([true, span.spanContext()]);
  span.end();
  expect(adorned).toEqual([span]);
  expect(spans()[0]).toMatchObject({ name: 'of the SDK', attributes: { a: 1, b: 2, c: 3 }, status: { code: 2 } });
  expect(spans()[0]?.events.map(({ name }) => name)).toEqual(['llm_otel.chunk']);
});
