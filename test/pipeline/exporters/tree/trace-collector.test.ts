import { beforeEach, expect, test } from 'vitest';
import type { TreeSpan } from '../../../../src/pipeline/exporters/tree/spans/tree-span.ts';
import { TraceCollector } from '../../../../src/pipeline/exporters/tree/trace-collector.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { chat, treeSpan } from './sample-spans.ts';

let clock: FakeClock;
let blocks: string[];
let collector: TraceCollector;

beforeEach(() => {
  clock = new FakeClock();
  blocks = [];
  const onTrace = (spans: readonly TreeSpan[]): void => void blocks.push(spans.map(({ spanId }) => spanId).join());
  collector = new TraceCollector({ waitMs: 5000, onTrace, clock });
});

const root = treeSpan({ spanId: 'root' });
const child = (id: string, parentSpanId = 'root'): TreeSpan => chat(id, { parentSpanId });

test('a trace is given out 200 ms after the last span', async () => {
  collector.add(child('a'));
  collector.add(root);
  await clock.pass(150);
  collector.add(child('late'));
  await clock.pass(199);
  expect(blocks).toEqual([]);
  await clock.pass(1);
  expect(blocks).toEqual(['a,root,late']);
  expect(clock.waiting).toBe(0);
});

test('a trace that never rests is given out 2 s after its root', async () => {
  collector.add(root);
  for (let i = 0; i < 30; i++) {
    await clock.pass(100);
    collector.add(child(`s${i}`));
  }
  expect(blocks[0]?.split(',')).toHaveLength(20);
  // The root is known to have ended: what comes later does not wait for the root.
  await clock.pass(200);
  expect(blocks.join().split(',')).toHaveLength(31);
});

test('spans without their root are given out after the wait, connected spans together', async () => {
  collector.add(child('a', 'step'));
  await clock.pass(3000);
  collector.add(child('step', 'gone'));
  collector.add(child('other', 'gone'));
  await clock.pass(1999);
  expect(blocks).toEqual([]);
  await clock.pass(1);
  expect(blocks).toEqual(['a,step']);
  await clock.pass(3000);
  expect(blocks).toEqual(['a,step', 'other']);
});

test('spans that are due at nearly the same time are one block', async () => {
  collector.add(child('a', 'gone'));
  await clock.pass(100);
  collector.add(child('b', 'gone'));
  await clock.pass(4900);
  expect(blocks).toEqual(['a,b']);
});

test('a root whose parent is in another process takes only the spans below', async () => {
  collector.add(chat('mine', { parentSpanId: 'server' }));
  collector.add(chat('brother', { parentSpanId: 'server2' }));
  collector.add(treeSpan({ spanId: 'server', parentSpanId: 'far', parentIsRemote: true }));
  await clock.pass(200);
  expect(blocks).toEqual(['mine,server']);
  collector.add(treeSpan({ spanId: 'server2', parentSpanId: 'far', parentIsRemote: true }));
  await clock.pass(200);
  expect(blocks).toEqual(['mine,server', 'brother,server2']);
});

test('traces are blocks of their own, and a flush gives out all', async () => {
  collector.add(child('a'));
  collector.add({ ...root, traceId: 'b', spanId: 'b' });
  collector.flush();
  expect(blocks).toEqual(['a', 'b']);
  expect(clock.waiting).toBe(0);
  collector.flush();
  expect(blocks).toHaveLength(2);
});

test('no span is given out twice', async () => {
  collector.add(root);
  collector.add(root);
  await clock.pass(200);
  collector.add(root);
  await clock.pass(10_000);
  expect(blocks).toEqual(['root']);
});

test('a cycle is given out after the wait', async () => {
  collector.add(child('a', 'b'));
  collector.add(child('b', 'a'));
  await clock.pass(5000);
  expect(blocks).toEqual(['a,b']);
});

test('too many spans push out the oldest trace', async () => {
  for (let i = 0; i <= 20_000; i++) collector.add({ ...child('a'), traceId: `t${i}` });
  expect(blocks).toEqual(['a']);
});

test('work that goes on after the root has ended waits for its own parent', async () => {
  collector.add(root);
  await clock.pass(200);
  collector.add(child('a', 'background'));
  await clock.pass(3000);
  collector.add(child('background'));
  await clock.pass(200);
  expect(blocks).toEqual(['root', 'a,background']);
});
