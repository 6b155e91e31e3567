import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'tsdown';
import { type ChunkGroup, checkChunkGroups, codeSplitting } from './scripts/build/chunk-groups.ts';
import { minifyParts } from './scripts/build/minify-parts.ts';
import { writePlainDeclarations } from './scripts/build/plain-declarations.ts';
import { plainExports } from './scripts/build/plain-exports.ts';
import { providersByNeed } from './scripts/build/providers-by-need.ts';
import { writeCommandLine } from './scripts/build/write-command-line.ts';
import { writeConfigFile } from './scripts/build/write-config-file.ts';
import { writeEsmFaces } from './scripts/build/write-esm-faces.ts';
import { writeParts } from './scripts/build/write-parts.ts';
import { writePrices } from './scripts/build/write-prices.ts';
import { writeViewer } from './scripts/build/write-viewer.ts';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** Folders of the providers. */
const PROVIDERS = readdirSync('src/providers').filter((name) => existsSync(`src/providers/${name}/index.ts`));
const REGISTRIES = /[\\/]src[\\/]providers[\\/](?:clients|frameworks)\.ts$/;

/**
 * What `register` needs in a process in which no SDK is loaded, by paths in `src` without the extension. Of what has groups,
 * nothing needs a module of Node, because `manual` does without.
 */
const START_CHUNK: ChunkGroup = {
  name: 'start',
  paths: [
    ...[
      'config/options',
      'config/content/upload-options',
      'config/option-values',
      'config/attribute-values',
      'config/parsers',
      'config/unusable-value',
    ],
    ...[
      'config/shared-config',
      'config/env',
      'config/log-level',
      'config/nearest-name',
      'config/variable-names',
      'config/instrumentation-switches',
      'config/start/auto-setting',
      'config/test-runner',
      'providers/sdks',
      'facts/detector-names',
      'facts/sdk-names',
    ],
    ...[
      'runtime/log',
      'runtime/write-output',
      'runtime/terminal-text',
      'runtime/files/read-file',
      'runtime/files/working-directory',
      'runtime/platform',
      'runtime/version',
      'runtime/guard',
      'runtime/error-name',
    ],
    ...[
      'otel/non-recording-span',
      'otel/globals',
      'otel/started-spans',
      'otel/late-stack',
      'otel/telemetry-slot',
      'otel/flush',
      'otel/last-words',
      'telemetry/call/open-operations',
      'telemetry/call/call-counts',
      'telemetry/call/chunk-processing',
      'patching/loading/warn-unpatched',
      'runtime/undici-headers',
    ],
    ...['config/sdk/(?:sdk-mode|tree-settings)', 'config/backends/(?:with-backend|load-backends)'],
    ...['config/config-state', 'config/file/config-source', 'pipeline/load'],
  ],
};
/** What all providers share. */
const RECORDING_CHUNK: ChunkGroup = {
  name: 'recording',
  paths: [
    ...['cost/.*', 'facts/.*', 'otel/.*', 'redaction/.*', 'scope/.*', 'telemetry/.*', 'runtime/.*'],
    ...['patching/.*', 'providers/[\\w-]+', 'providers/reading/[\\w-]+'],
  ],
  except: [
    'patching/loading/(?:instrumentation|module-hooks|watched-package|appended-line)[\\w-]*',
    'telemetry/content/upload/(?!load-upload)[\\w-]+',
    'providers/frameworks',
    'providers/index',
    'runtime/glob',
  ],
};
/** What the environment says about the SDK: read by `register`, by `startTelemetry()`, and by pipelines of an SDK of an application. */
const SETTINGS_CHUNK: ChunkGroup = {
  name: 'settings',
  paths: [
    ...['config/sdk/[\\w-]+', 'config/sampling/[\\w-]+', 'config/steps/[\\w-]+', 'config/config-place'],
    ...[
      'config/start/(?:registered-exporters|instance-id)',
      'runtime/glob',
      'pipeline/sdk/item-steps',
      'pipeline/decisions/running-sampler',
    ],
    ...['config/start/settings-from-code', 'pipeline/load-pipeline-options'],
    ...['pipeline/shipping/(?:process-end|end-waiters)', 'pipeline/transport/flights'],
  ],
};
/** What every process with an SDK of `register` loads, in one file: each file more takes as long as some 10 kB of code. */
const PIPELINE_CHUNK: ChunkGroup = {
  name: 'pipeline-core',
  paths: [
    ...['pipeline/batches/[\\w-]+', 'pipeline/queue/(?!adaptive)[\\w-]+', 'pipeline/shipping/[\\w-]+'],
    ...['pipeline/transport/(?:outcome|proto-reader|response|retry-info|tls-options)'],
    ...['pipeline/exporters/(?:object-destination|without-tracing)', 'pipeline/sdk/late-stacks'],
  ],
};
/** Called for every call and chunk, in as few files as possible: a call from one file into another is a lookup. */
const GROUPS = [START_CHUNK, RECORDING_CHUNK, SETTINGS_CHUNK, PIPELINE_CHUNK];

/** Loaded with configuration files alone. */
const YAML_CHUNK = { name: 'yaml', test: /[\\/]node_modules[\\/]yaml[\\/]/ };

/** OpenTelemetry, as far as several parts of the build share its code. */
const OPENTELEMETRY_CHUNK = {
  name: 'opentelemetry',
  test: /[\\/]node_modules[\\/]@opentelemetry[\\/](?:core|resources|sdk-metrics|semantic-conventions)[\\/]/,
};

/** What only the command line needs stands beside the command line. */
const CLI = /[\\/]src[\\/]cli[\\/]/;

/** Public entries: they get an ESM face and types beside the CommonJS implementation. */
const PUBLIC = ['index', 'manual', 'pipeline', 'primitives', 'register', 'start', 'testing'] as const;

/** Files beside the code: prices are large, and loaded with the first call that has usage; parts are loaded by need. */
const BESIDE = new Set([
  './prices.json',
  './config.schema.json',
  './parts.cjs',
  './register-main.cjs',
  './config-file.cjs',
  './config-backends.cjs',
  './content-upload.cjs',
]);

const ENTRIES = {
  index: 'src/index.ts',
  manual: 'src/manual.ts',
  testing: 'src/testing/index.ts',
  pipeline: 'src/pipeline/index.ts',
  primitives: 'src/primitives/index.ts',
  start: 'src/start.ts',
  register: 'register/index.ts',
  'register-main': 'register/main.ts',
  // What follows is loaded by need: see src/pipeline/load.ts.
  'register-sdk': 'register/offer-sdk.ts',
  'register-providers': 'register/patch-on-load.ts',
  'register-auto': 'register/auto/start-auto.ts',
  'config-file': 'src/pipeline/config-file.ts',
  'pipeline-options': 'src/config/file/options/read-pipeline-options.ts',
  'config-backends': 'src/config/backends/backends.ts',
  'content-upload': 'src/telemetry/content/upload/upload-content.ts',
  'cli/main': 'src/cli/index.ts',
  'cli/report': 'src/cli/doctor/command/write-report.ts',
  'pipeline-sdk': 'src/pipeline/sdk/start-sdk.ts',
  'pipeline-logs': 'src/pipeline/sdk/start-logs.ts',
  'pipeline-send': 'src/pipeline/transport/send.ts',
  'pipeline-send-grpc': 'src/pipeline/transport/grpc.ts',
  'pipeline-read-answer': 'src/pipeline/transport/read-answer.ts',
  'pipeline-send-worker': 'src/pipeline/transport/worker.ts',
  'pipeline-otlp-proto': 'src/pipeline/exporters/otlp/proto-encoder.ts',
  'pipeline-otlp-proto-metrics': 'src/pipeline/exporters/otlp/metrics-proto.ts',
  'pipeline-otlp-json': 'src/pipeline/exporters/otlp/json-encoder.ts',
  'pipeline-otlp-json-metrics': 'src/pipeline/exporters/otlp/metrics-json.ts',
  'pipeline-spool': 'src/pipeline/spool/disk-spool.ts',
  'pipeline-re2': 'src/pipeline/match/re2.ts',
  'pipeline-steps': 'src/pipeline/steps/create-steps.ts',
  'pipeline-redact': 'src/pipeline/steps/redact/redact-step.ts',
  'pipeline-samplers': 'src/pipeline/samplers/own-samplers.ts',
  'pipeline-tail': 'src/pipeline/tail/tail-buffer.ts',
  'pipeline-adaptive': 'src/pipeline/queue/adaptive.ts',
  'pipeline-console': 'src/pipeline/exporters/console.ts',
  'pipeline-tree': 'src/pipeline/exporters/tree/tree-exporter.ts',
  'pipeline-zipkin': 'src/pipeline/exporters/zipkin.ts',
  'pipeline-prometheus': 'src/pipeline/exporters/prometheus/prometheus.ts',
  'pipeline-self-metrics': 'src/pipeline/sdk/metrics/self-metrics.ts',
  'pipeline-custom': 'src/pipeline/exporters/custom-exporter.ts',
  'pipeline-file': 'src/pipeline/exporters/file.ts',
  'pipeline-memory': 'src/pipeline/exporters/memory.ts',
  'pipeline-process-metrics': 'src/pipeline/sdk/metrics/process-metrics.ts',
  'pipeline-preset': 'src/pipeline/presets/create-preset.ts',
  'pipeline-b3': 'src/pipeline/sdk/b3.ts',
  'pipeline-detectors': 'src/pipeline/sdk/resource/environment-detectors.ts',
  'pipeline-jaeger': 'src/pipeline/sdk/jaeger.ts',
  ...Object.fromEntries(PROVIDERS.map((name) => [`provider-${name}`, `src/providers/${name}/index.ts`])),
};

export default defineConfig({
  entry: ENTRIES,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  dts: {
    // Members for this package alone are marked with `@internal`.
    compilerOptions: { stripInternal: true },
    entry: [
      'src/index.ts',
      'src/manual.ts',
      'src/pipeline/index.ts',
      'src/primitives/index.ts',
      'src/start.ts',
      'src/testing/index.ts',
      'register/index.ts',
    ],
  },
  clean: true,
  sourcemap: false,
  define: { __VERSION__: JSON.stringify(manifest.version) },
  external: ['@opentelemetry/api', '@opentelemetry/instrumentation'],
  plugins: [
    { name: 'data', resolveId: (id) => (BESIDE.has(id) ? { id, external: 'relative' } : undefined) },
    providersByNeed(REGISTRIES, PROVIDERS),
    plainExports(),
    checkChunkGroups(GROUPS),
  ],
  // OpenTelemetry's packages name their ESM build in `module` only. It can be tree-shaken, and taking it everywhere keeps
  // one copy of each in the build.
  inputOptions: { resolve: { mainFields: ['module', 'main'] } },
  // Its CommonJS build declares the names that rolldown gives to wrapped modules, which ends in a ReferenceError.
  alias: {
    // For Node the package offers its CommonJS build alone, of which nothing can be left out.
    yaml: resolve('node_modules/yaml/browser/dist/index.js'),
    '@opentelemetry/semantic-conventions': resolve('node_modules/@opentelemetry/semantic-conventions/dist/index.mjs'),
  },
  // Sloppy wrappers would turn the undefined `this` of a detached method into globalThis.
  outputOptions: {
    strict: true,
    // The comments of the sources, the registry's above all, are no use at run time; a process keeps the text of its code.
    comments: { jsdoc: false },
    chunkFileNames: ({ moduleIds }) =>
      moduleIds.some((id) => CLI.test(id)) ? 'cli/[name]-[hash].cjs' : '[name]-[hash].cjs',
    codeSplitting: { groups: [...codeSplitting(GROUPS).groups, YAML_CHUNK, OPENTELEMETRY_CHUNK] },
  },
  async onSuccess({ outDir }) {
    writePrices(outDir);
    writeParts(outDir, Object.keys(ENTRIES));
    writePlainDeclarations(outDir);
    writeEsmFaces(outDir, PUBLIC);
    writeCommandLine(outDir);
    await writeViewer(outDir);
    minifyParts(outDir);
    // The last step: what is minified has characters in place of their escapes.
    writeConfigFile(outDir);
  },
});
