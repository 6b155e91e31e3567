import { expect, test, vi } from 'vitest';
import { freshWarnings } from '../support/warnings.ts';

const said = freshWarnings();

const broken = (): never => {
  throw new RangeError('my secret');
};

/** Faults of readers and spans: each is reported, by the name of its class alone. */
const FAULTS: Readonly<Record<string, () => Promise<void>>> = {
  'an error that cannot be read': async () => {
    const { failureOf } = await import('../../src/telemetry/error.ts');
    expect(failureOf(new Proxy({}, { get: broken }))).toEqual({ type: '_OTHER' });
  },
  'the request of a reader': async () => {
    const { operation } = await start({ request: broken });
    expect(operation).toBeUndefined();
  },
  'the response of a reader': async () => (await start({ response: broken })).operation?.end({}),
  'the stream of a reader': async () => {
    const { operation } = await start({ stream: broken });
    expect(operation?.stream()).toBe(false);
    operation?.abandon();
  },
  'the facts of a stream': async () => {
    const { countingStream } = await import('./in-memory.ts');
    const { operation } = await start({ stream: () => countingStream({ facts: broken }) });
    operation?.stream();
    operation?.complete();
  },
  'a chunk that is hidden': async () => {
    const { countingStream } = await import('./in-memory.ts');
    const { operation } = await start({ stream: () => countingStream({ read: broken }) });
    operation?.stream();
    operation?.readHiddenChunk({});
    operation?.complete();
  },
  'a span': async () => {
    const { operation } = await start({});
    if (operation !== undefined) vi.spyOn(operation.span, 'setAttributes').mockImplementation(broken);
    operation?.end({});
  },
  'the end of a span': async () => {
    const { operation } = await start({});
    if (operation !== undefined) vi.spyOn(operation.span, 'end').mockImplementation(broken);
    operation?.end({});
  },
  'the content of an activity': async () => {
    const { telemetry } = await start({});
    const { startActivity } = await import('../../src/telemetry/activity/activity.ts');
    startActivity(telemetry, () => ({ operation: 'execute_tool', content: broken }))?.end();
  },
  'the facts of an activity': async () => {
    const { telemetry } = await start({});
    const { startActivity } = await import('../../src/telemetry/activity/activity.ts');
    expect(startActivity(telemetry, broken)).toBeUndefined();
  },
};

async function start(reader: object) {
  const { CallRecorder } = await import('../../src/telemetry/call/call-recorder.ts');
  const { callReader, configOf, tracing } = await import('./in-memory.ts');
  const telemetry = new CallRecorder('@x/llm-otel/test', '1.2.3', configOf({ captureContent: 'SPAN_ONLY' }));
  telemetry.setTracerProvider(tracing().provider);
  return { telemetry, operation: telemetry.start(callReader(reader), {}, [{}]) };
}

test.each(Object.entries(FAULTS))('a fault in %s is reported once', async (_, happen) => {
  await happen();
  await happen();
  expect(said().match(/recording a call failed \(RangeError\)/g)).toHaveLength(1);
  expect(said()).not.toContain('secret');
});
