import { context, propagation, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { extract, inject, withExtracted } from '../../src/pipeline/index.ts';
import { world } from '../manual/world.ts';

world();
beforeEach(() => {
  const propagators = [new W3CTraceContextPropagator(), new W3CBaggagePropagator()];
  propagation.setGlobalPropagator(new CompositePropagator({ propagators }));
});
afterEach(() => propagation.disable());

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

/** `Metadata` of gRPC: several values for a key, and no `keys`. */
class Metadata {
  readonly #values = new Map<string, string[]>();
  set(key: string, value: string): void {
    this.#values.set(key.toLowerCase(), [value]);
  }
  get(key: string): string[] {
    return this.#values.get(key.toLowerCase()) ?? [];
  }
  getMap(): Record<string, string> {
    return Object.fromEntries([...this.#values].map(([key, [value = '']]) => [key, value]));
  }
}

const CARRIERS = [
  ['an object', () => ({}), (carrier: object) => (carrier as Record<string, string>).traceparent],
  ['Headers', () => new Headers(), (carrier: object) => (carrier as Headers).get('traceparent')],
  ['a Map', () => new Map(), (carrier: object) => (carrier as Map<string, string>).get('traceparent')],
  ['Metadata', () => new Metadata(), (carrier: object) => (carrier as Metadata).get('traceparent')[0]],
] as const;

describe.each(CARRIERS)('%s', (_name, create, read) => {
  test('takes a context and gives the context back', () => {
    const carrier = create();
    trace.getTracer('app').startActiveSpan('outer', (span) => {
      const { traceId, spanId } = span.spanContext();
      expect(inject(carrier)).toBe(carrier);
      expect(read(carrier)).toBe(`00-${traceId}-${spanId}-01`);
      expect(trace.getSpanContext(extract(carrier))).toMatchObject({ traceId, spanId, isRemote: true });
    });
  });

  test('carries baggage too', () => {
    const carrier = create();
    const baggage = propagation.createBaggage({ team: { value: 'ml' } });
    inject(carrier, propagation.setBaggage(context.active(), baggage));
    expect(propagation.getBaggage(extract(carrier))?.getEntry('team')?.value).toBe('ml');
  });
});

test('without a carrier, a new object', () => {
  trace.getTracer('app').startActiveSpan('outer', () => {
    expect(inject()).toMatchObject({ traceparent: expect.stringMatching(/^00-/) });
  });
});

test.each([
  ['names in another case', { TraceParent: PARENT }],
  ['a list of one header', { traceparent: [PARENT] }],
  ['bytes', { traceparent: new TextEncoder().encode(PARENT) }],
])('%s are read', (_name, carrier) => {
  expect(trace.getSpanContext(extract(carrier))?.traceId).toBe(TRACE);
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['a text', PARENT as unknown as object],
  ['an empty object', {}],
  ['a broken header', { traceparent: '00-xyz-1-01' }],
  ['two headers', { traceparent: [PARENT, PARENT] }],
  ['a number', { traceparent: 7 }],
  [
    'a proxy that throws',
    new Proxy(
      {},
      {
        get() {
          throw new Error('no');
        },
      },
    ),
  ],
])('%s brings nothing', (_name, carrier) => {
  expect(trace.getSpanContext(extract(carrier))).toBeUndefined();
  expect(withExtracted(carrier, () => 'done')).toBe('done');
});

test('a frozen carrier stays as it is', () => {
  const carrier = Object.freeze({});
  trace.getTracer('app').startActiveSpan('outer', () => expect(inject(carrier)).toBe(carrier));
});

test('withExtracted runs in the context of the sender', () => {
  const seen = withExtracted({ traceparent: PARENT }, () => trace.getSpanContext(context.active())?.traceId);
  expect(seen).toBe(TRACE);
});

test('without a propagator nothing is written and nothing is read', () => {
  propagation.disable();
  trace.getTracer('app').startActiveSpan('outer', () => expect(inject({})).toEqual({}));
  expect(trace.getSpanContext(extract({ traceparent: PARENT }))).toBeUndefined();
});
