import { describe, expect, test, vi } from 'vitest';
import { asyncCalls, signalFrom } from '../../../src/patching/calls/async-calls.ts';
import { failBySignal } from '../../../src/patching/streams/fail-by-signal.ts';
import type { Operation } from '../../../src/telemetry/call/operation.ts';
import { configOf } from '../../telemetry/in-memory.ts';

function setUp(signal?: AbortSignal, streams = true) {
  const told: unknown[] = [];
  const tell = (name: string) => (): void => void told.push(name);
  const operation = {
    config: configOf(),
    ended: false,
    context: undefined,
    stream: () => streams,
    chunk: (value: unknown) => void told.push(value),
    complete: tell('complete'),
    cancel: tell('cancel'),
    abandon: tell('abandon'),
    end: tell('end'),
    fail: tell('fail'),
    failOrCancel: tell('fail or cancel'),
  } as unknown as Operation;
  const call = (answer: unknown): unknown => asyncCalls(() => signal)(operation, () => answer, {}, []);
  return { told, call, operation };
}

async function* generate(): AsyncGenerator<number> {
  yield 1;
}

describe('an answer', () => {
  test('is given as it is and ends the call', async () => {
    const { told, call } = setUp();
    const answer = {};
    expect(await call(Promise.resolve(answer))).toBe(answer);
    expect(told).toEqual(['end']);
  });

  test('that is a generator is observed and stays itself', async () => {
    const { told, call } = setUp();
    const generator = generate();
    expect(await call(Promise.resolve(generator))).toBe(generator);
    for await (const _ of generator);
    expect(told).toEqual([1, 'complete']);
  });

  test('that is a generator of a method that does not stream ends the call', async () => {
    const { told, call } = setUp(undefined, false);
    const generator = generate();
    call(generator);
    for await (const _ of generator);
    expect(told).toEqual(['end']);
  });

  test('that is a pair is drained', async () => {
    const { told, call } = setUp();
    const pair = { stream: generate(), response: Promise.resolve({}) };
    expect(await call(Promise.resolve(pair))).toBe(pair);
    for await (const _ of pair.stream);
    expect(told).toEqual([1, 'complete']);
  });

  test('that is a generator is cancelled where the signal was aborted while the call was made', async () => {
    const controller = new AbortController();
    const { told, call } = setUp(controller.signal);
    const made = call(Promise.resolve(generate()));
    controller.abort();
    await made;
    expect(told).toEqual(['cancel']);
  });

  test('is not cancelled by a signal that was aborted before: some versions take no notice', async () => {
    const { told, call } = setUp(AbortSignal.abort());
    const generator = generate();
    await call(Promise.resolve(generator));
    for await (const _ of generator);
    expect(told).toEqual([1, 'complete']);
  });
});

describe('a failure', () => {
  test.each<[about: string, before: boolean, during: boolean, error: unknown, told: string]>([
    ['without an abort', false, false, new Error('x'), 'fail'],
    ['after an abort', false, true, new Error('x'), 'cancel'],
    ['with a status, before the abort', false, true, { status: 429 }, 'fail'],
    ['with another name of the status', false, true, { statusCode: 429 }, 'fail'],
    ['with a status that is none', false, true, { status: 'x' }, 'cancel'],
    ['of nothing', false, true, undefined, 'cancel'],
    ['with a signal that was aborted before the call', true, false, new Error('x'), 'fail or cancel'],
  ])('%s', async (_, before, during, error, expected) => {
    const controller = new AbortController();
    if (before) controller.abort();
    const { told, call } = setUp(controller.signal);
    const made = call(Promise.reject(error)) as Promise<unknown>;
    if (during) controller.abort();
    await expect(made).rejects.toBe(error);
    expect(told).toEqual([expected]);
  });

  test('without a signal is a failure', () => {
    const { told, operation } = setUp();
    failBySignal(operation, new Error('x'), undefined);
    expect(told).toEqual(['fail']);
  });

  test('that is thrown at once is thrown on', () => {
    const { told, operation } = setUp();
    const error = new Error('x');
    const boom = (): never => {
      throw error;
    };
    expect(() => asyncCalls(() => undefined)(operation, boom, {}, [])).toThrow(error);
    expect(told).toEqual(['fail']);
  });
});

test('a signal that cannot be asked for is none', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const boom = (): never => {
    throw new Error('x');
  };
  expect(signalFrom(boom, {}, [])).toBeUndefined();
  const { signal } = new AbortController();
  expect(signalFrom((self) => self as AbortSignal, signal, [])).toBe(signal);
  write.mockRestore();
});
