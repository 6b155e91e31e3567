import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import * as backends from '../../../src/config/backends/backends.ts';
import { problemLine } from '../../../src/config/file/index.ts';
import { pipelineFile, readText, settingsOf } from './files.ts';

vi.mock(import('../../../src/config/backends/load-backends.ts'), () => ({ loadBackends: () => backends }));

const TOP = 'file_format: "1.1"\n';

/** The one pipeline of a text. */
const pipelineOf = (text: string, env: Record<string, string> = {}) => settingsOf(text, env).sdk.traces?.pipelines[0];

describe('tracer_provider', () => {
  test('a pipeline without keys has the defaults of the package', () => {
    expect(pipelineOf(pipelineFile('exporter: { otlp_http: }'))).toEqual({
      name: 'otlp_http',
      signal: 'traces',
      maxRequestSize: 4_194_304,
      retry: { initialInterval: 1000, multiplier: 1.5, maxInterval: 5000, maxAttempts: 5 },
      breaker: { failures: 5, openFor: 5000, maxOpenFor: 30_000 },
      spool: null,
      batch: {
        scheduleDelay: 5000,
        exportTimeout: 30_000,
        maxQueueSize: null,
        maxExportBatchSize: 512,
        maxQueueBytes: expect.any(Number),
        overflow: 'drop_newest',
        adaptive: false,
        maxConcurrentExports: 30,
      },
      exporter: {
        kind: 'otlp',
        protocol: 'http/protobuf',
        target: {
          signal: 'traces',
          transport: 'http',
          url: 'http://localhost:4318/v1/traces',
          headers: { 'user-agent': expect.any(String), 'content-type': 'application/x-protobuf' },
          compression: 'none',
          timeoutMs: 10_000,
          tls: {},
        },
      },
    });
  });

  /** Lines of a pipeline and what the pipeline becomes. */
  const ROWS: readonly (readonly [string, object])[] = [
    ['breaker: null', { breaker: null }],
    ['breaker: { failures: 2, open_for: 60000 }', { breaker: { failures: 2, openFor: 60_000, maxOpenFor: 60_000 } }],
    [
      'retry: { max_attempts: 0 }',
      { retry: { initialInterval: 1000, multiplier: 1.5, maxInterval: 5000, maxAttempts: 0 } },
    ],
    ['batch: { max_queue_size: 100 }', { batch: { maxQueueSize: 100, maxExportBatchSize: 100 } }],
    ['batch: { export_timeout: 0, adaptive: true }', { batch: { exportTimeout: 2_147_483_647, adaptive: true } }],
    ['steps: [{ redact: }]', { steps: [{ redact: null }] }],
    ['tail: { default: keep }', { tail: { default: 'keep' } }],
    ['resource_attributes: [{ name: a, value: 1 }]', { resourceAttributes: { a: 1 } }],
    ['name: mine', { name: 'mine' }],
    ['max_request_size: 2048', { maxRequestSize: 2048 }],
  ];
  test.each(ROWS)('%s', (line, settings) => {
    expect(pipelineOf(pipelineFile('exporter: { otlp_http: }', line))).toMatchObject(settings);
  });

  test('LLM_OTEL_* hold for keys that the file does not set', () => {
    const env = {
      LLM_OTEL_QUEUE_MAX_BYTES: '2048',
      LLM_OTEL_QUEUE_OVERFLOW: 'drop_oldest',
      LLM_OTEL_BREAKER: 'off',
      LLM_OTEL_SPOOL: '/tmp/spool',
      LLM_OTEL_MAX_REQUEST_SIZE: '9999',
      OTEL_BSP_SCHEDULE_DELAY: '1',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://elsewhere:1',
    };
    expect(pipelineOf(pipelineFile('exporter: { otlp_http: }', 'batch: { overflow: drop_newest }'), env)).toMatchObject(
      {
        batch: { maxQueueBytes: 2048, overflow: 'drop_newest', scheduleDelay: 5000 },
        breaker: null,
        spool: { directory: '/tmp/spool' },
        maxRequestSize: 9999,
        exporter: { target: { url: 'http://localhost:4318/v1/traces' } },
      },
    );
    expect(pipelineOf(pipelineFile('exporter: { otlp_http: }', 'spool: null', 'breaker: {}'), env)).toMatchObject({
      breaker: { failures: 5 },
      spool: null,
    });
    expect(pipelineOf(pipelineFile('exporter: { console: }'), env)).toMatchObject({ spool: null });
  });

  test('names', () => {
    const processors = [
      '{ batch: { exporter: { otlp_http: } } }',
      '{ batch: { exporter: { otlp_http: } } }',
      '{ llm_otel_pipeline: { name: otlp_http-2, exporter: { console: } } }',
      '{ simple: { exporter: { otlp_file/development: } } }',
    ];
    const { sdk } = settingsOf(`${TOP}tracer_provider: { processors: [${processors.join()}] }`);
    expect(sdk.traces?.pipelines.map(({ name }) => name)).toEqual([
      'otlp_http',
      'otlp_http-3',
      'otlp_http-2',
      'otlp_file-development',
    ]);
  });

  /** Exporters and what each becomes. */
  const EXPORTERS: readonly (readonly [string, object])[] = [
    [
      'otlp_http: { encoding: json }',
      { protocol: 'http/json', target: { headers: { 'content-type': 'application/json' } } },
    ],
    ['otlp_http: { timeout: 0, compression: gzip }', { target: { timeoutMs: 2_147_483_647, compression: 'gzip' } }],
    [
      'otlp_http: { headers_list: "a=1%2C,B=2", headers: [{ name: b, value: "3" }, { name: c, value: null }] }',
      { target: { headers: { a: '1,', b: '3' } } },
    ],
    ['otlp_grpc: ', { protocol: 'grpc', target: { transport: 'grpc', url: 'http://localhost:4317' } }],
    ['otlp_grpc: { endpoint: "host:1" }', { target: { url: 'https://host:1' } }],
    ['otlp_grpc: { endpoint: "host:1", tls: { insecure: true } }', { target: { url: 'http://host:1' } }],
    ['console: ', { kind: 'console' }],
    ['zipkin: { endpoint: "http://z:1/x" }', { kind: 'zipkin', target: { url: 'http://z:1/x' } }],
    ['otlp_file/development: ', { kind: 'otlp_file', path: null, maxBytes: null }],
    ['otlp_file/development: { output_stream: "file:///tmp/x.jsonl" }', { kind: 'otlp_file', path: '/tmp/x.jsonl' }],
    ['llm_otel_console: { output: json }', { kind: 'tree', tree: { output: 'stderr', format: 'json', wait: 5000 } }],
    ['llm_otel_memory: ', { kind: 'memory', maxItems: 10_000 }],
    ['llm_otel_module: { module: some-package, options: { a: [1] } }', { module: 'some-package', options: { a: [1] } }],
  ];
  test.each(EXPORTERS)('%s', (exporter, settings) => {
    expect(pipelineOf(pipelineFile(`exporter: { ${exporter} }`))?.exporter).toMatchObject(settings);
  });

  test('relative paths begin at the file', () => {
    const text = pipelineFile('exporter: { llm_otel_file: { path: logs/x.jsonl } }');
    const file = readText(text);
    const folder = file.root?.context.folder ?? '';
    expect(file.settings?.sdk.traces?.pipelines[0]?.exporter).toMatchObject({ path: join(folder, 'logs/x.jsonl') });
    expect(folder).not.toBe(process.cwd());
    const module = pipelineOf(pipelineFile('exporter: { llm_otel_module: { module: ./x.mjs } }'))?.exporter;
    expect(module).toMatchObject({ module: expect.stringMatching(/llm-otel-config-\w+[\\/]x\.mjs$/) });
    const spool = pipelineOf(pipelineFile('exporter: { otlp_http: }', 'spool: { directory: s }'))?.spool;
    expect(spool?.directory).toMatch(/llm-otel-config-\w+[\\/]s$/);
    const keys = 'spool: { directory: s, fsync: true, encryption: { module: ./crypt.mjs } }';
    const encrypted = pipelineOf(pipelineFile('exporter: { otlp_http: }', keys))?.spool;
    expect(encrypted).toMatchObject({
      fsync: true,
      encryption: {
        module: expect.stringMatching(/llm-otel-config-\w+[\\/]crypt\.mjs$/),
        from: expect.stringMatching(/llm-otel-config-\w+$/),
      },
    });
  });

  /** Samplers and what each becomes. */
  const SAMPLERS: readonly (readonly [string, object])[] = [
    ['always_off: ', { kind: 'always_off' }],
    ['trace_id_ratio_based: { ratio: 0.25 }', { kind: 'trace_id_ratio_based', ratio: 0.25 }],
    [
      'parent_based: { root: { always_off: }, remote_parent_sampled: { trace_id_ratio_based: } }',
      {
        kind: 'parent_based',
        root: { kind: 'always_off' },
        remoteParentSampled: { kind: 'trace_id_ratio_based', ratio: 1 },
        remoteParentNotSampled: { kind: 'always_off' },
        localParentSampled: { kind: 'always_on' },
        localParentNotSampled: { kind: 'always_off' },
      },
    ],
    [
      'llm_otel_rate_limiting: { traces_per_second: 5 }',
      { kind: 'rate_limiting', tracesPerSecond: 5, burst: 5, key: undefined },
    ],
    ['llm_otel_rate_limiting: { traces_per_second: 0.1, key: user.id }', { burst: 1, key: 'user.id' }],
    ['llm_otel_adaptive: { traces_per_second: 5, min: 0.1 }', { kind: 'adaptive', min: 0.1, max: 1 }],
    [
      'llm_otel_rules: { rules: [{ name: a, match: { name: x* }, sampler: { always_off: } }] }',
      {
        kind: 'rules',
        rules: [{ name: 'a', match: { name: 'x*' }, sampler: { kind: 'always_off' } }],
        fallback: { kind: 'always_on' },
      },
    ],
    [
      'llm_otel_any: { samplers: [{ parent_based: }, { llm_otel_module: { module: ./s.mjs, options: { a: 1 } } }] }',
      {
        kind: 'any',
        samplers: [{ kind: 'parent_based' }, { kind: 'module', module: './s.mjs', options: { a: 1 } }],
      },
    ],
    ['probability/development: { ratio: 0.5 }', { kind: 'trace_id_ratio_based', ratio: 0.5 }],
    ['llm_otel_all: { samplers: [{ trace_id_ratio_based: { ratio: 0.5 } }] }', { kind: 'all' }],
    ['composite/development: { always_on: }', { kind: 'composite', sampler: { kind: 'always_on' } }],
    [
      'composite/development: { parent_threshold: { root: { rule_based: { rules: [{ attribute_values: { key: a, values: [b] }, span_kinds: [client], sampler: { probability: { ratio: 0.5 } } }] } } } }',
      {
        kind: 'composite',
        sampler: {
          kind: 'parent_threshold',
          root: {
            kind: 'rule_based',
            rules: [
              {
                attributeValues: { key: 'a', values: ['b'] },
                attributePatterns: undefined,
                spanKinds: ['client'],
                parent: undefined,
                sampler: { kind: 'probability', ratio: 0.5 },
              },
            ],
          },
        },
      },
    ],
  ];
  test.each(SAMPLERS)('sampler %s', (sampler, settings) => {
    const text = `${TOP}tracer_provider: { processors: [{ simple: { exporter: { console: } } }], sampler: { ${sampler} } }`;
    expect(settingsOf(text).sdk.traces?.sampler).toMatchObject(settings);
  });

  test('a sampler that the schema lets pass may still be a problem, at its place', () => {
    const text = `${TOP}tracer_provider:
  processors: [{ simple: { exporter: { console: } } }]
  sampler:
    llm_otel_any:
      samplers:
        - llm_otel_adaptive: { traces_per_second: 5, min: 0.5, max: 0.1 }
`;
    expect(readText(text).problems.map(problemLine)).toEqual([
      expect.stringMatching(
        /:7:59 \/tracer_provider\/sampler\/llm_otel_any\/samplers\/0\/llm_otel_adaptive\/min: 0.5 is more than max, 0.1$/,
      ),
    ]);
  });

  test('the sampler of Jaeger is its initial sampler, with a warning at its place', () => {
    const text = `${TOP}tracer_provider:
  processors: [{ simple: { exporter: { console: } } }]
  sampler:
    llm_otel_any:
      samplers: [{ always_off: }, { jaeger_remote/development: { endpoint: "http://j", initial_sampler: { always_on: } } }]
`;
    const { settings, warnings } = readText(text);
    expect(settings?.sdk.traces?.sampler).toMatchObject({ samplers: [{ kind: 'always_off' }, { kind: 'always_on' }] });
    expect(warnings.map(problemLine)).toEqual([
      expect.stringMatching(
        /:6:\d+ .*\/samplers\/1\/jaeger_remote~1development: the sampler of Jaeger is not supported/,
      ),
    ]);
  });

  test('tail', () => {
    const tail =
      'tail: { decision_wait: 5, policies: [{ name: e, keep: { status: error } }, { name: r, ratio: 0.1 }], default: keep }';
    expect(pipelineOf(pipelineFile('exporter: { console: }', tail))?.tail).toEqual({
      decisionWait: 5,
      maxTraces: 10_000,
      maxSpans: 100_000,
      policies: [
        { name: 'e', keep: { status: 'error' } },
        { name: 'r', ratio: 0.1 },
      ],
      default: 'keep',
      decided: 50_000,
    });
  });

  test('without a sampler the parent decides', () => {
    expect(settingsOf(pipelineFile('exporter: { console: }')).sdk.traces?.sampler).toMatchObject({
      kind: 'parent_based',
      root: { kind: 'always_on' },
    });
  });

  test('limits of the provider go before general limits', () => {
    const limits = 'attribute_limits: { attribute_count_limit: 7, attribute_value_length_limit: 70 }\n';
    const provider =
      'tracer_provider: { processors: [{ simple: { exporter: { console: } } }], limits: { attribute_count_limit: 5 } }';
    expect(settingsOf(TOP + limits + provider).sdk.traces?.limits).toMatchObject({
      attributeCountLimit: 5,
      attributeValueLengthLimit: 70,
      own: { eventCountLimit: 2048 },
    });
  });
});

describe('meter_provider', () => {
  test('readers', () => {
    const { sdk } = settingsOf(`${TOP}meter_provider:
  readers:
    - periodic:
        interval: 5000
        cardinality_limits: { default: 10, counter: 5 }
        exporter:
          otlp_http:
            temporality_preference: low_memory
            default_histogram_aggregation: base2_exponential_bucket_histogram
    - pull: { exporter: { prometheus/development: { host: 0.0.0.0, port: 9999, scope_info_enabled: false } } }
    - pull:
        cardinality_limits: { default: 7 }
        exporter:
          prometheus/development:
            resource_constant_labels: { included: ["service.*"] }
            translation_strategy: no_translation/development
    - periodic: { exporter: { console: } }
`);
    expect(sdk.metrics?.readers).toMatchObject([
      {
        intervalMs: 5000,
        timeoutMs: 5000,
        temporality: 'lowmemory',
        histograms: 'base2_exponential_bucket_histogram',
        cardinalityLimits: { default: 10, counter: 5 },
        pipeline: {
          name: 'otlp_http',
          signal: 'metrics',
          exporter: { target: { url: 'http://localhost:4318/v1/metrics' } },
        },
      },
      {
        pipeline: { exporter: { kind: 'prometheus', host: '0.0.0.0', port: 9999, scopeInfo: false, targetInfo: true } },
      },
      {
        cardinalityLimits: { default: 7 },
        pipeline: {
          name: 'prometheus-development-2',
          exporter: { translation: 'no_translation/development', constantLabels: { included: ['service.*'] } },
        },
      },
      { intervalMs: 60_000, temporality: 'cumulative', pipeline: { name: 'console' } },
    ]);
  });

  test('views', () => {
    const { sdk } = settingsOf(`${TOP}meter_provider:
  readers: [{ periodic: { exporter: { console: } } }]
  views:
    - selector: { instrument_name: "gen_ai.*", instrument_type: histogram, meter_name: m }
      stream:
        aggregation: { explicit_bucket_histogram: { boundaries: [1, 2] } }
        attribute_keys: { excluded: ["user.*"] }
        aggregation_cardinality_limit: 9
    - selector: { instrument_name: x }
      stream: { name: y, description: z, aggregation: { drop: } }
`);
    expect(sdk.metrics?.views).toEqual([
      {
        instrumentName: 'gen_ai.*',
        instrumentKind: 'histogram',
        meterName: 'm',
        aggregation: { kind: 'explicit_bucket_histogram', boundaries: [1, 2], recordMinMax: true },
        attributeKeys: { excluded: ['user.*'] },
        cardinalityLimit: 9,
      },
      { instrumentName: 'x', name: 'y', description: 'z', aggregation: { kind: 'drop' } },
    ]);
  });
});

describe('other sections', () => {
  test('resource', () => {
    const { sdk } = settingsOf(`${TOP}resource:
  attributes:
    - { name: service.name, value: shop }
    - { name: replicas, value: 3, type: int }
    - { name: nothing, value: null }
  attributes_list: "service.name=other,team=a%20b"
  schema_url: https://example.com/schema
  detection/development: { attributes: { excluded: [host.*] }, detectors: [{ host: }, { k8s: }] }
`);
    expect(sdk.resource).toEqual({
      serviceName: 'shop',
      attributes: { 'service.name': 'shop', replicas: 3, team: 'a b' },
      schemaUrl: 'https://example.com/schema',
      detectors: ['host', 'os', 'k8s'],
      detected: { excluded: ['host.*'] },
    });
  });

  test('a section that is missing turns its signal off', () => {
    const { sdk } = settingsOf(TOP, { OTEL_SERVICE_NAME: 'x', OTEL_PROPAGATORS: 'b3' });
    expect(sdk).toMatchObject({ resource: { serviceName: undefined }, propagators: [] });
    expect([sdk.traces, sdk.logs, sdk.metrics]).toEqual([undefined, undefined, undefined]);
  });

  test('distribution', () => {
    const { options, distribution } = settingsOf(
      `${TOP}distribution: { llm_otel: { capture_content: SPAN_ONLY, chunk_events: 0, features: { openai: 0.5 }, self_metrics: true } }`,
    );
    expect(options).toEqual({ captureContent: 'SPAN_ONLY', chunkEvents: 0 });
    expect(distribution).toEqual({ features: { openai: 0.5 }, selfMetrics: true });
  });

  test.each([
    ['disabled: true', {}, true],
    ['disabled: false', {}, false],
    ['distribution: { llm_otel: { enabled: false } }', {}, true],
    ['distribution: { llm_otel: { enabled: false } }', { LLM_OTEL_ENABLED: 'true' }, false],
  ])('%s with %o is disabled: %s', (text, env, isDisabled) => {
    expect(settingsOf(TOP + text, env as Record<string, string>).isDisabled).toBe(isDisabled);
  });

  test('log_level', () => {
    expect(settingsOf(`${TOP}log_level: debug3`).logLevel).toBe('debug');
    expect(settingsOf(`${TOP}log_level: fatal`).logLevel).toBe('warn');
    expect(settingsOf(TOP).logLevel).toBeUndefined();
  });
});

describe('over the environment', () => {
  const env = {
    OTEL_SERVICE_NAME: 'shop',
    OTEL_TRACES_EXPORTER: 'zipkin',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'console',
    OTEL_PROPAGATORS: 'b3',
    OTEL_BSP_SCHEDULE_DELAY: '7',
  };

  test('sections that the file does not have stay', () => {
    const { sdk } = settingsOf('resource: { attributes: [{ name: a, value: b }] }', env, true);
    expect(sdk).toMatchObject({
      resource: { serviceName: undefined, attributes: { a: 'b' } },
      propagators: ['b3'],
      traces: { pipelines: [{ name: 'zipkin', batch: { scheduleDelay: 7 } }] },
      logs: { pipelines: [{ name: 'console' }] },
    });
  });

  test('a section replaces everything that the environment says about it', () => {
    const { sdk } = settingsOf(
      'tracer_provider: { processors: [{ batch: { exporter: { otlp_grpc: } } }] }\npropagator: { composite_list: none }',
      env,
      true,
    );
    expect(sdk).toMatchObject({
      resource: { serviceName: 'shop' },
      propagators: [],
      traces: { pipelines: [{ name: 'otlp_grpc', batch: { scheduleDelay: 5000 } }] },
      logs: { pipelines: [{ name: 'console' }] },
    });
    expect(sdk.traces?.pipelines).toHaveLength(1);
  });

  test('general limits hold for signals of the environment', () => {
    const { sdk } = settingsOf('attribute_limits: { attribute_count_limit: 9 }', env, true);
    expect(sdk.traces?.limits.attributeCountLimit).toBe(9);
  });
});

test('a file replaces the product of LLM_OTEL_BACKEND where the file has a tracer provider', () => {
  const env = { LLM_OTEL_BACKEND: 'langfuse', LANGFUSE_PUBLIC_KEY: 'a', LANGFUSE_SECRET_KEY: 'b' };
  const pipelines = pipelineFile('exporter: { otlp_http: }');
  for (const isOverlay of [false, true])
    expect(settingsOf(pipelines, env, isOverlay).sdk.traces?.pipelines[0]).not.toHaveProperty('preset');
  expect(settingsOf(pipelines, env, true).sdk.metrics?.readers).toHaveLength(1);
  const { traces, metrics } = settingsOf('propagator: { composite_list: b3 }', env, true).sdk;
  expect(traces?.pipelines[0]).toMatchObject({ steps: [{ preset: { name: 'langfuse' } }] });
  expect(metrics).toBeUndefined();
});

test('variables that are replaced, and variables that are not read', () => {
  const env = {
    LLM_OTEL_CONSOLE: '1',
    LLM_OTEL_SAMPLER: 'adaptive',
    LLM_OTEL_SPOOL: '/tmp/x',
    OTEL_SDK_DISABLED: 'false',
    OTEL_SERVICE_NAME: 'x',
    OTEL_TRACES_EXPORTER: 'otlp',
    USED: 'y',
    OTEL_USED: 'y',
  };
  const file = readText(`${TOP}resource: { attributes: [{ name: a, value: "\${OTEL_USED}" }] }`, env);
  expect(file.replaced.map((message) => message.split(':')[0])).toEqual(['LLM_OTEL_SAMPLER', 'LLM_OTEL_CONSOLE']);
  expect(file.ignored).toEqual(['OTEL_SERVICE_NAME', 'OTEL_TRACES_EXPORTER']);
  const overlay = readText('resource: { attributes: [{ name: a, value: b }] }', env, true);
  expect([overlay.replaced, overlay.ignored]).toEqual([[], []]);
});

test('JSON is YAML', () => {
  const text = JSON.stringify({ file_format: '1.1', disabled: true }, undefined, 2);
  expect(settingsOf(text).isDisabled).toBe(true);
});
