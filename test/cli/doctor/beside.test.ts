/** Other tools beside this package, and projects that look as if they had a fault. */
import { expect, test } from 'vitest';
import {
  askDoctor,
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

test.each([
  [
    '@opentelemetry/instrumentation-openai',
    /^contrib: .* its wrappers$/,
    /^npm uninstall @opentelemetry\/instrumentation-openai, or set LLM_OTEL_OTHER_INSTRUMENTATIONS=keep/,
  ],
  ['@traceloop/node-server-sdk', /^OpenLLMetry: /, /^npm uninstall @traceloop\/node-server-sdk, or/],
  ['@arizeai/openinference-instrumentation-openai', /^OpenInference: /, /^npm uninstall /],
  ['openlit', /^OpenLIT: /, /disabledInstrumentors/],
  ['langfuse', /^Langfuse: /, /LLM_OTEL_BACKEND=langfuse$/],
  ['langsmith', /^LangSmith: /, /^set LANGSMITH_TRACING=false/],
  ['braintrust', /^Braintrust: /, /LLM_OTEL_BACKEND=braintrust$/],
  ['dd-trace', /^Datadog: /, /^set DD_TRACE_DISABLED_PLUGINS=/],
  ['@sentry/node', /^Sentry: /, /integrations/],
  ['newrelic', /^New Relic: /, /^set NEW_RELIC_AI_MONITORING_ENABLED=false$/],
  ['elastic-apm-node', /^Elastic: /, /^set OTEL_NODE_DISABLED_INSTRUMENTATIONS=openai$/],
])('%s records model calls too', async (name, message, fix) => {
  const dir = writeProject({ ...HEALTHY, ...manifestWith({ start: `node ${FLAG} app.js` }, { [name]: '1.0.0' }) });
  const findings = await askDoctor({ dir });
  expect(faultsOf(findings)).toEqual([`warn other-instrumentation: ${name}`]);
  expect(findings.find(({ id }) => id === 'other-instrumentation')).toMatchObject({
    message: expect.stringMatching(message),
    fix: expect.stringMatching(fix),
  });
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
