import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { runNode } from '../support/spawn.ts';

/** An application that knows nothing of telemetry, started with one flag, on every way a process can end. */
const APP = `
const client = new OpenAI({ apiKey: 'none', baseURL: process.env.PROVIDER + '/v1', maxRetries: 0 });
const messages = [{ role: 'user', content: 'Say hello' }];
const answer = await client.chat.completions.create({ model: 'gpt-4o', messages });
console.log('answer', answer.usage.total_tokens);
let chunks = 0;
for await (const chunk of await client.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true, stream_options: { include_usage: true } })) chunks++;
console.log('stream', chunks > 2);
await client.embeddings.create({ model: '{status=429}text-embedding-3-small', input: 'x' }).catch((e) => console.log('failed', e.status));
const open = await client.chat.completions.create({ model: '{slow=100,chunks=200}o4-mini', messages, stream: true });
const reading = open[Symbol.asyncIterator]();
await reading.next();
console.log('reading');
`;

const LOADED = {
  mjs: { nodeArgs: ['--import', '@x/llm-otel/register'], env: {} },
  cjs: { nodeArgs: ['--require', '@x/llm-otel/register'], env: {} },
  'NODE_OPTIONS, mjs': { nodeArgs: [], env: { NODE_OPTIONS: '--import @x/llm-otel/register' } },
  'NODE_OPTIONS, cjs': { nodeArgs: [], env: { NODE_OPTIONS: '--require @x/llm-otel/register' } },
} as const;

const ENDS = [
  { how: 'process.exit()', code: 'process.exit(3);', status: 3 },
  {
    how: 'an uncaught error',
    code: "setImmediate(() => { throw new Error('boom'); }); await new Promise(() => {});",
    status: 1,
  },
  { how: 'an unhandled rejection', code: "Promise.reject(new Error('nope')); await new Promise(() => {});", status: 1 },
  { how: 'SIGTERM', code: "process.kill(process.pid, 'SIGTERM'); await new Promise(() => {});", signal: 'SIGTERM' },
  { how: 'SIGINT', code: "process.kill(process.pid, 'SIGINT'); await new Promise(() => {});", signal: 'SIGINT' },
  { how: 'its natural end', code: 'await reading.return();', status: 0 },
] as const;

function source(kind: 'mjs' | 'cjs', end: string): string {
  return kind === 'mjs'
    ? `import OpenAI from 'openai';\n${APP}${end}`
    : `const OpenAI = require('openai');\n(async () => {${APP}${end}})();`;
}

describe('an unchanged application under one flag', () => {
  let provider: ProviderServer;
  beforeAll(async () => {
    provider = await startProviderServer();
  });
  afterAll(() => provider.close());

  for (const [loaded, { nodeArgs, env }] of Object.entries(LOADED)) {
    const kind = loaded.endsWith('cjs') ? 'cjs' : 'mjs';
    const ends = loaded.startsWith('NODE_OPTIONS') ? ENDS.slice(-1) : ENDS;
    it.each(ends)(`${loaded}: every call is a span when the process ends by $how`, async (end) => {
      const receiver = await startOtlpReceiver();
      const run = await runNode({
        source: source(kind, end.code),
        type: kind,
        nodeArgs: [...nodeArgs],
        env: { ...env, PROVIDER: provider.url, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
      });
      expect(run.stdout).toBe('answer 41\nstream true\nfailed 429\nreading\n');
      expect({ code: run.code, signal: run.signal }).toEqual({
        code: 'status' in end ? end.status : null,
        signal: 'signal' in end ? end.signal : null,
      });
      const spans = receiver.spans().filter((span) => span.scope.name === '@x/llm-otel/openai');
      const facts = spans
        .toSorted((a, b) => Number(a.startTime - b.startTime))
        .map((s) => [
          s.name,
          s.attributes['gen_ai.usage.input_tokens'],
          s.attributes['gen_ai.usage.output_tokens'],
          s.attributes['llm_otel.stream.outcome'],
          s.attributes['error.type'],
        ]);
      const left = end.how === 'its natural end' ? 'cancelled' : 'abandoned';
      expect(facts).toEqual([
        ['chat gpt-4o', 24, 17, undefined, undefined],
        ['chat gpt-4o-mini', 24, 17, 'completed', undefined],
        ['embeddings {status=429}text-embedding-3-small', undefined, undefined, undefined, 'rate_limit_exceeded'],
        ['chat {slow=100,chunks=200}o4-mini', undefined, undefined, left, undefined],
      ]);
      const durations = receiver.metrics().filter((m) => m.name === 'gen_ai.client.inference.duration');
      expect(durations.length).toBeGreaterThan(0);
      await receiver.close();
    });
  }
});
