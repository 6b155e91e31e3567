import { expect, test } from 'vitest';
import { Patcher } from '../../../src/patching/wrapping/patcher.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { configOf } from '../../telemetry/in-memory.ts';

const patcher = (): Patcher => new Patcher(new CallRecorder('@x/llm-otel/test', '1.2.3', configOf()));

test('a prototype is seen for the first time once, also by turns with another', () => {
  const [one, first, second] = [patcher(), {}, {}];
  expect([first, first, second, first, second, second].map((prototype) => one.isFirstSeen(prototype))).toEqual([
    true,
    false,
    true,
    false,
    false,
    false,
  ]);
});

test('each patcher sees for itself', () => {
  const prototype = {};
  expect([patcher(), patcher()].map((one) => one.isFirstSeen(prototype))).toEqual([true, true]);
});
