import diagnostics, { channel, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { rowsOf } from '../../support/source-tables.ts';
import { freshWarnings } from '../../support/warnings.ts';

const PATCHED = Symbol.for('@x/llm-otel.patched');
const said = freshWarnings();

/** Every test has a copy of the module, and must not hear those of the tests before it. */
let listening: Parameters<typeof unsubscribe>[] = [];
beforeEach(() => {
  const { subscribe } = diagnostics;
  vi.spyOn(diagnostics, 'subscribe').mockImplementation((name, listener) => {
    listening.push([name, listener]);
    subscribe(name, listener);
  });
});
afterEach(() => {
  for (const [name, listener] of listening) unsubscribe(name, listener);
  listening = [];
  Reflect.deleteProperty(globalThis, PATCHED);
});

/** A request to a path of models. */
const CALL = { method: 'POST', path: '/v1/answers' };
const modelPath = /\/answers$/;

/** Tells of requests with `headers`, in each way that Node tells of them. */
const WAYS: Readonly<Record<string, (headers: Readonly<Record<string, string>>) => void>> = {
  'undici, a list': (headers) =>
    channel('undici:request:create').publish({ request: { ...CALL, headers: Object.entries(headers).flat() } }),
  'undici of Node 20, a string': (headers) =>
    channel('undici:request:create').publish({
      request: { ...CALL, headers: Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('') }, // biome-ignore format: one line
    }),
  http: (headers) =>
    channel('http.client.request.start').publish({ request: { ...CALL, getHeader: (name: string) => headers[name] } }),
};

async function watch() {
  const { markPatched, warnOfUnpatched } = await import('../../../src/patching/loading/warn-unpatched.ts');
  warnOfUnpatched([
    { name: 'openai', module: 'openai', userAgent: /^OpenAI\/JS /, modelPath },
    { name: 'google-genai', module: '@google/genai', userAgent: /^google-genai-sdk\//, modelPath },
    { name: 'anthropic', module: '@anthropic-ai/sdk', userAgent: /^Anthropic\/JS /, modelPath },
    { name: 'silent', module: 'silent' },
  ]);
  return markPatched;
}

/** A header of an SDK, and the SDK that is warned of. */
const INTRODUCTIONS: readonly (readonly [headers: Readonly<Record<string, string>>, module: string | undefined])[] = [
  [{ 'user-agent': 'OpenAI/JS 7.55.0' }, 'openai'],
  [{ 'x-goog-api-client': 'google-genai-sdk/2.0' }, '@google/genai'],
  [{ 'user-agent': 'ab/JS 7.55.0' }, 'openai'],
  [{ 'user-agent': 'a/JS 1.0.0', 'anthropic-version': '2023-06-01' }, '@anthropic-ai/sdk'],
  [{ 'user-agent': 'abcd/JS 1.0.0' }, undefined],
  [{ 'user-agent': 'curl/8' }, undefined],
  [{ 'x-other': 'OpenAI/JS 7.55.0' }, undefined],
  [{}, undefined],
];

describe.each(Object.entries(WAYS))('a request through %s', (_, publish) => {
  test.each(INTRODUCTIONS)('with %j warns of %s', async (headers, module) => {
    await watch();
    publish(headers);
    publish(headers);
    const warnings = said().split('\n').filter(Boolean);
    if (module === undefined) expect(warnings).toEqual([]);
    else expect(warnings).toEqual([expect.stringContaining(`${module} (${Object.values(headers)[0]}`)]);
  });

  test('of an SDK that is patched warns of nothing', async () => {
    const markPatched = await watch();
    markPatched('openai');
    publish({ 'user-agent': 'OpenAI/JS 7.55.0' });
    publish({ 'user-agent': 'ab/JS 7.55.0' });
    expect(said()).toBe('');
    publish({ 'user-agent': 'Anthropic/JS 1.0.0' });
    expect(said()).toContain('@anthropic-ai/sdk');
  });
});

test('what a request says of itself is cut at 60 characters', async () => {
  await watch();
  WAYS.http?.({ 'user-agent': `OpenAI/JS ${'x'.repeat(100)}` });
  expect(said()).toContain(`(OpenAI/JS ${'x'.repeat(50)})`);
});

test('a request that cannot be read costs nothing', async () => {
  await watch();
  for (const message of [undefined, {}, { request: {} }, { request: { headers: 7 } }])
    channel('undici:request:create').publish(message);
  expect(said().split('\n').filter((line) => line.includes('was not recorded'))).toEqual([]); // biome-ignore format: one line
});

test('every header in which SDKs introduce themselves has a row here', () => {
  const tested = new Set(INTRODUCTIONS.flatMap(([headers]) => Object.keys(headers)));
  const headers = rowsOf('src/patching/loading/warn-unpatched.ts', 'SDK_HEADERS');
  expect(headers.filter((name) => !tested.has(name))).toEqual([]);
});
