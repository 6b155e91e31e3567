/** The entry `@x/llm-otel/manual`: what it loads, and what becomes of it in a bundle. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { rolldown } from 'rolldown';
import { afterAll, describe, expect, test } from 'vitest';
import * as index from '../../src/index.ts';
import * as manual from '../../src/manual.ts';
import { ROOT, runNode } from '../support/spawn.ts';

const folder = mkdtempSync(join(tmpdir(), 'llm-otel-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('everything in it is in the main entry too', () => {
  for (const [name, value] of Object.entries(manual)) expect(index).toHaveProperty(name, value);
});

test('it has the state of the main entry', async () => {
  const source = `
    import * as esm from '@x/llm-otel/manual';
    import * as main from '@x/llm-otel';
    import { createRequire } from 'node:module';
    const cjs = createRequire(import.meta.url)('@x/llm-otel/manual');
    console.log(Object.keys(esm).every((name) => esm[name] === cjs[name] && esm[name] === main[name]));`;
  expect(await runNode({ source })).toMatchObject({ stdout: 'true\n', stderr: '', code: 0 });
});

test('it loads no other package and no module of Node', async () => {
  const source = `
    const before = new Set(process.moduleLoadList);
    require('@x/llm-otel/manual');
    const builtins = process.moduleLoadList.filter((name) => !before.has(name) && !/internal/.test(name));
    const others = Object.keys(require.cache).filter((file) => file !== __filename && !/[\\\\/]dist[\\\\/][\\w.-]+$/.test(file));
    console.log(JSON.stringify([builtins, others]));`;
  expect(await runNode({ source, type: 'cjs' })).toMatchObject({ stdout: '[[],[]]\n', stderr: '', code: 0 });
});

/** Makes calls and leaves the names and costs of their spans in `seen`; a tracer is all there is of OpenTelemetry. */
const APPLICATION = `
import { OpenAI } from 'openai';
import { instrument, traceGeneration } from '@x/llm-otel/manual';
const start = (name) => {
  const attributes = {};
  return {
    isRecording: () => true,
    spanContext: () => ({ traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 }),
    setAttributes: (more) => Object.assign(attributes, more),
    addEvent() {}, setStatus() {}, updateName() {},
    end: () => globalThis.seen.push([name, attributes['gen_ai.usage.cost'], attributes['llm_otel.stream.outcome']]),
  };
};
globalThis[Symbol.for('opentelemetry.js.api.1')] = { version: '1.9.0', trace: { getTracer: () => ({ startSpan: start }) } };
globalThis.seen = [];
const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };
const chunk = { id: '1', model: 'gpt-4o', choices: [{ index: 0, delta: { content: 'hi' }, finish_reason: 'stop' }], usage };
const fetch = async (_url, { body }) => body.includes('"stream":true')
  ? new Response('data: ' + JSON.stringify(chunk) + '\\n\\ndata: [DONE]\\n\\n', { headers: { 'content-type': 'text/event-stream' } })
  : Response.json({ id: '1', model: 'gpt-4o', choices: [], usage });
const client = instrument(new OpenAI({ apiKey: 'k', fetch, dangerouslyAllowBrowser: true }));
const request = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] };
globalThis.done = (async () => {
  await client.chat.completions.create(request);
  for await (const _ of await client.withOptions({}).chat.completions.create({ ...request, stream: true }));
  for await (const _ of traceGeneration({ provider: 'openai', model: 'gpt-4o', input: 'hi' }, async function* (call) {
    yield 'hi';
    call.response({ usage: { inputTokens: 1000, outputTokens: 100 } });
  }));
  return JSON.stringify(globalThis.seen);
})();
`;

const EXPECTED = JSON.stringify([
  ['chat gpt-4o', 0.0035, undefined],
  ['chat gpt-4o', 0.0035, 'completed'],
  ['chat gpt-4o', 0.0035, 'completed'],
]);

async function bundled(platform: 'node' | 'browser', minify: boolean): Promise<string> {
  const entry = join(folder, 'application.mjs');
  writeFileSync(entry, APPLICATION);
  const bundle = await rolldown({
    input: entry,
    platform,
    // The application's folder is not in the project.
    resolve: {
      modules: [join(ROOT, 'node_modules')],
      alias: { '@x/llm-otel/manual': join(ROOT, 'dist', 'manual.mjs') },
    },
  });
  const { output } = await bundle.generate({ format: 'iife', minify });
  return output[0].code;
}

/** What browsers and workers have. */
const WEB = [
  'TextEncoder',
  'TextDecoder',
  'URL',
  'URLSearchParams',
  'Headers',
  'Request',
  'Response',
  'ReadableStream',
  'AbortController',
  'AbortSignal',
  'FormData',
  'Blob',
  'File',
  'performance',
  'crypto',
  'btoa',
  'console',
  'fetch',
  'DOMException',
] as const;

/** A realm with nothing of Node: timers are numbers. */
function realm(without: readonly string[] = []): Record<string, unknown> {
  const globals: Record<string, unknown> = Object.fromEntries(WEB.map((name) => [name, globalThis[name]]));
  const numbered = new Map<number, NodeJS.Timeout>();
  globals.setTimeout = (run: () => void, ms: number) => {
    const id = numbered.size + 1;
    numbered.set(id, setTimeout(run, ms).unref());
    return id;
  };
  globals.clearTimeout = (id: number) => clearTimeout(numbered.get(id));
  const context = createContext(globals);
  for (const name of without) runInContext(`delete globalThis.${name}`, context);
  return context;
}

describe('in a bundle', () => {
  test.each([
    ['for a browser', 'browser', false, []],
    ['for a browser, minified', 'browser', true, []],
    ['for a runtime without FinalizationRegistry', 'browser', true, ['FinalizationRegistry']],
  ] as const)('%s, without anything of Node', async (_about, platform, minify, without) => {
    const context = realm(without);
    runInContext(await bundled(platform, minify), context);
    expect(await context.done).toBe(EXPECTED);
  });

  test('for Node, away from any node_modules', async () => {
    const file = join(folder, 'bundle.cjs');
    writeFileSync(file, `${await bundled('node', true)}\nglobalThis.done.then((seen) => console.log(seen));\n`);
    expect(await runNode({ file, cwd: folder })).toMatchObject({ stdout: `${EXPECTED}\n`, stderr: '', code: 0 });
  });
});
