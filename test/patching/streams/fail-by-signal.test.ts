/** An abort of the application is known by its signal, whatever the reason, and whoever wrapped the reason. */
import { expect, test } from 'vitest';
import { failBySignal } from '../../../src/patching/streams/fail-by-signal.ts';
import { StreamState } from '../../../src/patching/streams/stream-state.ts';
import { asSignal } from '../../../src/providers/reading/unknown-values.ts';
import { AgentRun } from '../../../src/providers/vercel-ai/calls/agent-run.ts';
import { startActivity } from '../../../src/telemetry/activity/activity.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { callReader, configOf, tracing } from '../../telemetry/in-memory.ts';

function setUp() {
  const { provider, spans } = tracing();
  const telemetry = new CallRecorder('@x/llm-otel/test', '0', configOf({}));
  telemetry.setTracerProvider(provider);
  return { telemetry, spans };
}

const aborted = AbortSignal.abort('user-stop');

/** `AI_APICallError` of `ai` 5 to 7 for an abort in the middle of a stream: the status is that of the answer. */
const WRAPPED = Object.assign(new Error('Failed to process successful response'), {
  statusCode: 200,
  cause: 'user-stop',
});

const ROWS: readonly (readonly [name: string, error: unknown, signal: AbortSignal | undefined, status: number])[] = [
  ['the reason', 'user-stop', aborted, 0],
  ['a wrapped reason', WRAPPED, aborted, 0],
  ['no value', undefined, aborted, 0],
  ['an HTTP error before the abort', Object.assign(new Error(), { statusCode: 500 }), aborted, 2],
  ['an HTTP error before the abort, status', Object.assign(new Error(), { status: 429 }), aborted, 2],
  ['a signal that is not aborted', WRAPPED, new AbortController().signal, 2],
  ['no signal', 'user-stop', undefined, 2],
];

test.each(ROWS)('model call: %s', (_, error, signal, status) => {
  const { telemetry, spans } = setUp();
  const operation = telemetry.start(callReader(), {}, [{}]);
  if (operation === undefined) throw new Error('not recorded');
  failBySignal(operation, error, signal);
  expect(spans()[0]?.status.code).toBe(status);
  expect(spans()[0]?.attributes['llm_otel.stream.outcome']).toBe(status === 0 ? 'cancelled' : undefined);
});

test.each(ROWS)('agent: %s', (_, error, signal, status) => {
  const { telemetry, spans } = setUp();
  const activity = startActivity(telemetry, () => ({ operation: 'invoke_agent' }));
  if (activity === undefined) throw new Error('not recorded');
  new AgentRun(activity, signal).fail(error);
  expect(spans()[0]?.status.code).toBe(status);
});

test('a stream of a controller that is aborted with a reason is cancelled by the reason alone', () => {
  for (const [error, status] of [['user-stop', 0] as const, [new Error('reset'), 2] as const]) {
    const { telemetry, spans } = setUp();
    const operation = telemetry.start(callReader(), {}, [{}]);
    if (operation === undefined) throw new Error('not recorded');
    new StreamState(operation, aborted).failed(error);
    expect(spans()[0]?.status.code).toBe(status);
  }
});

test('a signal of another realm is a signal', () => {
  expect(asSignal({ aborted: false, addEventListener() {} })).toBeDefined();
  for (const value of [undefined, null, {}, 'signal', { aborted: true }]) expect(asSignal(value)).toBeUndefined();
});
