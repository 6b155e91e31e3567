/** Every example of docs/primitives.md runs, against the provider server. */
import { readFileSync } from 'node:fs';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import * as primitives from '../../src/primitives/index.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { type Recording, startRecording } from './telemetry/recorded.ts';

const PAGE = readFileSync(new URL('../../docs/primitives.md', import.meta.url), 'utf8');
const EXAMPLES = [...PAGE.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code = '']) => code);

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

// Scopes need a context manager.
let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});
afterEach(() => recording.stop());

const messages = [{ role: 'user' as const, content: 'Hello' }];
const AsyncFunction = (async () => {}).constructor as new (
  ...parts: string[]
) => (...values: unknown[]) => Promise<void>;

/** What the examples take as there: clients of an application, whose requests go to the provider server. */
function stage(): Record<string, unknown> {
  const here = { apiKey: 'k', maxRetries: 0 };
  class OpenAIHere extends OpenAI {
    constructor(options: object) {
      super({ ...here, baseURL: `${server.url}/v1`, ...options });
    }
  }
  class AnthropicHere extends Anthropic {
    constructor(options: object) {
      super({ ...here, baseURL: server.url, ...options });
    }
  }
  const openai = new OpenAIHere({});
  const ask = async (input: { messages: typeof messages }, { signal }: primitives.CallContext) =>
    (await openai.chat.completions.create({ model: 'gpt-4o-mini', ...input }, { signal })).choices[0]?.message.content;
  return {
    ...primitives,
    OpenAI: OpenAIHere,
    Anthropic: AnthropicHere,
    redis: primitives.memoryStore({}),
    askOpenai: ask,
    askAnthropic: ask,
    readKey: () => 'k',
    messages,
    request: Object.assign({ model: 'gpt-4o-mini', messages }),
    message: { model: 'claude-haiku-4-5', max_tokens: 9, messages },
  };
}

test.each(EXAMPLES.map((code) => [code.trim().split('\n').at(-1) ?? '', code]))('%s', async (_, code) => {
  // What an example declares itself is no parameter.
  const values = Object.entries({
    ...stage(),
    openai: new OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1` }),
  }).filter(([name]) => !new RegExp(`const ${name}\\b`).test(code));
  const body = code.replaceAll(/^import .*;$/gm, '');
  const run = new AsyncFunction(...values.map(([name]) => name), body);
  await expect(run(...values.map(([, value]) => value))).resolves.toBeUndefined();
});

test('the page names every metric of the primitives, and Prometheus names in its queries', () => {
  const source = readFileSync(new URL('../../src/primitives/telemetry/instruments.ts', import.meta.url), 'utf8');
  const names = [...source.matchAll(/'(llm_otel\.[a-z_.]+)'/g)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(12);
  const isNamed = (name: string): boolean =>
    PAGE.includes(`\`${name}\``) || PAGE.includes(`\`.${name.split('.').slice(2).join('.')}\``);
  expect(names.filter((name) => !isNamed(name))).toEqual([]);
  const inPrometheus = names.map((name) => name.replaceAll('.', '_'));
  const queried = [...PAGE.matchAll(/\b(llm_otel_[a-z_]+?)(?:_total|_seconds_bucket|_ratio)\b/g)].map(
    ([, name]) => name,
  );
  expect(queried.filter((name) => !inPrometheus.includes(name ?? ''))).toEqual([]);
});
