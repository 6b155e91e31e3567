import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RequestFacts, ResponseFacts, StreamUsage } from '../../../src/facts/call.ts';
import { asksForUsage } from '../../../src/providers/openai/stream-usage.ts';
import { chatFacts } from '../../telemetry/in-memory.ts';

/** Messages are said once a process: every test gets modules of its own. */
let said: string[];

beforeEach(() => {
  vi.resetModules();
  said = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const ASKED: readonly (readonly [setting: StreamUsage | undefined, host: string | undefined, asked: boolean])[] = [
  [undefined, 'api.openai.com', false],
  ['off', 'api.openai.com', false],
  ['inject', 'api.openai.com', true],
  ['inject', 'eu.api.openai.com', true],
  ['inject', 'fake-api.openai.com', false],
  ['inject', 'my.openai.azure.com', false],
  ['inject', 'api.mistral.ai', false],
  ['inject', 'localhost', false],
  ['inject', undefined, false],
  [['localhost'], 'localhost', true],
  [['localhost'], 'api.openai.com', true],
  [['*.openai.azure.com'], 'my.openai.azure.com', true],
  [['*.openai.azure.com'], 'openai.azure.com', false],
  [['azure.com'], 'my.openai.azure.com', false],
];

test.each(ASKED)('with %j a stream of %s is asked: %s', (setting, host, asked) => {
  expect(asksForUsage(setting, host)).toBe(asked);
});

const UNASKED = { usageNotRequested: true } as const;
const USAGE: ResponseFacts = { usage: { input: 1 } };

type Row = readonly [
  about: string,
  setting: StreamUsage | undefined,
  request: Partial<RequestFacts>,
  response: ResponseFacts,
  /** What the variable is said to be set to; nothing is said without. */
  value?: string,
];

const HINTS: readonly Row[] = [
  ['OpenAI, nothing decided', undefined, UNASKED, {}, 'inject'],
  ['a server of one’s own', undefined, { ...UNASKED, address: 'llm.corp.example' }, {}, 'llm.corp.example'],
  ['a host that is not in the list', ['a.example'], { ...UNASKED, address: 'b.example' }, {}, 'b.example'],
  ['a host that has to be chosen', 'inject', { ...UNASKED, address: 'b.example' }, {}, 'b.example'],
  ['decided against it', 'off', UNASKED, {}],
  ['asked, and none came', 'inject', UNASKED, {}],
  ['the application has decided', undefined, {}, {}],
  ['counts came all the same', undefined, UNASKED, USAGE],
  ['the answer says that it failed', undefined, UNASKED, { failure: { type: 'server_error' } }],
];

test.each(HINTS.map((row) => [row[0], row] as const))('hint: %s', async (_, row) => {
  const [, setting, request, response, value] = row;
  const { hintAtUsage } = await import('../../../src/providers/openai/stream-usage.ts');
  const settings = { streamUsage: setting };
  hintAtUsage(chatFacts(request), response, settings);
  hintAtUsage(chatFacts({ ...request, address: 'another.example' }), response, settings);
  if (value === undefined) expect(said).toEqual(setting === 'inject' ? [expect.any(String)] : []);
  else {
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('stream_options: { include_usage: true }');
    expect(said[0]).toContain(`LLM_OTEL_STREAM_USAGE=${value}. `);
  }
});
