/**
 * What goes wrong on the way, for every SDK: the application gets what it would have got, and the one span of the call
 * says how it ended.
 */
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/options.ts';
import { Patcher } from '../../src/patching/wrapping/patcher.ts';
import { CallRecorder } from '../../src/telemetry/call/call-recorder.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { tracing } from '../telemetry/in-memory.ts';
import { SDKS, type Sdk } from './faults/sdks.ts';

type Mode = 'unary' | 'stream';

interface Fault {
  readonly name: string;
  /** Keys of `test/support/scenario.ts`. */
  readonly scenario: string;
  /** Default: both. */
  readonly mode?: Mode;
  /** The application gives up after so many milliseconds. */
  readonly abort?: number;
  /** A stream that ends early without an error. */
  readonly truncates?: boolean;
}

const FAULTS: readonly Fault[] = [
  { name: 'none', scenario: 'ok' },
  { name: 'HTTP 400', scenario: 'status=400' },
  { name: 'HTTP 401', scenario: 'status=401' },
  { name: 'HTTP 429, then good', scenario: 'status=429,times=1' },
  { name: 'HTTP 429 for ever', scenario: 'status=429' },
  { name: 'HTTP 500, then good', scenario: 'status=500,times=1' },
  { name: 'HTTP 529 for ever', scenario: 'status=529' },
  { name: 'reset before the headers', scenario: 'reset' },
  { name: 'reset, then good', scenario: 'reset,times=1' },
  { name: 'reset in the middle', scenario: 'reset,after=2', mode: 'stream' },
  { name: 'closed in the middle', scenario: 'drop' },
  { name: 'ends early', scenario: 'truncate', mode: 'stream', truncates: true },
  { name: 'ends early, half of the JSON', scenario: 'truncate', mode: 'unary' },
  { name: 'no JSON', scenario: 'malformed' },
  { name: 'error event', scenario: 'error,after=2', mode: 'stream' },
  { name: 'no headers in time', scenario: 'hang' },
  { name: 'silence in the middle', scenario: 'hang,after=2', mode: 'stream', abort: 150 },
  { name: 'given up while waiting', scenario: 'slow=2000', abort: 60 },
  { name: 'slow headers', scenario: 'slow=100' },
  { name: 'slow chunks', scenario: 'delay=5', mode: 'stream' },
  { name: 'page of a proxy', scenario: 'html' },
  { name: 'empty body', scenario: 'empty', mode: 'unary' },
  { name: 'empty stream', scenario: 'empty', mode: 'stream', truncates: true },
  { name: 'no usage', scenario: 'nousage' },
];

/** What the application saw of a call. */
interface Seen {
  readonly error: string | undefined;
  readonly value: string | undefined;
  readonly chunks: number;
  readonly requests: number;
}

let server: ProviderServer;
const { provider, spans } = tracing();

beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

/** Differs from run to run: addresses, dates and generated ids. */
const stable = (text: string): string => text.replace(/"created":\d+/g, '').replace(/127\.0\.0\.1:\d+/g, 'HOST');

async function call(sdk: Sdk, mode: Mode, fault: Fault): Promise<Seen> {
  server.reset();
  const controller = new AbortController();
  const { signal } = controller;
  // Their back-off takes the time of the table.
  const retries = fault.scenario.includes('times') ? 1 : 0;
  const args = { url: server.url, model: `{${fault.scenario}}model`, signal, retries };
  if (fault.abort !== undefined) setTimeout(() => controller.abort(), fault.abort);
  const seen: string[] = [];
  let error: string | undefined;
  try {
    if (mode === 'unary') seen.push(JSON.stringify(await sdk.unary(args)) ?? 'undefined');
    else for await (const chunk of await sdk.stream(args)) seen.push(JSON.stringify(chunk));
  } catch (thrown) {
    const { message, status } = thrown as Error & { status?: number };
    error = stable(`${(thrown as object).constructor.name} ${status} ${message}`);
  }
  const requests = server.requests.filter(({ path }) => path !== '/').length;
  return { error, value: stable(seen.join('\n')), chunks: seen.length, requests };
}

function expectSpan(span: ReadableSpan | undefined, sdk: Sdk, mode: Mode, fault: Fault, seen: Seen): void {
  const cut =
    (fault.truncates === true && sdk.silentTruncation === true) ||
    (fault.scenario.startsWith('error') && sdk.silentErrors === true);
  const failed = cut || (seen.error !== undefined && fault.abort === undefined);
  const outcome = fault.abort !== undefined ? 'cancelled' : failed ? 'failed' : 'completed';
  expect(span?.status.code).toBe(failed ? 2 : 0);
  expect(typeof span?.attributes['error.type']).toBe(failed ? 'string' : 'undefined');
  expect(span?.events.filter(({ name }) => name === 'exception')).toHaveLength(failed ? 1 : 0);
  if (mode === 'stream') {
    expect(span?.attributes['llm_otel.stream.outcome']).toBe(outcome);
    expect(span?.attributes['llm_otel.stream.chunks'] ?? 0).toBe(seen.chunks);
  }
  const reasons = span?.attributes['gen_ai.response.finish_reasons'];
  if (failed || fault.truncates || fault.abort !== undefined) expect([undefined, ['error']]).toContainEqual(reasons);
  else if (seen.value !== 'undefined') expect(reasons).toEqual(['stop']);
}

describe.each(SDKS.map((sdk) => [sdk.name, sdk] as const))('%s', (_, sdk) => {
  const patcher = new Patcher(new CallRecorder(`@x/llm-otel/${sdk.name}`, '0', resolveConfig({}, {})));
  patcher.telemetry.setTracerProvider(provider);
  const rows = FAULTS.flatMap((fault) =>
    (fault.mode === undefined ? (['unary', 'stream'] as const) : [fault.mode])
      .filter((mode) => mode === 'stream' || sdk.unsettled?.includes(fault.name) !== true)
      .map((mode) => ({ ...fault, mode })),
  );

  it.each(rows)('$mode: $name', async (fault) => {
    patcher.unwrapAll();
    const plain = await call(sdk, fault.mode, fault);
    (spans() as unknown[]).length = 0;
    expect(sdk.provider.patch(sdk.exports, patcher)).toBe(true);
    const seen = await call(sdk, fault.mode, fault);
    expect(seen).toEqual(plain);
    await expect.poll(() => spans().length).toBe(1);
    expectSpan(spans()[0], sdk, fault.mode, fault, seen);
  });
});
