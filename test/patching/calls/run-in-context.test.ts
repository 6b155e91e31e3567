import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { context, trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { type ContextRun, runMethod } from '../../../src/patching/calls/run-in-context.ts';
import { Patcher } from '../../../src/patching/wrapping/patcher.ts';
import { startActivity } from '../../../src/telemetry/activity/activity.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { contextManager } from '../../telemetry/context-manager.ts';
import { configOf, tracing } from '../../telemetry/in-memory.ts';

contextManager();

const active = (): string | undefined => trace.getSpan(context.active())?.spanContext().spanId;

/** An error that is thrown when somebody gave up. */
class GaveUp extends Error {}

/** A class with one method, `body`, whose calls are activities. */
function recorded(body: (this: unknown, ...args: never[]) => unknown, more: Partial<ContextRun> = {}) {
  const { provider, spans } = tracing();
  const telemetry = new CallRecorder('test', '1.2.3', configOf({ captureContent: 'SPAN_ONLY' }));
  telemetry.setTracerProvider(provider);
  const patcher = new Patcher(telemetry);
  const target = { call: body };
  const start = (by: CallRecorder): ContextRun | undefined => {
    const activity = startActivity(by, () => ({ operation: 'execute_tool', target: 'x' }));
    if (activity === undefined) return undefined;
    const content = (result: unknown) => ({ result });
    return { activity, context: activity.context, failed: (e) => !(e instanceof GaveUp), content, ...more };
  };
  patcher.wrap(target, 'call', runMethod(start));
  return { target: target as { call(...args: unknown[]): unknown }, spans, patcher, telemetry };
}

const outcome = (spans: ReturnType<typeof recorded>['spans']): unknown =>
  spans().map(({ status, attributes }) => [
    status.code === 2 ? attributes['error.type'] : 'unset',
    attributes['gen_ai.tool.call.result'],
  ]);

describe('a call', () => {
  test.each([
    ['a value', () => 7, ['unset', '{"value":7}']],
    ['a promise', async () => 7, ['unset', '{"value":7}']],
    ['a rejection', async () => Promise.reject(new TypeError('no')), ['TypeError', undefined]],
    [
      'an error that is thrown at once',
      () => {
        throw new TypeError('no');
      },
      ['TypeError', undefined],
    ],
    ['an error that is none', async () => Promise.reject(new GaveUp()), ['unset', undefined]],
  ])('that gives %s ends with it', async (_, body, expected) => {
    const { target, spans } = recorded(body);
    const plain = await Promise.resolve().then(body).then(String, String);
    const seen = await Promise.resolve()
      .then(() => target.call())
      .then(String, String);
    expect(seen).toBe(plain);
    expect(outcome(spans)).toEqual([expected]);
  });

  test('runs in the context of its activity, with its own this and arguments', async () => {
    const { target, spans } = recorded(async function (this: unknown, ...args: unknown[]) {
      await null;
      return [active(), this === target, args];
    });
    const [spanId, self, args] = (await target.call(1, 2)) as [string, boolean, unknown[]];
    expect(self).toBe(true);
    expect(args).toEqual([1, 2]);
    expect(spanId).toBe(spans()[0]?.spanContext().spanId);
    expect(active()).toBeUndefined();
  });

  test('goes on if it cannot be looked at, or if nobody records', () => {
    const { patcher, spans } = recorded(() => 7);
    const target = { call: () => 8 };
    const unreadable = (): never => {
      throw new Error('unreadable');
    };
    patcher.wrap(target, 'call', runMethod(unreadable));
    expect(target.call()).toBe(8);
    patcher.unwrapAll();
    expect(target.call()).toBe(8);
    expect(spans()).toEqual([]);
  });

  test('a judgement that throws is none', async () => {
    const { target, spans } = recorded(async () => Promise.reject(new RangeError('no')), {
      failed: () => {
        throw new Error('unreadable');
      },
    });
    await expect(target.call()).rejects.toThrow('no');
    expect(outcome(spans)).toEqual([['RangeError', undefined]]);
  });
});

describe('an iterator', () => {
  const seen: (string | undefined)[] = [];
  async function* three(error?: Error): AsyncGenerator<number> {
    try {
      for (const n of [1, 2, 3]) {
        await null;
        seen.push(active());
        yield n;
      }
      if (error !== undefined) throw error;
    } finally {
      seen.push(active());
    }
  }

  test.each([
    ['is read to its end', undefined, Infinity, ['unset', '{"value":3}']],
    ['is left', undefined, 2, ['unset', '{"value":2}']],
    ['throws', new TypeError('no'), Infinity, ['TypeError', undefined]],
    ['is given up', new GaveUp('no'), Infinity, ['unset', undefined]],
  ])('that %s', async (_, error, most, expected) => {
    seen.length = 0;
    const { target, spans } = recorded(() => three(error));
    const got: number[] = [];
    const outside: unknown[] = [];
    const read = async (): Promise<void> => {
      for await (const n of target.call() as AsyncGenerator<number>) {
        got.push(n);
        outside.push(active());
        expect(spans()).toEqual([]);
        if (got.length >= most) break;
      }
    };
    if (error === undefined) await read();
    else await expect(read()).rejects.toBe(error);
    expect(got).toEqual([1, 2, 3].slice(0, most));
    expect(outcome(spans)).toEqual([expected]);
    const { spanId } = spans()[0]?.spanContext() ?? {};
    expect([...new Set(seen)]).toEqual([spanId]);
    expect([...new Set(outside)]).toEqual([undefined]);
  });

  test('is the generator itself', async () => {
    const made: unknown[] = [];
    const { target } = recorded(() => {
      made.push(three());
      return made[0];
    });
    const given = target.call() as AsyncGenerator<number>;
    expect(given).toBe(made[0]);
    expect(Object.keys(given)).toEqual([]);
    await expect(given.throw(new GaveUp())).rejects.toBeInstanceOf(GaveUp);
  });

  test('runs in a context where there is no activity', async () => {
    const { telemetry, spans } = recorded(() => 7);
    const outer = startActivity(telemetry, () => ({ operation: 'invoke_agent' }));
    const around = outer?.context ?? context.active();
    const { target } = recorded(() => three(), { activity: undefined, context: around });
    seen.length = 0;
    for await (const n of target.call() as AsyncGenerator<number>) expect(n).toBeGreaterThan(0);
    expect([...new Set(seen)]).toEqual([outer?.span.spanContext().spanId]);
    expect(spans()).toEqual([]);
  });

  test.each([
    ['unread', 0],
    ['in the middle', 1],
  ])('that is dropped %s ends the activity', async (_, reads) => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const { target, spans } = recorded(() => three());
    const drop = async (): Promise<void> => {
      const iterator = target.call() as AsyncGenerator<number>;
      for (let n = 0; n < reads; n++) await iterator.next();
    };
    await drop();
    for (let turns = 0; spans().length === 0 && turns < 200; turns++) {
      gc();
      await turn();
    }
    expect(outcome(spans)).toEqual([['unset', undefined]]);
  });
});
