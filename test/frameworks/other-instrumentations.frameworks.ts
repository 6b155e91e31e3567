import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { complaints, runApplication } from '../support/application.ts';
import { duplicates, modelSpans } from '../support/duplicates.ts';
import { type Folder, nodeBinary, packProject, prepareApplication } from '../support/folders.ts';

/** contrib, OpenInference and Traceloop beside this package, in both orders: one model span for each call, ours. */
const CONTRIB = '@opentelemetry/instrumentation-openai';
const OPENINFERENCE = '@arizeai/openinference-instrumentation-openai';
const TRACELOOP = '@traceloop/instrumentation-openai';

type Type = 'mjs' | 'cjs';

/** How this package is there: not at all, by its classes before or after the other one, by `register` before or after. */
const ORDERS = {
  alone: 'without this package',
  'class first': '`[ours, theirs]`',
  'class last': '`[theirs, ours]`',
  'register first': '`register`, theirs',
  'register last': 'theirs, `register`',
} as const;
type Order = keyof typeof ORDERS;

interface Application {
  readonly name: string;
  readonly sdk: keyof typeof SDKS;
  /** Version of the SDK. */
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  /** npm name of the other instrumentation. */
  readonly other: string;
  readonly types: readonly Type[];
  readonly orders: readonly Order[];
  /** The application hands the SDK to the other instrumentation itself. */
  readonly byHand?: true;
  /** A set-up that comes ready, instead of the one written here. */
  readonly setUp?: string;
  /** OpenTelemetry's loader hook, which applications made of ES modules need, is not there. */
  readonly hookless?: true;
  /** Scopes of the model spans of the other one alone. It misses what it does not support. */
  readonly alone: Readonly<Record<Type, number>>;
}

const SDK_3 = { '@opentelemetry/api': '1.10.0', '@opentelemetry/sdk-node': '0.301.0' };
const SDK_2 = { '@opentelemetry/api': '1.9.1', '@opentelemetry/sdk-node': '0.223.0' };
const ALL = Object.keys(ORDERS) as Order[];
const BOTH = ['mjs', 'cjs'] as const;

const APPLICATIONS: readonly Application[] = [
  {
    name: 'contrib 0.22.0',
    sdk: 'openai',
    version: '6.49.0',
    dependencies: { ...SDK_3, [CONTRIB]: '0.22.0' },
    other: CONTRIB,
    types: BOTH,
    orders: ALL,
    alone: { mjs: 5, cjs: 5 },
  },
  {
    name: 'auto-instrumentations-node 0.82.0',
    sdk: 'openai',
    version: '6.49.0',
    dependencies: { '@opentelemetry/api': '1.10.0', '@opentelemetry/auto-instrumentations-node': '0.82.0' },
    other: CONTRIB,
    types: BOTH,
    orders: ['alone', 'register first', 'register last'],
    setUp: '@opentelemetry/auto-instrumentations-node/register',
    // It brings no loader hook for ES modules.
    alone: { mjs: 0, cjs: 5 },
  },
  {
    name: 'contrib 0.11.0',
    sdk: 'openai',
    version: '5.23.2',
    dependencies: { ...SDK_2, [CONTRIB]: '0.11.0' },
    other: CONTRIB,
    types: ['cjs'],
    orders: ['alone', 'class first', 'register last'],
    alone: { mjs: 4, cjs: 4 },
  },
  {
    name: 'OpenInference 4.2.7',
    sdk: 'openai',
    version: '7.59.0',
    dependencies: { ...SDK_3, [OPENINFERENCE]: '4.2.7' },
    other: OPENINFERENCE,
    types: BOTH,
    orders: ALL,
    alone: { mjs: 5, cjs: 5 },
  },
  {
    name: 'OpenInference 4.2.7, no loader hook',
    sdk: 'openai',
    version: '6.49.0',
    dependencies: { ...SDK_3, [OPENINFERENCE]: '4.2.7' },
    other: OPENINFERENCE,
    types: ['mjs'],
    orders: ['alone', 'class first', 'register first', 'register last'],
    hookless: true,
    // Its ES module loads that of openai.
    alone: { mjs: 0, cjs: 0 },
  },
  {
    name: 'OpenInference 4.2.7, `manuallyInstrument`',
    sdk: 'openai',
    version: '6.49.0',
    dependencies: { ...SDK_3, [OPENINFERENCE]: '4.2.7' },
    other: OPENINFERENCE,
    types: BOTH,
    orders: ['alone', 'register first'],
    byHand: true,
    alone: { mjs: 5, cjs: 5 },
  },
  {
    name: 'OpenInference 2.0.3',
    sdk: 'openai',
    version: '4.104.0',
    dependencies: { ...SDK_2, [OPENINFERENCE]: '2.0.3' },
    other: OPENINFERENCE,
    types: ['cjs'],
    orders: ['alone', 'class first', 'register last'],
    alone: { mjs: 4, cjs: 4 },
  },
  {
    name: 'Traceloop 0.27.0',
    sdk: 'openai',
    version: '6.49.0',
    dependencies: { ...SDK_2, [TRACELOOP]: '0.27.0' },
    other: TRACELOOP,
    types: BOTH,
    orders: ALL,
    alone: { mjs: 0, cjs: 4 },
  },
  {
    name: 'Traceloop 0.27.0, `manuallyInstrument`',
    sdk: 'openai',
    version: '6.49.0',
    dependencies: { ...SDK_2, [TRACELOOP]: '0.27.0' },
    other: TRACELOOP,
    types: BOTH,
    orders: ['alone', 'register first'],
    byHand: true,
    alone: { mjs: 4, cjs: 4 },
  },
  {
    name: 'Traceloop 0.14.6',
    sdk: 'openai',
    version: '4.104.0',
    dependencies: { ...SDK_2, [TRACELOOP]: '0.14.6' },
    other: TRACELOOP,
    types: ['cjs'],
    orders: ['alone', 'class first', 'register last'],
    alone: { mjs: 3, cjs: 3 },
  },
  {
    name: 'OpenInference 0.2.8',
    sdk: '@anthropic-ai/sdk',
    version: '1.10.0',
    dependencies: { ...SDK_2, '@arizeai/openinference-instrumentation-anthropic': '0.2.8' },
    other: '@arizeai/openinference-instrumentation-anthropic',
    types: ['cjs'],
    orders: ALL,
    alone: { mjs: 3, cjs: 3 },
  },
  {
    name: 'Traceloop 0.27.0',
    sdk: '@anthropic-ai/sdk',
    version: '0.133.0',
    dependencies: { ...SDK_2, '@traceloop/instrumentation-anthropic': '0.27.0' },
    other: '@traceloop/instrumentation-anthropic',
    types: ['cjs'],
    orders: ['alone', 'class first', 'class last', 'register first'],
    alone: { mjs: 3, cjs: 3 },
  },
  {
    name: 'Traceloop 0.27.0',
    sdk: '@google/genai',
    version: '1.52.0',
    dependencies: { ...SDK_2, '@traceloop/instrumentation-google-generativeai': '0.27.0' },
    other: '@traceloop/instrumentation-google-generativeai',
    types: ['cjs'],
    orders: ['alone', 'class first', 'class last', 'register first'],
    alone: { mjs: 3, cjs: 3 },
  },
];

const load = (type: Type, names: string, from: string): string =>
  type === 'mjs'
    ? `import { ${names} } from '${from}';`
    : `const { ${names.replace(' as ', ': ')} } = require('${from}');`;

/** A set-up of OpenTelemetry as an application has it. */
function telemetry({ other, byHand, hookless, sdk, setUp }: Application, type: Type, order: Order): string {
  if (setUp !== undefined) return type === 'mjs' ? `import '${setUp}';` : `require('${setUp}');`;
  const ours = order.startsWith('class') ? load(type, 'getLlmInstrumentations', '@x/llm-otel') : '';
  const theirs = load(type, `${SDKS[sdk].instrumentation} as Theirs`, other);
  const lists = { 'class first': 'getLlmInstrumentations(), theirs', 'class last': 'theirs, getLlmInstrumentations()' };
  const list = order in lists ? lists[order as keyof typeof lists] : 'theirs';
  const hook =
    "import { register } from 'node:module';\nregister('@opentelemetry/instrumentation/hook.mjs', import.meta.url);";
  return [
    load(type, 'NodeSDK', '@opentelemetry/sdk-node'),
    ...(order === 'class first' ? [ours, theirs] : [theirs, ours]),
    type === 'mjs' && hookless === undefined ? hook : '',
    `const theirs = new Theirs(${byHand ? '{ enabled: false, instrumentationConfig: { enabled: false } }' : ''});`,
    `const sdk = new NodeSDK({ instrumentations: [${list}] });`,
    'sdk.start();',
    "process.once('beforeExit', () => sdk.shutdown());",
    byHand ? 'globalThis.instrumentByHand = (OpenAI) => theirs.manuallyInstrument(OpenAI);' : '',
  ].join('\n');
}

const QUESTION = `const messages = [{ role: 'user', content: 'Why is the sea blue?' }];`;

/** Applications: two equal calls, because the first one may find the other one on top of ours, and every kind of call. */
const SDKS = {
  openai: {
    instrumentation: 'OpenAIInstrumentation',
    calls: 5,
    load: { mjs: `import OpenAI from 'openai';`, cjs: `const OpenAI = require('openai');` },
    body: `
const client = new OpenAI({ apiKey: 'test', baseURL: process.env.PROVIDER_URL + '/v1' });
${QUESTION}
for (let i = 0; i < 2; i++)
  console.log((await client.chat.completions.create({ model: 'gpt-4o', messages })).choices[0].message.content);
const stream = { model: 'gpt-4o', messages, stream: true, stream_options: { include_usage: true } };
for await (const chunk of await client.chat.completions.create(stream)) console.log(JSON.stringify(chunk.choices));
console.log((await client.embeddings.create({ model: 'text-embedding-3-small', input: 'sea' })).data.length);
console.log((await client.responses.create({ model: 'gpt-4o', input: 'Why?' })).output_text);`,
  },
  '@anthropic-ai/sdk': {
    instrumentation: 'AnthropicInstrumentation',
    calls: 3,
    load: {
      mjs: `import Anthropic from '@anthropic-ai/sdk';`,
      cjs: `const { default: Anthropic } = require('@anthropic-ai/sdk');`,
    },
    body: `
const client = new Anthropic({ apiKey: 'test', baseURL: process.env.PROVIDER_URL });
${QUESTION}
const request = { model: 'claude-sonnet', messages, max_tokens: 99 };
for (let i = 0; i < 2; i++) console.log((await client.messages.create(request)).content[0].text);
for await (const event of await client.messages.create({ ...request, stream: true })) console.log(event.type);`,
  },
  '@google/genai': {
    instrumentation: 'GenAIInstrumentation',
    calls: 3,
    load: {
      mjs: `import { GoogleGenAI } from '@google/genai';`,
      cjs: `const { GoogleGenAI } = require('@google/genai');`,
    },
    body: `
const client = new GoogleGenAI({ apiKey: 'test', httpOptions: { baseUrl: process.env.PROVIDER_URL } });
const request = { model: 'gemini-flash', contents: 'Why is the sea blue?' };
for (let i = 0; i < 2; i++) console.log((await client.models.generateContent(request)).text);
for await (const chunk of await client.models.generateContentStream(request)) console.log(chunk.text);`,
  },
} as const;

function source({ byHand, other, sdk }: Application, type: Type): string {
  const { load, body } = SDKS[sdk];
  // Traceloop wants the class, OpenInference the module that holds it.
  const esm = other === OPENINFERENCE ? '{ OpenAI }' : 'OpenAI';
  const argument = type === 'mjs' ? esm : other === OPENINFERENCE ? 'OpenAI' : 'OpenAI.OpenAI';
  const hand = byHand ? `globalThis.instrumentByHand?.(${argument});` : '';
  return type === 'mjs' ? `${load.mjs}\n${hand}\n${body}` : `${load.cjs}\n${hand}\n(async () => {${body}})();`;
}

/** Scope of our spans. */
const OURS = { openai: 'openai', '@anthropic-ai/sdk': 'anthropic', '@google/genai': 'google-genai' } as const;

const table = duplicates('other-instrumentations');
const ROWS = APPLICATIONS.reduce((sum, { types, orders }) => sum + types.length * orders.length, 0);
afterAll(() => table.check(ROWS));

describe.each(APPLICATIONS)('$name, $sdk $version', (application) => {
  const { name, sdk, version, dependencies, other, types, orders, alone } = application;
  const { calls } = SDKS[sdk];
  const ours = Array(calls).fill(`@x/llm-otel/${OURS[sdk]}`);
  let folder: Folder;
  beforeAll(async () => {
    const all = { [sdk]: version, ...dependencies };
    folder = await prepareApplication(`other-${other.split('/')[0]?.slice(1)}`, all, await packProject());
  });

  const run = async (type: Type, order: Order, env: Record<string, string> = {}) => {
    const file = `telemetry-${order.replace(' ', '-')}-${name.includes(',') ? name.split(', ')[1]?.replaceAll(/\W/g, '') : 'hooked'}.${type}`;
    writeFileSync(join(folder.path, file), telemetry(application, type, order));
    const flag = type === 'mjs' ? '--import' : '--require';
    const setUp = [flag, `./${file}`];
    const register = [flag, '@x/llm-otel/register'];
    const nodeArgs =
      order === 'register first'
        ? [...register, ...setUp]
        : order === 'register last'
          ? [...setUp, ...register]
          : setUp;
    return runApplication({
      node: await nodeBinary('24'),
      nodeArgs,
      source: source(application, type),
      type,
      cwd: folder.path,
      env: { OTEL_TRACES_EXPORTER: 'otlp', OTEL_METRICS_EXPORTER: 'otlp', OTEL_LOGS_EXPORTER: 'none', ...env },
    });
  };

  describe.each(types)('%s', (type) => {
    let plain: Awaited<ReturnType<typeof run>>;
    beforeAll(async () => {
      plain = await run(type, 'alone');
    });

    test.each(orders)('%s', async (order) => {
      const seen = order === 'alone' ? plain : await run(type, order);
      const spans = modelSpans(seen.spans);
      // An ES module that was loaded before us is out of reach: this is said, and nothing of anybody's is lost by it.
      const missed = seen.result.stderr.includes('made a request that is not recorded');
      table.row({
        layers: `${name}, ${sdk} ${version}, ${type === 'mjs' ? 'ESM' : 'CommonJS'}`,
        loaded: ORDERS[order],
        calls,
        spans,
        ...(missed && { note: 'the SDK was loaded before this package: a warning says so' }),
      });
      expect(seen.result).toMatchObject({ code: 0, stdout: plain.result.stdout });
      expect(seen.requests).toEqual(plain.requests);
      if (order === 'alone') {
        // @anthropic-ai/sdk >= 0.134 traces itself as well.
        expect(spans.filter((scope) => scope === other)).toHaveLength(alone[type]);
        return;
      }
      expect(missed).toBe(application.hookless === true && order !== 'register first');
      if (missed) return;
      expect(spans).toEqual(ours);
      const warnings = complaints(seen.result.stderr).filter((line) => line.startsWith('@x/llm-otel'));
      expect(warnings.length).toBeLessThanOrEqual(1);
      for (const warning of warnings) expect(warning).toContain(`${other} instruments the same SDK`);
    });
  });

  test('both record if they are told to', async () => {
    const type = types.at(-1) as Type;
    const seen = await run(type, 'register first', { LLM_OTEL_OTHER_INSTRUMENTATIONS: 'keep' });
    const scopes = modelSpans(seen.spans);
    expect(scopes.filter((scope) => scope === ours[0])).toEqual(ours);
    expect(scopes.filter((scope) => scope === other)).toHaveLength(alone[type]);
    expect(seen.result.stderr).not.toContain('instruments the same SDK');
  });
});
