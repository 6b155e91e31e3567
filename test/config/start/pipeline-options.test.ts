import { beforeEach, describe, expect, test, vi } from 'vitest';
import { readPipelineOptions, type TelemetryPipeline } from '../../../src/config/start/pipeline-options.ts';
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
    [{ 'otlp_file/development': {} }, 'otlp_file', { kind: 'otlp_file', path: null }],
    [
      { 'otlp_file/development': { outputStream: 'file:///tmp/b.jsonl' } },
      'otlp_file',
      { kind: 'otlp_file', path: '/tmp/b.jsonl', maxBytes: null },
    ],
    [
      { llm_otel_module: { module: './exporter.mjs', options: { a: 1 } } },
      'llm_otel_module',
      { kind: 'module', module: './exporter.mjs', options: { a: 1 } },
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

/** What cannot be used, and a part of the line that says so. */
const BAD: readonly (readonly [unknown, string])[] = [
  [null, 'expected an object'],
  [{}, 'expected an object with one key'],
  [{ exporter: { console: {}, zipkin: {} } }, 'one key'],
  [{ exporter: { otlp: {} } }, '"otlp" is not known; expected otlp_http, otlp_grpc,'],
  [{ exporter: { constructor: {} } }, 'is not known'],
  [{ name: 'Langfuse', exporter: { console: {} } }, 'name: expected 1 to 40'],
  [{ name: 'used', exporter: { console: {} } }, 'the name used is given twice'],
  [{ exporter: { otlp_http: { endpoint: 'user:secret@host' } } }, 'endpoint: expected a URL'],
  [{ exporter: { llm_otel_file: {} } }, 'path: expected a text'],
  [{ exporter: { llm_otel_memory: { maxItems: -1 } } }, 'maxItems: expected a whole number'],
  [{ exporter: { console: {} }, batch: { scheduleDelay: 'soon' } }, 'scheduleDelay: "soon" cannot be used'],
  [{ exporter: { console: {} }, batch: { delay: 5 } }, 'delay: 5 cannot be used; expected scheduleDelay,'],
  [{ exporter: { otlp_http: {} }, spool: {} }, 'spool.directory: expected a text'],
];

test.each(BAD)('%o is left out', (one, problem) => {
  const good = { name: 'used', exporter: { console: {} } };
  expect(read(good, one as TelemetryPipeline).map(({ name }) => name)).toEqual(['used']);
  expect(warnings).toEqual([expect.stringContaining('option pipelines[1]: ')]);
  expect(warnings[0]).toContain(problem);
  expect(warnings[0]).not.toContain('secret');
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
