import { afterEach, describe, expect, test, vi } from 'vitest';
import { callField, callOf, markParse, StainlessCall } from '../../../src/patching/stainless/stainless-call.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { endOpenOperations } from '../../../src/telemetry/call/open-operations.ts';
import type { Operation } from '../../../src/telemetry/call/operation.ts';
import { callReader, configOf, tracing } from '../../telemetry/in-memory.ts';

afterEach(() => {
  endOpenOperations();
  vi.restoreAllMocks();
});

function setUp() {
  const traces = tracing();
  const telemetry = new CallRecorder('@x/llm-otel/openai', '1.2.3', configOf());
  telemetry.setTracerProvider(traces.provider);
  const operation = telemetry.start(callReader(), {}, [{}]) as Operation;
  const register = vi.spyOn(FinalizationRegistry.prototype, 'register').mockImplementation(() => {});
  return { operation, register, spans: traces.spans };
}

async function* chunks(): AsyncGenerator<string> {
  yield 'shown';
  yield 'hidden';
}
const streamOf = () => ({ controller: new AbortController(), [Symbol.asyncIterator]: chunks });

describe('an answer', () => {
  test('ends the call, and is given as it is', () => {
    const { operation, register, spans } = setUp();
    const call = new StainlessCall(operation);
    operation.retryOptions = {};
    const answer = { id: 'a' };
    expect(call.answered(answer)).toBe(answer);
    expect(spans()[0]?.attributes['gen_ai.response.id']).toBe('a');
    expect(operation.retryOptions).toBeUndefined();
    expect(register).not.toHaveBeenCalled();
  });

  test('that helpers ask for again counts once, and a failure after it is not the call’s', () => {
    const { operation, spans } = setUp();
    const call = new StainlessCall(operation);
    const stream = streamOf();
    call.answered(stream);
    const observed = stream[Symbol.asyncIterator];
    call.answered(stream);
    call.failed(new Error('of a helper'));
    expect(stream[Symbol.asyncIterator]).toBe(observed);
    expect([operation.ended, spans()]).toEqual([false, []]);
  });

  test('that is a raw response ends the call when it is read', async () => {
    const { operation, register } = setUp();
    const call = new StainlessCall(operation);
    const response = new Response('audio');
    expect(call.answered(response)).toBe(response);
    expect([operation.ended, register.mock.calls]).toEqual([false, [[call, operation]]]);
    await response.arrayBuffer();
    expect(operation.ended).toBe(true);
  });

  test('that cannot be read as a whole fails the call', async () => {
    const { operation, spans } = setUp();
    const response = new Response('no json');
    new StainlessCall(operation).answered(response);
    await expect(response.json()).rejects.toThrow(SyntaxError);
    expect(spans()[0]?.attributes['error.type']).toBe('SyntaxError');
  });

  test('that does not come fails the call', () => {
    const { operation, spans } = setUp();
    new StainlessCall(operation).failed(new TypeError('no'));
    expect(spans()[0]?.attributes['error.type']).toBe('TypeError');
  });
});

describe('what was not asked for', () => {
  const amended = { args: [], removesChunk: (chunk: unknown) => chunk === 'hidden', rewrite: (event: string) => event };

  test.each([false, true])('is hidden, also after the call has ended: %s', async (ended) => {
    const { operation } = setUp();
    const hidden = vi.spyOn(operation, 'readHiddenChunk');
    const stream = streamOf();
    if (ended) operation.abandon();
    new StainlessCall(operation, amended).answered(stream);
    const seen = [];
    for await (const chunk of stream) seen.push(chunk);
    expect(seen).toEqual(['shown']);
    expect(hidden.mock.calls).toEqual([['hidden']]);
  });

  test('a call that has ended and asked for nothing leaves its stream alone', () => {
    const { operation } = setUp();
    operation.abandon();
    const stream = streamOf();
    new StainlessCall(operation).answered(stream);
    expect(stream[Symbol.asyncIterator]).toBe(chunks);
  });
});

describe('the garbage collector', () => {
  test('is asked once for a call', () => {
    const { operation, register } = setUp();
    const call = new StainlessCall(operation);
    call.registerToken();
    call.registerToken();
    expect(call.checkIdle()).toBe(false);
    expect(register.mock.calls).toEqual([[call, operation]]);
  });

  test('is not asked for a call that has ended', () => {
    const { operation, register } = setUp();
    operation.abandon();
    new StainlessCall(operation).registerToken();
    expect(register).not.toHaveBeenCalled();
  });

  test('is not asked for an answer that somebody waits for', () => {
    const call = new StainlessCall(setUp().operation);
    call.responseArrived();
    expect(call.listIndex).toBeGreaterThanOrEqual(0);
    call.startParsing();
    expect([call.listIndex, call.parsing]).toEqual([-1, true]);
    call.responseArrived();
    expect(call.listIndex).toBe(-1);
  });

  test('is not asked for an answer that helpers have got', () => {
    const call = new StainlessCall(setUp().operation);
    call.responseArrived();
    call.answered({});
    expect(call.listIndex).toBe(-1);
  });
});

test('a promise leads to its call by what parses it, or by a field of its own', () => {
  const call = new StainlessCall(setUp().operation);
  const parseResponse = markParse(() => {}, call);
  const derived = {};
  callField.put(derived, call);
  expect([callOf({ parseResponse }), callOf(derived), callOf({}), callOf({ parseResponse: () => {} })]).toEqual([
    call,
    call,
    undefined,
    undefined,
  ]);
});
