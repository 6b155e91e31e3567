import { resolve } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { readPipelineOptions } from '../../../src/config/file/options/read-pipeline-options.ts';
import type { TelemetryPipeline } from '../../../src/config/start/pipeline-options.ts';
import { registerExporter } from '../../../src/config/start/registered-exporters.ts';
import { readSamplerOption, type SamplerOption } from '../../../src/config/start/sampler-option.ts';

const warnings: string[] = [];
vi.mock(import('../../../src/runtime/log.ts'), async (original) => ({
  ...(await original()),
  warnOnce: (message: string) => void warnings.push(message),
}));
beforeEach(() => {
  warnings.length = 0;
});

const read = (...list: readonly TelemetryPipeline[]) => readPipelineOptions(list, 'traces', {});
registerExporter('my_store', () => ({}));

describe('exporters', () => {
  test.each<[TelemetryPipeline['exporter'], string, object]>([
    [{ console: {} }, 'console', { kind: 'console' }],
    [{ llm_otel_memory: {} }, 'llm_otel_memory', { kind: 'memory', maxItems: 10_000 }],
    [{ llm_otel_memory: { maxItems: 5 } }, 'llm_otel_memory', { kind: 'memory', maxItems: 5 }],
    [
      { llm_otel_file: { path: '/tmp/a.jsonl', maxFiles: 2 } },
      'llm_otel_file',
      { kind: 'otlp_file', path: '/tmp/a.jsonl', maxBytes: 104_857_600, maxFiles: 2, maxAge: null },
    ],
    [{ 'otlp_file/development': {} }, 'otlp_file-development', { kind: 'otlp_file', path: null }],
    [
      { 'otlp_file/development': { outputStream: 'file:///tmp/b.jsonl' } },
      'otlp_file-development',
      { kind: 'otlp_file', path: '/tmp/b.jsonl', maxBytes: null },
    ],
    [
      { llm_otel_module: { module: './exporter.mjs', options: { a: 1 } } },
      'llm_otel_module',
      { kind: 'module', module: resolve('exporter.mjs'), options: { a: 1 } },
    ],
    [{ my_store: { bucket: 'b' } }, 'my_store', { kind: 'registered', name: 'my_store', options: { bucket: 'b' } }],
    [{ zipkin: { endpoint: 'http://z/api' } }, 'zipkin', { kind: 'zipkin', target: { url: 'http://z/api' } }],
    [
      { otlp_http: { endpoint: 'https://c/v1/traces', headers: { Authorization: 'a=b,c' }, timeout: 5 } },
      'otlp_http',
      {
        kind: 'otlp',
        protocol: 'http/protobuf',
        target: { url: 'https://c/v1/traces', headers: { authorization: 'a=b,c' }, timeoutMs: 5 },
      },
    ],
    [{ otlp_http: { encoding: 'json' } }, 'otlp_http', { protocol: 'http/json' }],
    [{ otlp_grpc: { endpoint: 'http://c:4317' } }, 'otlp_grpc', { protocol: 'grpc', target: { url: 'http://c:4317' } }],
  ])('%o', (exporter, name, settings) => {
    expect(read({ exporter })).toMatchObject([{ name, signal: 'traces', exporter: settings }]);
    expect(warnings).toEqual([]);
  });
});

test('names of one exporter are counted, and log records are a signal of their own', () => {
  const list: TelemetryPipeline[] = [
    { exporter: { console: {} } },
    { exporter: { console: {} } },
    { signal: 'logs', exporter: { console: {} } },
  ];
  expect(readPipelineOptions(list, 'traces', {}).map(({ name }) => name)).toEqual(['console', 'console-2']);
  expect(readPipelineOptions(list, 'logs', {}).map(({ name }) => name)).toEqual(['console']);
});

test('settings that are not set come from the environment', () => {
  const env = { LLM_OTEL_SPOOL: '/spool', LLM_OTEL_BREAKER: 'off', OTEL_BSP_SCHEDULE_DELAY: '100' };
  const [a, b] = readPipelineOptions(
    [
      { name: 'a', exporter: { otlp_http: {} } },
      {
        name: 'b',
        exporter: { otlp_http: {} },
        batch: { scheduleDelay: 7 },
        breaker: { failures: 2 },
        spool: { directory: '/other', mode: 'write_ahead' },
      },
    ],
    'traces',
    env,
  );
  expect(a).toMatchObject({ breaker: null, spool: { directory: '/spool' }, batch: { scheduleDelay: 100 } });
  expect(b).toMatchObject({
    breaker: { failures: 2, openFor: 5000 },
    spool: { directory: '/other', mode: 'write_ahead', maxAge: 86_400_000 },
    batch: { scheduleDelay: 7, maxExportBatchSize: 512 },
  });
});

/** What cannot be used, the option that the line names, and a part of the line. */
const BAD: readonly (readonly [unknown, string, string])[] = [
  [null, '', 'it is null; expected an object'],
  [{}, '.exporter', 'expected an object with one key'],
  [{ signal: 'metrics', exporter: { console: {} } }, '.signal', 'expected traces or logs'],
  [{ exporter: { console: {}, zipkin: {} } }, '.exporter', 'one key'],
  [{ exporter: { otlp: {} } }, '.exporter', '"otlp" is not known; expected otlp_http, otlp_grpc,'],
  [{ exporter: { otlp: {} } }, '.exporter', 'my_store'],
  [{ exporter: { constructor: {} } }, '.exporter', 'is not known'],
  [{ name: 'Langfuse', exporter: { console: {} } }, '.name', 'expected a text like ^[a-z0-9_-]{1,40}$'],
  [{ name: 'used', exporter: { console: {} } }, '.name', 'the name "used" is given twice'],
  [{ exporter: { otlp_http: { endpoint: 'user:secret@host' } } }, '.exporter.otlp_http.endpoint', 'expected a URL'],
  [{ exporter: { otlp_http: { headers: { a: 7 } } } }, '.exporter.otlp_http.headers.a', 'expected a text'],
  [{ exporter: { llm_otel_file: {} } }, '.exporter.llm_otel_file', 'the key "path" is missing'],
  [{ exporter: { llm_otel_module: { options: {} } } }, '.exporter.llm_otel_module', 'the key "module" is missing'],
  [{ exporter: { llm_otel_memory: { maxItems: -1 } } }, '.exporter.llm_otel_memory.maxItems', 'of at least 1'],
  [{ exporter: { console: {} }, batch: { scheduleDelay: 'soon' } }, '.batch.scheduleDelay', 'expected a whole number'],
  [{ exporter: { console: {} }, batch: { delay: 5 } }, '.batch.delay', 'expected one of scheduleDelay,'],
  [{ exporter: { console: {} }, batch: { scheduleDelays: 5 } }, '.batch', 'did you mean "scheduleDelay"?'],
  [{ exporter: { console: {} }, breaker: { openFor: 9, maxOpenFor: 3 } }, '.breaker.maxOpenFor', 'at least 9'],
  [{ exporter: { otlp_http: {} }, spool: {} }, '.spool', 'the key "directory" is missing'],
  [{ exporter: { console: {} }, spool: { directory: '/s' } }, '.spool', 'expected otlp_http or otlp_grpc'],
  [{ exporter: { console: {} }, batch: { adaptive: () => true } }, '', 'a function cannot be used'],
];

test.each(BAD)('%o is left out: %s', (one, place, problem) => {
  const good = { name: 'used', exporter: { console: {} } };
  expect(read(good, one as TelemetryPipeline).map(({ name }) => name)).toEqual(['used']);
  expect(warnings).toEqual([expect.stringContaining(`option pipelines[1]${place}`)]);
  expect(warnings[0]).toContain(problem);
  expect(warnings[0]).toMatch(/; the pipeline is left out\.$/);
  expect(warnings[0]).not.toContain('secret');
});

test('options that are a circle are left out', () => {
  const batch: Record<string, unknown> = {};
  batch.batch = batch;
  expect(read({ exporter: { console: {} }, batch } as TelemetryPipeline)).toEqual([]);
  expect(warnings).toEqual([expect.stringContaining('pipelines[0]: the options are too deep')]);
});

test('everything that a pipeline of a file can say', () => {
  const store = (): void => {};
  const [a, b] = read(
    {
      exporter: { otlp_grpc: { endpoint: 'c:4317', tls: { insecure: true }, compression: 'gzip' } },
      maxRequestSize: 2048,
      breaker: null,
      retry: { maxAttempts: 1 },
      spool: { directory: 's', fsync: true, encryption: { module: './crypt.mjs' } },
    },
    { exporter: { llm_otel_module: { module: 'own', options: { store } } } },
  );
  expect(a).toMatchObject({
    exporter: { target: { url: 'http://c:4317', compression: 'gzip' } },
    maxRequestSize: 2048,
    breaker: null,
    retry: { maxAttempts: 1, multiplier: 1.5 },
    spool: { directory: resolve('s'), fsync: true, encryption: { module: resolve('crypt.mjs'), from: process.cwd() } },
  });
  expect(b?.exporter).toMatchObject({ kind: 'module', module: 'own', options: { store } });
  expect(warnings).toEqual([]);
});

test('a spool of the environment is left out where the exporter sends no requests, with a warning', () => {
  expect(readPipelineOptions([{ exporter: { console: {} } }], 'traces', { LLM_OTEL_SPOOL: '/s' })).toMatchObject([
    { spool: null },
  ]);
  expect(warnings).toEqual([expect.stringContaining('the pipeline console runs without a spool')]);
});

test.each<[SamplerOption, object]>([
  [{ always_off: {} }, { kind: 'always_off' }],
  [{ trace_id_ratio_based: { ratio: 0.1 } }, { kind: 'trace_id_ratio_based', ratio: 0.1 }],
  [
    { parent_based: { root: { trace_id_ratio_based: { ratio: 0.5 } } } },
    { kind: 'parent_based', root: { kind: 'trace_id_ratio_based', ratio: 0.5 } },
  ],
  [{ parent_based: { root: { always_on: {} } } }, { kind: 'parent_based', root: { kind: 'always_on' } }],
])('the sampler %o', (option, settings) => {
  expect(readSamplerOption(option)).toMatchObject(settings);
  expect(warnings).toEqual([]);
});

test('a sampler that cannot be used is reported', () => {
  expect(readSamplerOption({ trace_id_ratio_based: { ratio: 7 } })).toMatchObject({
    kind: 'parent_based',
    root: { kind: 'always_on' },
  });
  expect(warnings).toHaveLength(1);
});
