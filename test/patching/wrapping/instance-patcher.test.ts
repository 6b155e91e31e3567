import { describe, expect, test } from 'vitest';
import { InstancePatcher } from '../../../src/patching/wrapping/instance-patcher.ts';
import { isRecorded, Patcher, type Wrap } from '../../../src/patching/wrapping/patcher.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { configOf } from '../../telemetry/in-memory.ts';

class Client {
  get chat(): object {
    return {};
  }
  create(): string {
    return 'answer';
  }
  derive(made: unknown): unknown {
    return made;
  }
}

function setUp() {
  const shared = new Patcher(new CallRecorder('@x/llm-otel/test', '1.2.3', configOf()));
  const seen: unknown[] = [];
  const wrap: Wrap = (method, recording) =>
    function (this: unknown, ...args: unknown[]) {
      seen.push(recording()?.scope);
      return Reflect.apply(method, this, args);
    };
  return { shared, patcher: new InstancePatcher(shared), seen, wrap };
}

test('wraps the methods of one client alone', () => {
  const { shared, patcher, seen, wrap } = setUp();
  const [client, other] = [new Client(), new Client()];
  expect([patcher.wrapTarget(client, 'create'), patcher.wrapTarget(client, 'none')]).toEqual([client, undefined]);
  expect([patcher.wrapTarget(null, 'create'), patcher.wrapTarget('text', 'length'), patcher.shared]).toEqual([
    undefined,
    undefined,
    shared,
  ]);
  expect(patcher.wrap(client, 'create', wrap)).toBe(true);
  expect([client.create(), other.create(), seen]).toEqual(['answer', 'answer', ['@x/llm-otel/test']]);
});

test('leaves alone what is recorded already', () => {
  const { shared, patcher, seen, wrap } = setUp();
  class Patched extends Client {
    override create(): string {
      return super.create();
    }
    override get chat(): object {
      return super.chat;
    }
  }
  expect(isRecorded(Patched.prototype.create)).toBe(false);
  shared.wrap(Patched.prototype, 'create', wrap);
  shared.wrapGetter(Patched.prototype, 'chat', () => {});
  const client = new Patched();
  expect(patcher.wrap(client, 'create', wrap)).toBe(true);
  expect(patcher.wrapGetter(client, 'chat', () => seen.push('chat'))).toBe(true);
  void client.chat;
  client.create();
  expect([Object.keys(client), isRecorded(client.create), seen]).toEqual([[], true, ['@x/llm-otel/test']]);
  shared.unwrapAll();
  expect(isRecorded(client.create)).toBe(false);
});

test.each([undefined, null, 7, {}, () => {}, class {}])('%o is not recorded', (method) => {
  expect(isRecorded(method)).toBe(false);
});

describe('what a method makes', () => {
  test.each<[unknown, patched: boolean]>([
    [{ made: true }, true],
    [Object.freeze({ made: true }), true],
    [null, false],
    [undefined, false],
    ['text', false],
  ])('%j is patched: %s', (made, expected) => {
    const { shared, patcher } = setUp();
    const client = new Client();
    const patched: unknown[] = [];
    patcher.derive(client, 'derive', (value, derived) => patched.push(value, derived.shared));
    expect(client.derive(made)).toBe(made);
    expect(patched).toEqual(expected ? [made, shared] : []);
  });

  test('comes back although it cannot be patched', () => {
    const { patcher } = setUp();
    const client = new Client();
    patcher.derive(client, 'derive', () => {
      throw new RangeError('frozen');
    });
    const made = {};
    expect(client.derive(made)).toBe(made);
  });
});
