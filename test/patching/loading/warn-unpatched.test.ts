import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProviderServer, startProviderServer } from '../../support/provider-server.ts';
import { ROOT, runNode } from '../../support/spawn.ts';

/** Ways in which an application has a copy of the SDK that no hook can reach, and what has to be said about it. */
const DIST = JSON.stringify(`${ROOT}/dist/index.cjs`);
const CALL = `
  const client = new OpenAI({ apiKey: 'none', baseURL: process.env.PROVIDER + '/v1' });
  const answer = await client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] });
  console.log(answer.choices[0].message.role);
`;
const CASES: readonly { name: string; source: string; warns: boolean }[] = [
  {
    name: 'an ES module imported before the instrumentation',
    source: `import OpenAI from 'openai';
      const { OpenAIInstrumentation } = (await import(${DIST})).default;
      new OpenAIInstrumentation();${CALL}`,
    warns: true,
  },
  {
    name: 'the same, patched by hand',
    source: `import * as sdk from 'openai';
      const { OpenAIInstrumentation } = (await import(${DIST})).default;
      new OpenAIInstrumentation().patch(sdk);
      const OpenAI = sdk.default;${CALL}`,
    warns: false,
  },
  {
    name: 'a CommonJS module required before the instrumentation: it is found in the cache',
    source: `import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      const { OpenAI } = require('openai');
      const { OpenAIInstrumentation } = require(${DIST});
      new OpenAIInstrumentation();${CALL}`,
    warns: false,
  },
  {
    name: 'a minified bundle, whose classes have lost their names',
    source: `const { OpenAIInstrumentation } = (await import(${DIST})).default;
      new OpenAIInstrumentation();
      await fetch(process.env.PROVIDER + '/v1/chat/completions', { method: 'POST', headers: { 'user-agent': 'x/JS 7.55.0' } }).catch(() => {});
      console.log('assistant');`,
    warns: true,
  },
  {
    name: 'an SDK loaded after it',
    source: `const { OpenAIInstrumentation } = (await import(${DIST})).default;
      new OpenAIInstrumentation();
      const { OpenAI } = await import('openai');${CALL}`,
    warns: false,
  },
];

/** Applications with register: what `register` patches, and one copy more that was loaded before. */
const SDK = `
  import OpenAI from 'openai';
  import { context } from '@opentelemetry/api';
  const early = new globalThis.Early({ apiKey: 'none', baseURL: process.env.PROVIDER + '/v1', maxRetries: 0 });
  const client = new OpenAI({ apiKey: 'none', baseURL: process.env.PROVIDER + '/v1', maxRetries: 0 });
  const body = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] };`;
const EARLY = "import OpenAI from 'openai'; globalThis.Early = OpenAI;";
/** Imports the CommonJS copy after register too, so that one copy is patched. */
const PATCHED = "import { createRequire } from 'node:module'; createRequire(import.meta.url)('openai');";
const WRAPPED = `${EARLY}
  const { create } = OpenAI.Chat.Completions.prototype;
  OpenAI.Chat.Completions.prototype.create = Object.assign(function (...args) { return create.apply(this, args); }, { __wrapped: true, __original: create });`;

const COPIES: readonly { name: string; preload: string; source: string; warns: boolean }[] = [
  {
    name: 'a copy that was loaded before, beside a copy that is patched',
    preload: EARLY,
    source: `${PATCHED}${SDK} await early.chat.completions.create(body); await early.chat.completions.create(body);`,
    warns: true,
  },
  {
    name: 'a copy that another instrumentation wrapped before',
    preload: WRAPPED,
    source: `${PATCHED}${SDK} await client.chat.completions.create(body);`,
    warns: true,
  },
  {
    name: 'requests that are no model calls',
    preload: EARLY,
    source: `${PATCHED}${SDK} await early.models.list().catch(() => {}); await early.files.list().catch(() => {});
      await early.batches.create({}).catch(() => {}); await early.responses.retrieve('r').catch(() => {});`,
    warns: false,
  },
  {
    name: 'a call in a suppressed context',
    preload: EARLY,
    source: `${PATCHED}${SDK}
      const suppressed = context.active().setValue(Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING'), true);
      await context.with(suppressed, () => early.chat.completions.create(body));`,
    warns: false,
  },
  {
    name: 'a call through a fetch of a test',
    preload: EARLY,
    source: `${PATCHED}${SDK}
      const fetch = async () => Response.json({ choices: [] });
      await early.withOptions({ fetch }).chat.completions.create(body);`,
    warns: false,
  },
  {
    name: 'calls of a patched copy, one after another and at the same time',
    preload: 'globalThis.Early = Object;',
    source: `${SDK} await client.chat.completions.create(body);
      await Promise.all([1, 2, 3].map(() => client.responses.create({ model: 'gpt-4o', input: 'hi' })));`,
    warns: false,
  },
];

describe('a copy of an SDK beside register', () => {
  let server: ProviderServer;
  beforeAll(async () => {
    server = await startProviderServer();
  });
  afterAll(() => server.close());

  it.each(COPIES)('$name: warns $warns', async ({ preload, source, warns }) => {
    const { code, stderr } = await runNode({
      nodeArgs: [
        '--import',
        `data:text/javascript,${encodeURIComponent(preload.replace("'openai'", JSON.stringify(import.meta.resolve('openai'))))}`,
        ...['--import', '@x/llm-otel/register'],
      ],
      source,
      env: { PROVIDER: server.url, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', LLM_OTEL_LOG: 'warn' },
    });
    const lines = stderr.split('\n').filter((line) => line.includes('is not recorded'));
    expect(code).toBe(0);
    expect(lines).toHaveLength(warns ? 1 : 0);
    if (warns) expect(lines[0]).toMatch(/openai \(OpenAI\/JS [\d.]+\) made a request that is not recorded/);
  });
});

describe('an SDK that is not patched', () => {
  let server: ProviderServer;
  beforeAll(async () => {
    server = await startProviderServer();
  });
  afterAll(() => server.close());

  it.each(CASES)('$name: warns $warns', async ({ source, warns }) => {
    const run = await runNode({ source, cwd: ROOT, env: { PROVIDER: server.url } });
    expect(run).toMatchObject({ code: 0, stdout: 'assistant\n' });
    if (warns)
      expect(run.stderr).toMatch(
        /warning: openai \((?:OpenAI\/JS [\d.]+|x\/JS 7\.55\.0, minified)\) made a request that is not recorded.*register first/,
      );
    else expect(run.stderr).toBe('');
  });
});
