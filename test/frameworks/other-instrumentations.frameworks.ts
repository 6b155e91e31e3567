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
  readonly openai: string;
  readonly dependencies: Readonly<Record<string, string>>;
  /** npm name of the other instrumentation. */
  readonly other: string;
  readonly types: readonly Type[];
  readonly orders: readonly Order[];
  /** The application hands the SDK to the other instrumentation itself. */
  readonly byHand?: true;
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
    openai: '6.49.0',
    dependencies: { ...SDK_3, [CONTRIB]: '0.22.0' },
    other: CONTRIB,
    types: BOTH,
    orders: ALL,
    alone: { mjs: 5, cjs: 5 },
  },
  {
    name: 'contrib 0.11.0',
    openai: '5.23.2',
    dependencies: { ...SDK_2, [CONTRIB]: '0.11.0' },
    other: CONTRIB,
    types: ['cjs'],
    orders: ['alone', 'class first', 'register last'],
    alone: { mjs: 4, cjs: 4 },
  },
  {
    name: 'OpenInference 4.2.7',
    openai: '7.55.0',
    dependencies: { ...SDK_3, [OPENINFERENCE]: '4.2.7' },
    other: OPENINFERENCE,
    types: BOTH,
    orders: ALL,
    alone: { mjs: 5, cjs: 5 },
  },
  {
    name: 'OpenInference 4.2.7, no loader hook',
    openai: '6.49.0',
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
    openai: '6.49.0',
    dependencies: { ...SDK_3, [OPENINFERENCE]: '4.2.7' },
    other: OPENINFERENCE,
    types: BOTH,
    orders: ['alone', 'register first'],
    byHand: true,
    alone: { mjs: 5, cjs: 5 },
  },
  {
    name: 'OpenInference 2.0.3',
    openai: '4.104.0',
    dependencies: { ...SDK_2, [OPENINFERENCE]: '2.0.3' },
    other: OPENINFERENCE,
    types: ['cjs'],
    orders: ['alone', 'class first', 'register last'],
    alone: { mjs: 4, cjs: 4 },
  },
  {
    name: 'Traceloop 0.27.0',
    openai: '6.49.0',
    dependencies: { ...SDK_2, [TRACELOOP]: '0.27.0' },
    other: TRACELOOP,
    types: BOTH,
    orders: ALL,
    alone: { mjs: 0, cjs: 4 },
  },
  {
    name: 'Traceloop 0.27.0, `manuallyInstrument`',
    openai: '6.49.0',
    dependencies: { ...SDK_2, [TRACELOOP]: '0.27.0' },
    other: TRACELOOP,
    types: BOTH,
    orders: ['alone', 'register first'],
    byHand: true,
    alone: { mjs: 4, cjs: 4 },
  },
  {
    name: 'Traceloop 0.14.6',
    openai: '4.104.0',
    dependencies: { ...SDK_2, [TRACELOOP]: '0.14.6' },
    other: TRACELOOP,
    types: ['cjs'],
    orders: ['alone', 'class first', 'register last'],
    alone: { mjs: 3, cjs: 3 },
  },
];

/** Model calls of the application. */
const CALLS = 5;

const load = (type: Type, names: string, from: string): string =>
  type === 'mjs'
    ? `import { ${names} } from '${from}';`
    : `const { ${names.replace(' as ', ': ')} } = require('${from}');`;

/** A set-up of OpenTelemetry as an application has it. */
function telemetry({ other, byHand, hookless }: Application, type: Type, order: Order): string {
  const ours = order.startsWith('class') ? load(type, 'getLlmInstrumentations', '@x/llm-otel') : '';
  const theirs = load(type, 'OpenAIInstrumentation as Theirs', other);
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

/** Two equal calls, because the first one may find the other instrumentation on top of ours; and every kind of call. */
const BODY = `
const client = new OpenAI({ apiKey: 'test', baseURL: process.env.PROVIDER_URL + '/v1' });
const messages = [{ role: 'user', content: 'Why is the sea blue?' }];
for (let i = 0; i < 2; i++)
  console.log((await client.chat.completions.create({ model: 'gpt-4o', messages })).choices[0].message.content);
const stream = { model: 'gpt-4o', messages, stream: true, stream_options: { include_usage: true } };
for await (const chunk of await client.chat.completions.create(stream)) console.log(JSON.stringify(chunk.choices));
console.log((await client.embeddings.create({ model: 'text-embedding-3-small', input: 'sea' })).data.length);
console.log((await client.responses.create({ model: 'gpt-4o', input: 'Why?' })).output_text);
`;

function source({ byHand, other }: Application, type: Type): string {
  const sdk = type === 'mjs' ? `import OpenAI from 'openai';` : `const OpenAI = require('openai');`;
  // Traceloop wants the class, OpenInference the module that holds it.
  const esm = other === OPENINFERENCE ? '{ OpenAI }' : 'OpenAI';
  const argument = type === 'mjs' ? esm : other === OPENINFERENCE ? 'OpenAI' : 'OpenAI.OpenAI';
  const hand = byHand ? `globalThis.instrumentByHand?.(${argument});` : '';
  return type === 'mjs' ? `${sdk}\n${hand}\n${BODY}` : `${sdk}\n${hand}\n(async () => {${BODY}})();`;
}

const table = duplicates('other-instrumentations');
const ROWS = APPLICATIONS.reduce((sum, { types, orders }) => sum + types.length * orders.length, 0);
afterAll(() => table.check(ROWS));

describe.each(APPLICATIONS)('$name, openai $openai', (application) => {
  const { name, openai, dependencies, other, types, orders, alone } = application;
  let folder: Folder;
  beforeAll(async () => {
    const all = { openai, ...dependencies };
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
        layers: `${name}, openai ${openai}, ${type === 'mjs' ? 'ESM' : 'CommonJS'}`,
        loaded: ORDERS[order],
        calls: CALLS,
        spans,
        ...(missed && { note: 'openai was loaded before this package: a warning says so' }),
      });
      expect(seen.result).toMatchObject({ code: 0, stdout: plain.result.stdout });
      expect(seen.requests).toEqual(plain.requests);
      if (order === 'alone') {
        expect(spans).toEqual(Array(alone[type]).fill(other));
        return;
      }
      expect(missed).toBe(application.hookless === true && order !== 'register first');
      if (missed) return;
      expect(spans).toEqual(Array(CALLS).fill('@x/llm-otel/openai'));
      const warnings = complaints(seen.result.stderr).filter((line) => line.startsWith('@x/llm-otel'));
      expect(warnings.length).toBeLessThanOrEqual(1);
      for (const warning of warnings) expect(warning).toContain(`${other} instruments the same SDK`);
    });
  });

  test('both record if they are told to', async () => {
    const type = types.at(-1) as Type;
    const seen = await run(type, 'register first', { LLM_OTEL_OTHER_INSTRUMENTATIONS: 'keep' });
    const scopes = modelSpans(seen.spans);
    expect(scopes.filter((scope) => scope === '@x/llm-otel/openai')).toHaveLength(CALLS);
    expect(scopes.filter((scope) => scope === other)).toHaveLength(alone[type]);
    expect(seen.result.stderr).not.toContain('instruments the same SDK');
  });
});
