import { describe, expect, test, vi } from 'vitest';
import { isStream, observeStream, StreamState } from '../../../src/patching/streams/stream-state.ts';
import { measureChunkProcessing } from '../../../src/telemetry/call/chunk-processing.ts';
import type { Operation } from '../../../src/telemetry/call/operation.ts';
import { configOf } from '../../telemetry/in-memory.ts';
import { fakeTimers } from './fake-timers.ts';

const timers = fakeTimers();
const { running } = timers;

const LOOK_MS = 20;
const ABORT_GRACE_MS = 1000;

function operation(streamIdleTimeout = 0, streams = true) {
  const told: string[] = [];
  const tell = (name: string) => (): void => void told.push(name);
  const fake = {
    config: configOf({ streamIdleTimeout }),
    ended: false,
    stream: () => streams,
    chunk: tell('chunk'),
    chunkProcessed: tell('processed'),
    complete: tell('complete'),
    cancel: tell('cancel'),
    abandon: tell('abandon'),
    end: tell('end'),
    failOrCancel: tell('failOrCancel'),
  };
  return { told, operation: fake as unknown as Operation & { ended: boolean } };
}

describe('a stream that nothing comes of', () => {
  test('is abandoned after the idle timeout', () => {
    const { told, operation: op } = operation(500);
    new StreamState(op, undefined);
    running(500)?.run();
    expect(told).toEqual(['abandon']);
  });

  test('is not while chunks come, nor once it has ended', () => {
    const { operation: op } = operation(500);
    const state = new StreamState(op, undefined);
    const timer = running(500);
    state.chunk('a');
    expect(timer?.refresh).toHaveBeenCalledOnce();
    state.done();
    expect(timer?.stopped).toBe(true);
  });

  test('is left open without a timeout', () => {
    new StreamState(operation(0).operation, undefined);
    expect(timers.started()).toEqual([]);
  });
});

describe('an abort', () => {
  const ENDS: readonly (readonly [about: string, (state: StreamState) => void, told: string])[] = [
    ['done', (state) => state.done(), 'complete'],
    ['failed', (state) => state.failed(new Error('x')), 'failOrCancel'],
    ['cancelled', (state) => state.cancel(), 'cancel'],
    ['abandoned', (state) => state.abandon(), 'abandon'],
  ];

  test('cancels a stream that nobody reads at the moment', () => {
    const controller = new AbortController();
    const { told, operation: op } = operation();
    const state = new StreamState(op, controller.signal);
    expect(state.aborted).toBe(false);
    controller.abort();
    expect([state.aborted, told]).toEqual([true, ['cancel']]);
  });

  test('waits for a read on its way, which tells how the stream ended, but not for ever', () => {
    const controller = new AbortController();
    const { told, operation: op } = operation();
    const state = new StreamState(op, controller.signal);
    state.inFlight = 1;
    controller.abort();
    expect(told).toEqual([]);
    running(ABORT_GRACE_MS)?.run();
    expect(told).toEqual(['cancel']);
  });

  test('makes of the end of a stream that it was cancelled', () => {
    const controller = new AbortController();
    const { told, operation: op } = operation();
    const state = new StreamState(op, controller.signal);
    state.inFlight = 1;
    controller.abort();
    state.done();
    expect(told).toEqual(['cancel']);
  });

  test.each(ENDS)('is not listened to once the stream is %s', (_, end, expected) => {
    const controller = new AbortController();
    const { told, operation: op } = operation();
    end(new StreamState(op, controller.signal));
    controller.abort();
    expect(told).toEqual([expected]);
  });
});

describe('the garbage collector is asked', () => {
  const registered = () => vi.spyOn(FinalizationRegistry.prototype, 'register').mockImplementation(() => {});

  test('when a stream has not been read for a moment, once', () => {
    const register = registered();
    const [token, lost] = [{}, { abandon: () => {} }];
    const state = new StreamState(operation().operation, undefined);
    state.watchToken(token, lost);
    expect(register).not.toHaveBeenCalled();
    state.chunk('a');
    expect([state.checkIdle(), register.mock.calls]).toEqual([true, []]);
    expect([state.checkIdle(), register.mock.calls]).toEqual([false, [[token, lost]]]);
    expect([state.checkIdle(), register.mock.calls.length]).toEqual([false, 1]);
  });

  test('without anything else, to abandon the state itself', () => {
    const register = registered();
    const token = {};
    const state = new StreamState(operation().operation, undefined);
    state.watchToken(token);
    running(LOOK_MS)?.run();
    expect(register.mock.calls).toEqual([[token, state]]);
  });

  test.each(['done', 'cancel', 'abandon'] as const)('no more after %s', (end) => {
    const register = registered();
    const state = new StreamState(operation().operation, undefined);
    state.watchToken({});
    state.chunk('a');
    state[end]();
    expect(state.listIndex).toBe(-1);
    expect(state.checkIdle()).toBe(true);
    expect(state.checkIdle()).toBe(false);
    expect(register).not.toHaveBeenCalled();
  });

  test('no more after the call has ended by itself', () => {
    const register = registered();
    const { operation: op } = operation();
    const state = new StreamState(op, undefined);
    state.watchToken({});
    state.chunk('a');
    op.ended = true;
    expect(state.checkIdle()).toBe(false);
    expect(register).not.toHaveBeenCalled();
  });
});

const stream = (more: object = {}) => ({
  controller: new AbortController(),
  async *[Symbol.asyncIterator]() {
    yield 1;
    yield 2;
  },
  ...more,
});

describe('a stream object of an SDK', () => {
  test('with an iterator of its own: that one is observed', async () => {
    const { told, operation: op } = operation();
    const observed = stream({
      async *iterator() {
        yield 1;
      },
    }) as ReturnType<typeof stream> & { iterator(): AsyncIterable<number> };
    const factory = observed[Symbol.asyncIterator];
    observeStream(observed, op, {});
    for await (const _ of observed.iterator());
    expect(told).toEqual(['chunk', 'complete']);
    expect(observed[Symbol.asyncIterator]).toBe(factory);
  });

  test('without one: how it is iterated, and nobody can see that', async () => {
    const { told, operation: op } = operation();
    const observed = stream();
    observeStream(observed, op, {});
    for await (const _ of observed);
    expect(told).toEqual(['chunk', 'chunk', 'complete']);
    expect(Object.keys(observed)).toEqual(['controller']);
  });

  test('that was aborted before is cancelled', () => {
    const { told, operation: op } = operation();
    const observed = stream();
    observed.controller.abort();
    observeStream(observed, op, {});
    expect(told).toEqual(['cancel']);
  });

  test('of a method that is not known to stream ends its call, and stays as it is', async () => {
    const { told, operation: op } = operation(0, false);
    const observed = stream();
    const factory = observed[Symbol.asyncIterator];
    observeStream(observed, op, {});
    expect([told, observed[Symbol.asyncIterator]]).toEqual([['end'], factory]);
  });

  test('hides what was not asked for, also where nothing is recorded', async () => {
    const { operation: op } = operation(0, false);
    const observed = stream();
    observeStream(observed, op, {}, (chunk) => chunk === 1);
    const seen = [];
    for await (const chunk of observed) seen.push(chunk);
    expect(seen).toEqual([2]);
  });

  test.each([
    [stream(), true],
    [{ controller: {} }, false],
    [(async function* () {})(), false],
    [[], false],
    [null, false],
    ['text', false],
  ])('%o is one: %s', (value, expected) => {
    expect(isStream(value)).toBe(expected);
  });
});

describe('the time of the application', () => {
  async function read(isMeasured: boolean) {
    measureChunkProcessing(isMeasured);
    const { told, operation: op } = operation();
    const stream = {
      controller: new AbortController(),
      async *iterator() {
        yield 1;
        yield 2;
      },
      [Symbol.asyncIterator]() {
        return this.iterator();
      },
    };
    observeStream(stream, op, {});
    const iterator = stream[Symbol.asyncIterator]();
    const read = async () => (await iterator.next()).value as unknown;
    return { told, iterator, read };
  }

  test('ends with the next read, and with the end of the reading', async () => {
    const { told, read: next, iterator } = await read(true);
    expect([await next(), await next()]).toEqual([1, 2]);
    await iterator.return(undefined);
    expect(told).toEqual(['chunk', 'processed', 'chunk', 'processed', 'cancel']);
  });

  test('is not measured while the application reads ahead', async () => {
    const { told, read: next } = await read(true);
    await Promise.all([next(), next()]);
    expect(told).toEqual(['chunk', 'chunk']);
  });

  test('is not measured unless the metric is on', async () => {
    const { told, read: next } = await read(false);
    await next();
    await next();
    expect(told).toEqual(['chunk', 'chunk']);
  });
});
