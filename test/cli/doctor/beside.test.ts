/** Other tools beside this package, and projects that look as if they had a fault. */
import { expect, test } from 'vitest';
import { sdks } from '../../../src/providers/sdks.ts';
import {
  askDoctor,
  carryOut,
  faultsOf,
  HEALTHY,
  installed,
  manifestWith,
  type SampleFiles,
  writeProject,
} from './sample-project.ts';

const start = (line: string): SampleFiles => manifestWith({ start: line });
const NEXT = manifestWith({ start: 'next start' }, { next: '16.0.0' });
const LOADED = { 'instrumentation.ts': "export async function register() { await import('@x/llm-otel/register'); }" };
const EXTERNAL = "serverExternalPackages: ['openai', '@x/llm-otel']";
const FLAG = '--import @x/llm-otel/register';

const remove = (name: string): string => `npm uninstall ${name}`;
const removeOrKeep = (name: string): string =>
  `${remove(name)}, or export LLM_OTEL_OTHER_INSTRUMENTATIONS=keep for both`;
const TRACELOOP = '@traceloop/instrumentation-';
const OPENINFERENCE = '@arizeai/openinference-instrumentation-';

/** A tool: the package, the fix, and more SDKs or variables; `byHand`: a source after the fix in place of the command. */
type ToolRow = readonly [
  name: string,
  says: RegExp,
  fix: string,
  more?: { readonly sdks?: readonly string[]; readonly env?: Record<string, string>; readonly byHand?: string },
];

const TOOLS: readonly ToolRow[] = [
  [
    '@opentelemetry/instrumentation-openai',
    /^contrib: .* its wrappers$/,
    removeOrKeep('@opentelemetry/instrumentation-openai'),
  ],
  ['@traceloop/node-server-sdk', /^OpenLLMetry: /, removeOrKeep('@traceloop/node-server-sdk')],
  [`${TRACELOOP}bedrock`, /^OpenLLMetry: .* its wrappers$/, removeOrKeep(`${TRACELOOP}bedrock`)],
  [`${OPENINFERENCE}openai`, /^OpenInference: .* its wrappers$/, removeOrKeep(`${OPENINFERENCE}openai`)],
  [`${TRACELOOP}langchain`, /second span$/, remove(`${TRACELOOP}langchain`)],
  [`${OPENINFERENCE}langchain`, /second span$/, remove(`${OPENINFERENCE}langchain`)],
  [
    'openlit',
    /^OpenLIT: .* second span$/,
    "pass disabledInstrumentors: ['openai'] to init() of openlit; with openlit/register: export OPENLIT_DISABLED_INSTRUMENTORS=openai",
    { byHand: "import openlit from 'openlit';\nopenlit.init({ disabledInstrumentors: ['openai'] });" },
  ],
  [
    'langfuse',
    /^Langfuse: observeOpenAI/,
    'remove observeOpenAI() and the callback handler of langfuse, and set LLM_OTEL_BACKEND=langfuse',
    { byHand: "import { Langfuse } from 'langfuse';" },
  ],
  [
    '@langfuse/openai',
    /^Langfuse: observeOpenAI/,
    'remove observeOpenAI() and the callback handler of @langfuse/openai, and set LLM_OTEL_BACKEND=langfuse',
    { byHand: "// import '@langfuse/openai';" },
  ],
  [
    'langsmith',
    /^LangSmith: /,
    'export LANGSMITH_TRACING=false LANGSMITH_TRACING_V2=false, and for its backend LLM_OTEL_BACKEND=langsmith',
    { env: { LANGSMITH_TRACING: 'true' } },
  ],
  [
    'braintrust',
    /^Braintrust: wrapOpenAI/,
    'export BRAINTRUST_DISABLE_INSTRUMENTATION=openai,groq,aisdk, and for its backend LLM_OTEL_BACKEND=braintrust',
    { sdks: ['groq-sdk', 'ai'] },
  ],
  ['dd-trace', /^Datadog: /, 'export DD_TRACE_DISABLED_PLUGINS=openai'],
  [
    'dd-trace',
    /^Datadog: /,
    'export DD_TRACE_DISABLED_PLUGINS=openai,anthropic,google-genai,langchain,openai-agents,ai DD_TRACE_AWS_SDK_BEDROCKRUNTIME_ENABLED=false',
    {
      sdks: [
        '@anthropic-ai/sdk',
        '@google/genai',
        '@langchain/core',
        '@openai/agents-core',
        'ai',
        '@aws-sdk/client-bedrock-runtime',
      ],
    },
  ],
  ['dd-trace', /^Datadog: /, 'add openai to DD_TRACE_DISABLED_PLUGINS', { env: { DD_TRACE_DISABLED_PLUGINS: 'fs' } }],
  [
    '@sentry/node',
    /^Sentry: /,
    "in Sentry.init(): integrations: (all) => all.filter(({ name }) => !['OpenAI', 'Anthropic_AI'].includes(name))",
    {
      sdks: ['@anthropic-ai/sdk'],
      byHand:
        "Sentry.init({ integrations: (all) => all.filter(({ name }) => !['OpenAI', 'Anthropic_AI'].includes(name)) });",
    },
  ],
  ['newrelic', /^New Relic: /, 'export NEW_RELIC_AI_MONITORING_ENABLED=false'],
  ['@elastic/opentelemetry-node', /^Elastic: /, 'export OTEL_NODE_DISABLED_INSTRUMENTATIONS=openai'],
  [
    '@elastic/opentelemetry-instrumentation-openai',
    /^Elastic: .* second span$/,
    `${remove('@elastic/opentelemetry-instrumentation-openai')}, and remove its class from the setup`,
  ],
];

test.each(TOOLS.map((row) => [row[0], row[2], row] as const))('%s records model calls too: %s', async (_, __, row) => {
  const [name, says, fix, { sdks = [], env = {}, byHand } = {}] = row;
  const dir = writeProject({
    ...HEALTHY,
    ...manifestWith({ start: `node ${FLAG} app.js` }, { [name]: '1.0.0' }),
    ...Object.assign({}, ...sdks.map((sdk) => installed(sdk, '9.0.0'))),
  });
  const variables: Record<string, string | undefined> = { ...env };
  const findings = await askDoctor({ dir, env: variables });
  expect(faultsOf(findings)).toEqual([`warn other-instrumentation: ${name}`]);
  expect(findings.find(({ id }) => id === 'other-instrumentation')).toMatchObject({
    message: expect.stringMatching(says),
    fix,
  });
  if (byHand === undefined) expect(carryOut(fix, dir, variables)).toBe(true);
  else writeProject({ 'app.js': byHand }, dir);
  expect(faultsOf(await askDoctor({ dir, env: variables }))).toEqual([]);
});

test.each([
  ['elastic-apm-node', {}, []],
  [`${TRACELOOP}pinecone`, {}, []],
  ['@opentelemetry/instrumentation-openai', { LLM_OTEL_OTHER_INSTRUMENTATIONS: 'keep' }, []],
  ['dd-trace', {}, ['openai']],
  ['@sentry/node', {}, ['openai']],
  ['openlit', { OPENLIT_DISABLED_INSTRUMENTORS: 'openai, ollama' }, []],
])('%s records no model call a second time, with %j, without %j', async (name, env, without) => {
  const files = { ...HEALTHY, ...manifestWith({ start: `node ${FLAG} app.js` }, { [name]: '1.0.0', ollama: '*' }) };
  const manifest = structuredClone(files['package.json']) as { dependencies: Record<string, string> };
  for (const sdk of without) delete manifest.dependencies[sdk];
  const kept = Object.entries(files).filter(([path]) => !without.some((sdk) => path.includes(`/${sdk}/`)));
  const dir = writeProject({ ...Object.fromEntries(kept), 'package.json': manifest });
  const ids = (await askDoctor({ dir, env })).map(({ id }) => id);
  expect(ids).not.toContain('other-instrumentation');
});

test('a switch in front of the command of a script is read', async () => {
  const scripts = { start: `NEW_RELIC_AI_MONITORING_ENABLED=false node ${FLAG} app.js` };
  const dir = writeProject({ ...HEALTHY, ...manifestWith(scripts, { newrelic: '13.0.0' }) });
  expect(faultsOf(await askDoctor({ dir }))).toEqual([]);
});

test.each([
  ['0.134.0', {}, ['@anthropic-ai/sdk makes spans: the span of this package takes their place']],
  [
    '1.14.0',
    { LLM_OTEL_ANTHROPIC_NATIVE: 'native' },
    ['@anthropic-ai/sdk makes spans: they stay, and get cost and finish reasons'],
  ],
  ['0.133.0', {}, []],
])("spans of Anthropic's SDK %s with %j", async (version, env, messages) => {
  const dir = writeProject({ ...HEALTHY, ...installed('@anthropic-ai/sdk', version) });
  const findings = await askDoctor({ dir, env });
  expect(findings.filter(({ id }) => id === 'anthropic-native').map(({ message }) => message)).toEqual(messages);
});

/** Projects that look as if they had a fault. */
const NO_FAULTS: Readonly<Record<string, { files?: SampleFiles; env?: Record<string, string> }>> = {
  'llm-otel run': { files: start('npx @x/llm-otel run app.js') },
  'a Dockerfile with the flag': {
    files: {
      ...start('node app.js'),
      Dockerfile: `FROM node\nWORKDIR /app\nENV NODE_OPTIONS="${FLAG}"\nCMD ["node","app.js"]\n`,
    },
  },
  'a Procfile': { files: { ...start('node app.js'), Procfile: `web: node ${FLAG} app.js\n` } },
  'a process manager': {
    files: {
      ...start('pm2 start'),
      'ecosystem.config.cjs': `module.exports = { apps: [{ script: 'app.js', node_args: '${FLAG}' }] }`,
    },
  },
  NODE_OPTIONS: { files: start('node app.js'), env: { NODE_OPTIONS: FLAG } },
  'an import in instrumentation.ts': { files: { ...start('node app.js'), ...LOADED } },
  'a setup with the classes': {
    files: {
      ...start('node app.js'),
      'telemetry.js':
        "import { getLlmInstrumentations } from '@x/llm-otel';\nnew NodeSDK({ instrumentations: [getLlmInstrumentations()] });",
    },
  },
  'a transpiler with --require': { files: start('node --require @x/llm-otel/register -r ts-node/register app.ts') },
  'a unit file with a folder': {
    files: { 'app.service': `WorkingDirectory=/srv\nExecStart=/usr/bin/node ${FLAG} app.js\n` },
  },
  'a crontab that changes the folder': { files: { crontab: `* * * * * cd /srv && node ${FLAG} app.js\n` } },
  'esbuild with externals': {
    files: manifestWith({ start: `node ${FLAG} out.js`, build: 'esbuild app.js --bundle --external:openai' }),
  },
  'esbuild without packages': {
    files: manifestWith({ start: `node ${FLAG} out.js`, build: 'esbuild app.js --bundle --packages=external' }),
  },
  'webpack with externals': {
    files: {
      ...manifestWith({ start: `node ${FLAG} out.js`, build: 'webpack' }),
      'webpack.config.js': "module.exports = { externals: { openai: 'commonjs openai' } }",
    },
  },
  'tsup, which keeps dependencies outside': { files: manifestWith({ start: `node ${FLAG} out.js`, build: 'tsup' }) },
  'ncc with externals': { files: manifestWith({ start: `node ${FLAG} out.js`, build: 'ncc build app.js -e openai' }) },
  'Next.js': {
    files: { ...NEXT, ...LOADED, 'next.config.mjs': `export default { output: 'standalone', ${EXTERNAL} }` },
  },
  '--permission with what register needs': {
    files: start(`node --permission --allow-worker --allow-fs-read=/app ${FLAG} app.js`),
  },
  'an env file that is loaded': {
    files: { ...start(`node --env-file=.env ${FLAG} app.js`), '.env': 'OTEL_SERVICE_NAME=a\n' },
  },
  'an example of an env file': { files: { '.env.example': 'OTEL_SERVICE_NAME=a\n' } },
  'streams with counts': {
    files: {
      'app.js': 'await client.chat.completions.create({ stream: true, stream_options: { include_usage: true } });',
    },
  },
  'streams with injected counts': {
    files: { 'app.js': 'await client.chat.completions.create({ stream: true });' },
    env: { LLM_OTEL_STREAM_USAGE: 'inject' },
  },
  'content in development': { env: { LLM_OTEL_CAPTURE_CONTENT: 'SPAN_ONLY', LLM_OTEL_REDACT: 'false' } },
  'an address of gRPC without scheme': {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
  },
};

test.each(Object.entries(NO_FAULTS))('%s is no fault', async (_name, { files = {}, env = {} }) => {
  const dir = writeProject({ ...HEALTHY, ...files });
  expect(faultsOf(await askDoctor({ dir, env }))).toEqual([]);
});

test('a standalone build of a workspace takes the package from the folder above', async () => {
  const dir = writeProject(HEALTHY);
  const scripts = { start: `NODE_OPTIONS="${FLAG.replace('--import', '--require')}" next start` };
  const app = {
    ...manifestWith(scripts, { next: '16.0.0' }),
    'next.config.js': `({ output: 'standalone', ${EXTERNAL} })`,
  };
  writeProject(app, `${dir}/apps/web`);
  const findings = await askDoctor({ dir: `${dir}/apps/web` });
  expect(findings.find(({ id }) => id === 'next-standalone')?.fix).toContain("['../../node_modules/@x/llm-otel/**/*']");
});

test('a recorded SDK is not among the unsupported', async () => {
  const names = Object.values(sdks).map(({ module }) => module);
  const dependencies = Object.fromEntries(names.map((name) => [name, '*']));
  const dir = writeProject({ ...HEALTHY, ...manifestWith({ start: `node ${FLAG} app.js` }, dependencies) });
  expect((await askDoctor({ dir })).filter(({ id }) => id === 'sdk-unsupported')).toEqual([]);
});

test('calls that are recorded by hand are no fault', async () => {
  const dir = writeProject({
    ...HEALTHY,
    ...manifestWith({ start: `node ${FLAG} app.js` }, { 'cohere-ai': '1.0.0' }),
    'app.js': "import { CohereClient } from 'cohere-ai';\nimport { traceGeneration } from '@x/llm-otel/manual';\n",
  });
  expect(faultsOf(await askDoctor({ dir }))).toEqual([]);
});

test("a package of Yarn's archives that does not come from the registry has no version to compare", async () => {
  const dir = writeProject({ ...HEALTHY, '.pnp.cjs': '["@x/llm-otel", [\n["file:../p.tgz", {' });
  const findings = await askDoctor({ dir });
  expect(findings.find(({ id }) => id === 'package')?.status).toBe('ok');
});
