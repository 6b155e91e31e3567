import { ROOT_CONTEXT, type Span, type SpanContext, trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { scopeOf, suppressSpan, withoutSuppressedSpan } from '../../../src/telemetry/other-spans/suppressed-span.ts';

const CONTEXT: SpanContext = { traceId: '1'.repeat(32), spanId: '9'.repeat(16), traceFlags: 1 };
const spanWith = (spanContext: () => SpanContext, more: object = {}): Span =>
  ({ spanContext, ...more }) as unknown as Span;

/** Span contexts that keep their flags: two spans for one call if the write were taken for done. */
const STUBBORN: readonly (readonly [about: string, () => SpanContext])[] = [
  [
    'is frozen',
    (
      (frozen) => () =>
        frozen
    )(Object.freeze({ ...CONTEXT })),
  ],
  ['is made anew when it is asked for', () => ({ ...CONTEXT })],
  [
    'ignores the write',
    () => ({
      ...CONTEXT,
      get traceFlags() {
        return 1;
      },
      set traceFlags(_) {},
    }),
  ],
];

test.each(STUBBORN)('a span whose context %s does not give way', (_, spanContext) => {
  const span = spanWith(spanContext);
  const within = trace.setSpan(ROOT_CONTEXT, span);
  expect(suppressSpan(span)).toBe(false);
  expect(withoutSuppressedSpan(within)).toBe(within);
});

test('a span that gives way loses only the flag of the sampler', () => {
  const own = { ...CONTEXT, traceFlags: 3 };
  expect(suppressSpan(spanWith(() => own))).toBe(true);
  expect(own.traceFlags).toBe(2);
});

test('a context without a span, or with one that stays, is the same', () => {
  const gone = { ...CONTEXT };
  suppressSpan(spanWith(() => gone));
  const other = trace.setSpan(
    ROOT_CONTEXT,
    spanWith(() => CONTEXT),
  );
  expect(withoutSuppressedSpan(ROOT_CONTEXT)).toBe(ROOT_CONTEXT);
  expect(withoutSuppressedSpan(other)).toBe(other);
});

describe('the tracer of a span', () => {
  test.each([
    ['SDK 2', { instrumentationScope: { name: 'a' } }, 'a'],
    ['SDK 1', { instrumentationLibrary: { name: 'b' } }, 'b'],
    ['both', { instrumentationScope: { name: 'a' }, instrumentationLibrary: { name: 'b' } }, 'a'],
    ['OpenInference', { span: { instrumentationScope: { name: 'c' } } }, 'c'],
    ['none', {}, undefined],
  ])('%s', (_, more, name) => {
    expect(scopeOf(spanWith(() => CONTEXT, more))).toBe(name);
  });

  test('no span', () => {
    expect(scopeOf(undefined)).toBeUndefined();
  });
});
