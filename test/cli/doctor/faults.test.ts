/** Each check on a project with the fault, and without the fault when the fix was carried out. */
import { describe, expect, test, vi } from 'vitest';
import { CHECKS } from '../../../src/cli/doctor/checks/index.ts';
import '../../pipeline/support/parts.ts';
import { VERSION } from '../../../src/runtime/version.ts';
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

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../../pipeline/support/load.ts'));

/** A fault: files that differ from a healthy project, variables, the findings, and the first fix. */
interface Fault {
  readonly files?: SampleFiles;
  readonly without?: readonly string[];
  readonly env?: Record<string, string>;
  readonly nodeVersion?: string;
  readonly faults: readonly string[];
  readonly fix: string | RegExp;
  /** Only a person can carry the fix out. */
  readonly byHand?: true;
}

const start = (line: string, more: object = {}): SampleFiles => manifestWith({ start: line }, {}, more);
const NEXT = manifestWith({ start: 'next start' }, { next: '16.0.0' });
const LOADED = { 'instrumentation.ts': "export async function register() { await import('@x/llm-otel/register'); }" };
const EXTERNAL = "serverExternalPackages: ['openai', '@x/llm-otel']";
const FLAG = '--import @x/llm-otel/register';

const FAULTS: Readonly<Record<string, Fault>> = {
  'an old Node': { nodeVersion: '20.18.3', faults: ['fail node-version'], fix: /^install Node 24/, byHand: true },
  'a package that is not installed': {
    without: ['node_modules/@x/llm-otel/package.json'],
    faults: ['fail package'],
    fix: 'npm install @x/llm-otel',
  },
  'a package of another version': {
    files: installed('@x/llm-otel', '0.0.1'),
    faults: ['warn package'],
    fix: `npm install @x/llm-otel@${VERSION}`,
  },
  'two copies of the package': {
    files: {
      'node_modules/other/package.json': {},
      ...installed('@x/llm-otel', VERSION, 'other/node_modules/@x/llm-otel'),
    },
    faults: ['warn copies: @x/llm-otel'],
    fix: 'npm dedupe',
    byHand: true,
  },
  'two copies of the API': {
    files: installed('@opentelemetry/api', '1.9.0', 'openai/node_modules/@opentelemetry/api'),
    faults: ['warn copies: @opentelemetry/api'],
    fix: 'npm dedupe',
    byHand: true,
  },
  'two major versions of the API': {
    files: installed('@opentelemetry/api', '2.0.0', 'openai/node_modules/@opentelemetry/api'),
    faults: ['fail copies: @opentelemetry/api'],
    fix: 'npm install @opentelemetry/api@^1.9.0',
    byHand: true,
  },
  'no API': {
    without: ['node_modules/@opentelemetry/api/package.json'],
    faults: ['fail api'],
    fix: 'npm install @opentelemetry/api@^1.9.0',
  },
  'an old API': {
    files: installed('@opentelemetry/api', '1.8.0'),
    faults: ['fail api'],
    fix: 'npm install @opentelemetry/api@^1.9.0',
  },
  'archives of Yarn without the API': {
    files: {
      ...manifestWith({ start: `node ${FLAG} app.js` }, { '@opentelemetry/api': undefined }),
      '.pnp.cjs': `["@x/llm-otel", [\n["npm:${VERSION}", {`,
    },
    faults: ['fail yarn-pnp'],
    fix: 'yarn add @opentelemetry/api',
    byHand: true,
  },
  'no SDK': { without: ['node_modules/openai/package.json'], faults: ['warn sdk'], fix: /--dir DIR$/, byHand: true },
  'an SDK that is too old': {
    files: installed('openai', '3.3.0'),
    faults: ['warn sdk: openai'],
    fix: 'npm install openai@latest',
  },
  'two copies of an SDK': {
    files: { 'node_modules/other/package.json': {}, ...installed('openai', '4.104.0', 'other/node_modules/openai') },
    faults: ['warn sdk-copies: openai'],
    fix: 'npm dedupe',
    byHand: true,
  },
  'an SDK under another name': {
    files: {
      ...manifestWith({ start: `node ${FLAG} app.js` }, { llm: 'npm:openai@4.104.0' }),
      ...installed('openai', '4.104.0', 'llm'),
    },
    faults: ['warn sdk-alias: openai'],
    fix: 'npm uninstall llm && npm install openai@4.104.0, and import "openai" instead of "llm"',
    byHand: true,
  },
  'an SDK that is linked': {
    files: { 'sdk/package.json': { name: 'openai', version: '7.59.0' }, 'node_modules/openai': '-> sdk' },
    without: ['node_modules/openai/package.json'],
    faults: ['warn sdk-linked: openai'],
    fix: 'npm install openai@7.59.0',
  },
  'an SDK that nothing records': {
    files: manifestWith({ start: `node ${FLAG} app.js` }, { 'cohere-ai': '1.0.0' }),
    faults: ['warn sdk-unsupported: cohere-ai'],
    fix: /^record the calls of cohere-ai with traceGeneration\(\)/,
    byHand: true,
  },
  'a setup of OpenTelemetry': {
    files: { 'telemetry.js': 'const sdk = new NodeSDK({});' },
    faults: ['warn own-sdk'],
    fix: /^in telemetry\.js: import \{ getLlmInstrumentations \} .+ new NodeSDK\(/,
    byHand: true,
  },
  "a setup of Vercel's package": {
    files: { 'telemetry.js': "registerOTel('app');" },
    faults: ['warn own-sdk'],
    fix: / registerOTel\(/,
    byHand: true,
  },
  'no start': {
    files: start('node app.js --port 1'),
    faults: ['fail start'],
    fix: `npm pkg set 'scripts.start=node ${FLAG} app.js --port 1'`,
  },
  'no start, with quotes': {
    files: start("NODE_ENV=production node --enable-source-maps app.js 'a b'"),
    faults: ['fail start'],
    fix: `npm pkg set 'scripts.start=NODE_ENV=production node ${FLAG} --enable-source-maps app.js '\\''a b'\\'''`,
  },
  'no start, with a transpiler': {
    files: start('node -r ts-node/register app.ts'),
    faults: ['fail start'],
    fix: "npm pkg set 'scripts.start=node --require @x/llm-otel/register -r ts-node/register app.ts'",
  },
  'no start, with another program': {
    files: start('nest start'),
    faults: ['fail start'],
    fix: `npm pkg set 'scripts.start=NODE_OPTIONS="--require @x/llm-otel/register" nest start'`,
  },
  'no scripts': {
    files: manifestWith({}),
    faults: ['fail start'],
    fix: `npm pkg set 'scripts.start=node ${FLAG} app.js'`,
  },
  'a flag without /register': {
    files: start('node --import @x/llm-otel app.js'),
    faults: ['fail start-bare'],
    fix: `npm pkg set 'scripts.start=node ${FLAG} app.js'`,
  },
  'a flag without /register in NODE_OPTIONS': {
    files: start('node app.js'),
    env: { NODE_OPTIONS: '--import=@x/llm-otel' },
    faults: ['fail start-bare'],
    fix: "export NODE_OPTIONS='--import=@x/llm-otel/register'",
  },
  'a flag behind the script': {
    files: start(`node app.js ${FLAG} --port 1`),
    faults: ['fail start-order'],
    fix: `npm pkg set 'scripts.start=node ${FLAG} app.js --port 1'`,
  },
  'an import that is late': {
    files: { ...start('node app.js'), 'app.js': "import '@x/llm-otel/register';\nimport OpenAI from 'openai';\n" },
    faults: ['fail start-late'],
    fix: `remove the import, and start with node ${FLAG} app.js`,
    byHand: true,
  },
  '--import beside ts-node': {
    files: start(`node ${FLAG} -r ts-node/register app.ts`),
    faults: ['fail start-transpiler'],
    fix: "npm pkg set 'scripts.start=node --require @x/llm-otel/register -r ts-node/register app.ts'",
  },
  '--import in NODE_OPTIONS beside @swc-node': {
    files: start('node --require @swc-node/register app.ts'),
    env: { NODE_OPTIONS: FLAG },
    faults: ['fail start-transpiler'],
    fix: /^put --require @x\/llm-otel\/register into NODE_OPTIONS/,
    byHand: true,
  },
  'a unit file without a folder': {
    files: { 'app.service': `[Service]\nExecStart=/usr/bin/node ${FLAG} /srv/app.js\n` },
    faults: ['warn start-cwd'],
    fix: /^in app\.service: \/usr\/bin\/node --import file:\/\/\/.+\/node_modules\/@x\/llm-otel\/dist\/register\.mjs \/srv\/app\.js$/,
    byHand: true,
  },
  'a crontab': {
    files: { crontab: `0 * * * * node ${FLAG} /srv/job.js\n` },
    faults: ['warn start-cwd'],
    fix: /^in crontab: 0 \* \* \* \* node --import file:\/\/\//,
    byHand: true,
  },
  'a Dockerfile without WORKDIR': {
    files: { Dockerfile: `FROM node:24\nCOPY . /srv/\nENV NODE_OPTIONS="${FLAG}"\nCMD ["node", "/srv/app.js"]\n` },
    faults: ['warn start-cwd'],
    fix: 'in Dockerfile: ENV NODE_OPTIONS="--import file:///srv/node_modules/@x/llm-otel/dist/register.mjs"',
    byHand: true,
  },
  'a quote that does not end': {
    files: start(`NODE_OPTIONS='--require "@x/llm-otel/register' node app.js`),
    faults: ['fail node-options'],
    fix: /^NODE_OPTIONS="--import @x\/llm-otel\/register" has no quote within$/,
    byHand: true,
  },
  'a preload that is not there': {
    env: { NODE_OPTIONS: '--require ./gone.js' },
    faults: ['fail node-options'],
    fix: /^remove \.\/gone\.js from NODE_OPTIONS/,
    byHand: true,
  },
  'a preload that is not installed': {
    env: { NODE_OPTIONS: '-r dotenv/config' },
    faults: ['fail node-options'],
    fix: 'npm install dotenv',
    byHand: true,
  },
  '--permission': {
    files: start(`node --permission ${FLAG} app.js`),
    faults: ['warn permission'],
    fix: `npm pkg set 'scripts.start=node --permission --allow-worker --allow-fs-read=* ${FLAG} app.js'`,
  },
  esbuild: {
    files: manifestWith({ start: `node ${FLAG} out.js`, build: 'esbuild app.js --bundle --outfile=out.js' }),
    faults: ['warn bundler: esbuild'],
    fix: /^esbuild app\.js --bundle --outfile=out\.js --external:openai --external:@x\/llm-otel; or/,
    byHand: true,
  },
  webpack: {
    files: {
      ...manifestWith({ start: `node ${FLAG} out.js`, build: 'webpack' }),
      'webpack.config.js': 'module.exports = {}',
    },
    faults: ['warn bundler: webpack'],
    fix: /externals: \{ 'openai': 'commonjs openai'/,
    byHand: true,
  },
  Rollup: {
    files: manifestWith({ start: `node ${FLAG} out.js`, build: 'rollup -c' }),
    faults: ['warn bundler: rollup'],
    fix: /^external: \['openai', /,
    byHand: true,
  },
  Vite: {
    files: manifestWith({ start: `node ${FLAG} out.js`, build: 'vite build' }),
    faults: ['warn bundler: vite'],
    fix: /external: \['openai', /,
    byHand: true,
  },
  tsup: {
    files: {
      ...manifestWith({ start: `node ${FLAG} out.js`, build: 'tsup' }),
      'tsup.config.ts': 'export default { noExternal: [/.*/] }',
    },
    faults: ['warn bundler: tsup'],
    fix: /^external: \['openai', .+ in tsup\.config/,
    byHand: true,
  },
  ncc: {
    files: manifestWith({ start: `node ${FLAG} out.js`, build: 'ncc build app.js' }),
    faults: ['warn bundler: ncc'],
    fix: /^ncc build app\.js -e openai /,
    byHand: true,
  },
  'a standalone build of Next.js without the package': {
    files: {
      ...manifestWith({ start: 'NODE_OPTIONS="--require @x/llm-otel/register" next start' }, { next: '16.0.0' }),
      'next.config.js': `export default { output: 'standalone', ${EXTERNAL} }`,
    },
    faults: ['fail next-standalone'],
    fix: "in next.config.js: outputFileTracingIncludes: { '/*': ['./node_modules/@x/llm-otel/**/*'] }",
    byHand: true,
  },
  'a standalone build of Next.js 14': {
    files: {
      ...manifestWith({ start: 'NODE_OPTIONS="--require @x/llm-otel/register" next start' }, { next: '^14.2.0' }),
      'next.config.js': `export default { output: 'standalone', experimental: { ${EXTERNAL.replace('serverExternal', 'serverComponentsExternal')} } }`,
    },
    faults: ['fail next-standalone'],
    fix: "in next.config.js: experimental: { outputFileTracingIncludes: { '/*': ['./node_modules/@x/llm-otel/**/*'] } }",
    byHand: true,
  },
  'Next.js 14 that bundles the SDK': {
    files: {
      ...manifestWith({ start: 'next start' }, { next: '*' }),
      ...LOADED,
      ...installed('next', '14.2.3'),
      'next.config.mjs': 'export default {}',
    },
    faults: ['warn next-external'],
    fix: "in next.config.mjs: experimental: { serverComponentsExternalPackages: ['openai', '@x/llm-otel'] }",
    byHand: true,
  },
  'Next.js that bundles the SDK': {
    files: { ...NEXT, ...LOADED, 'next.config.ts': 'export default {}' },
    faults: ['warn next-external'],
    fix: "in next.config.ts: serverExternalPackages: ['openai', '@x/llm-otel']",
    byHand: true,
  },
  'an unknown variable': {
    env: { LLM_OTEL_CAPTURE_CONTNET: '1' },
    faults: ['warn env-unknown: LLM_OTEL_CAPTURE_CONTNET'],
    fix: 'rename LLM_OTEL_CAPTURE_CONTNET to LLM_OTEL_CAPTURE_CONTENT',
  },
  'a variable that resembles none': {
    env: { LLM_OTEL_XYZZY_PLUGH: '1' },
    faults: ['warn env-unknown: LLM_OTEL_XYZZY_PLUGH'],
    fix: /^unset LLM_OTEL_XYZZY_PLUGH/,
  },
  'a value that cannot be used': {
    env: { OTEL_BSP_SCHEDULE_DELAY: 'soon' },
    faults: ['warn env-value: OTEL_BSP_SCHEDULE_DELAY'],
    fix: /^unset OTEL_BSP_SCHEDULE_DELAY, or set what is expected/,
  },
  'a file of variables that nothing reads': {
    files: { '.env': 'OTEL_SERVICE_NAME=secret-name\nOTHER=1\n' },
    faults: ['warn env-file: .env'],
    fix: `npm pkg set 'scripts.start=node --env-file=.env ${FLAG} app.js'`,
  },
  OTEL_SDK_DISABLED: {
    env: { OTEL_SDK_DISABLED: 'true' },
    faults: ['warn disabled: OTEL_SDK_DISABLED'],
    fix: 'unset OTEL_SDK_DISABLED',
  },
  LLM_OTEL_ENABLED: {
    env: { LLM_OTEL_ENABLED: 'false' },
    faults: ['warn disabled: LLM_OTEL_ENABLED'],
    fix: 'unset LLM_OTEL_ENABLED',
  },
  'no exporter of traces': {
    env: { OTEL_TRACES_EXPORTER: 'none' },
    faults: ['warn disabled: OTEL_TRACES_EXPORTER'],
    fix: 'unset OTEL_TRACES_EXPORTER',
  },
  'a sampler that is off': {
    env: { OTEL_TRACES_SAMPLER: 'always_off' },
    faults: ['warn disabled: OTEL_TRACES_SAMPLER'],
    fix: 'unset OTEL_TRACES_SAMPLER',
  },
  'a ratio of 0': {
    env: { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' },
    faults: ['warn disabled: OTEL_TRACES_SAMPLER'],
    fix: 'unset OTEL_TRACES_SAMPLER',
  },
  'a small ratio': {
    env: { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.001' },
    faults: ['warn sampler: OTEL_TRACES_SAMPLER_ARG'],
    fix: 'export OTEL_TRACES_SAMPLER_ARG=0.1, or unset OTEL_TRACES_SAMPLER_ARG',
  },
  'a configuration file with a problem': {
    files: { 'otel.yaml': 'file_format: "1.1"\ntracer_provider:\n  procesors: []\n' },
    env: { OTEL_CONFIG_FILE: 'otel.yaml' },
    faults: ['fail config-file'],
    fix: /then run npx @x\/llm-otel config --check .*otel\.yaml$/,
    byHand: true,
  },
  'no name': {
    files: manifestWith({ start: `node ${FLAG} app.js` }, {}, { name: undefined }),
    faults: ['warn service-name'],
    fix: /^export OTEL_SERVICE_NAME=llm-otel-doctor-/,
  },
  'an address without a scheme': {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
    faults: ['fail endpoint: OTEL_EXPORTER_OTLP_ENDPOINT'],
    fix: /^put http:\/\/ or https:\/\/ in front/,
    byHand: true,
  },
  'a path in the general address': {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/api/v1/traces' },
    faults: ['fail endpoint: OTEL_EXPORTER_OTLP_ENDPOINT'],
    fix: 'export OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318/api',
  },
  'the port of gRPC with HTTP': {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317' },
    faults: ['fail endpoint: OTEL_EXPORTER_OTLP_ENDPOINT'],
    fix: 'export OTEL_EXPORTER_OTLP_PROTOCOL=grpc, or use port 4318 in OTEL_EXPORTER_OTLP_ENDPOINT',
  },
  'the port of HTTP with gRPC': {
    env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    faults: ['fail endpoint: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
    fix: /^export OTEL_EXPORTER_OTLP_PROTOCOL=http\/protobuf/,
  },
  'streams without counts': {
    files: {
      'app.js': "import OpenAI from 'openai';\nawait client.chat.completions.create({ model: f(1), stream: true });",
    },
    faults: ['warn stream-usage: app.js'],
    fix: /^add stream_options: \{ include_usage: true \}/,
    byHand: true,
  },
  'content in production': {
    env: { NODE_ENV: 'production', LLM_OTEL_REDACT: 'false', LLM_OTEL_CAPTURE_CONTENT: 'SPAN_ONLY' },
    faults: ['warn content: LLM_OTEL_REDACT'],
    fix: 'unset LLM_OTEL_REDACT',
  },
};

test('a healthy project has no fault', async () => {
  const findings = await askDoctor({ dir: writeProject(HEALTHY) });
  expect(faultsOf(findings)).toEqual([]);
  expect(findings.map(({ id, status }) => `${status} ${id}`)).toEqual([
    'ok node-version',
    'ok package',
    'ok api',
    'ok sdk',
    'ok start',
    'ok sampler',
    'ok service-name',
    'skip otlp-traces',
    'skip otlp-metrics',
    'skip otlp-logs',
    'ok content',
  ]);
});

describe.each(Object.entries(FAULTS))('%s', (_name, fault) => {
  test('is found, and gone with the fix', async () => {
    const { files = {}, without = [], env = {}, nodeVersion = process.versions.node, faults, fix, byHand } = fault;
    const all = Object.fromEntries(
      Object.entries({ ...HEALTHY, ...files }).filter(([path]) => !without.includes(path)),
    );
    const dir = writeProject(all);
    const variables: Record<string, string | undefined> = { ...env };
    if (env.OTEL_CONFIG_FILE !== undefined) variables.OTEL_CONFIG_FILE = `${dir}/${env.OTEL_CONFIG_FILE}`;
    const findings = await askDoctor({ dir, env: variables, nodeVersion });
    expect(faultsOf(findings)).toEqual(faults);
    const found = findings.find(({ status }) => status === 'warn' || status === 'fail');
    expect(found?.fix).toEqual(typeof fix === 'string' ? fix : expect.stringMatching(fix));
    expect(JSON.stringify(findings)).not.toContain('secret-name');
    if (byHand) return;
    expect(carryOut(found?.fix ?? '', dir, variables)).toBe(true);
    expect(faultsOf(await askDoctor({ dir, env: variables, nodeVersion }))).toEqual([]);
  });
});

test('every check has an id of its own', () => {
  expect(Object.keys(CHECKS)).toHaveLength(new Set(Object.keys(CHECKS)).size);
});
