import { describe, expect, test, vi } from 'vitest';
import { readPipelineOptions } from '../../../src/config/file/options/read-pipeline-options.ts';
import { exporters } from '../../../src/config/sdk/exporters.ts';
import { settingsFromCode } from '../../../src/config/start/settings-from-code.ts';
import { readTelemetryOptions, type TelemetryOptions } from '../../../src/config/start/telemetry-options.ts';

const warnings: string[] = [];
vi.mock(import('../../../src/runtime/log.ts'), async (original) => ({
  ...(await original()),
  warnOnce: (message: string) => void warnings.push(message),
}));

const production = { environment: 'production' };
const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
type Lists = readonly [traces: string, metrics: string, logs: string];

/** What runs, by options and environment. */
const TABLE: readonly (readonly [TelemetryOptions, Record<string, string>, Lists])[] = [
  [{}, {}, ['console', 'prometheus', '']],
  [{}, { NODE_ENV: 'development' }, ['console', 'prometheus', '']],
  [{}, { NODE_ENV: 'production' }, ['otlp', 'otlp', 'otlp']],
  [production, {}, ['otlp', 'otlp', 'otlp']],
  [{}, { OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging' }, ['otlp', 'otlp', 'otlp']],
  [{}, endpoint, ['otlp', 'otlp', 'otlp']],
  [{}, { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://c' }, ['otlp', 'otlp', 'otlp']],
  [{}, { OTEL_TRACES_EXPORTER: 'zipkin' }, ['zipkin', 'otlp', 'otlp']],
  [production, { OTEL_TRACES_EXPORTER: 'none' }, ['', 'otlp', 'otlp']],
  [{ ...production, prometheusPort: 9500 }, {}, ['otlp', 'otlp,prometheus', 'otlp']],
  [{ ...production, consoleTraces: true }, {}, ['otlp,console', 'otlp', 'otlp']],
  [{ ...production, otlp: false }, {}, ['', '', '']],
  [{ otlp: true }, {}, ['console,otlp', 'prometheus,otlp', 'otlp']],
  [{ consoleTraces: false, prometheusPort: false }, {}, ['', '', '']],
  [{ consoleTraces: true }, { OTEL_TRACES_EXPORTER: 'otlp' }, ['otlp,console', 'otlp', 'otlp']],
  [{ pipelines: [] }, {}, ['', '', '']],
  [{ pipelines: [], prometheusPort: 9500 }, endpoint, ['', 'prometheus', '']],
  [{ pipelines: [] }, { OTEL_METRICS_EXPORTER: 'console' }, ['', 'console', '']],
];

test.each(TABLE)('options %o with %o', (options, env, lists) => {
  const found = exporters(readTelemetryOptions(options, env).env);
  expect([found.traces.join(), found.metrics.join(), found.logs.join()]).toEqual(lists);
});

test.each<[TelemetryOptions, Record<string, string>]>([
  [{}, { OTEL_SDK_DISABLED: 'true' }],
  [{}, { LLM_OTEL_ENABLED: 'false' }],
  [{}, { LLM_OTEL_ENABLED: '0' }],
  [{ enabled: false }, {}],
])('%o with %o is off', (options, env) => {
  expect(readTelemetryOptions(options, env).isEnabled).toBe(false);
});

describe('the resource', () => {
  const resource = (options: TelemetryOptions, env = {}) =>
    settingsFromCode(readTelemetryOptions(options, { NODE_ENV: 'test', ...env }), () => readPipelineOptions).resource;

  test('has the simple options, and keeps the variables', () => {
    const found = resource(
      { serviceName: 'shop, "1"', serviceVersion: '2' },
      { OTEL_SERVICE_NAME: 'other', OTEL_RESOURCE_ATTRIBUTES: 'team=a%2Cb,service.version=1' },
    );
    expect(found).toEqual({
      detectors: expect.any(Array),
      serviceName: 'shop, "1"',
      attributes: {
        team: 'a,b',
        'service.name': 'shop, "1"',
        'service.version': '2',
        'deployment.environment.name': 'test',
      },
    });
  });

  test('takes further attributes', () => {
    const found = resource({ resource: { attributes: { 'service.name': 'mine', shards: [1, 2] } } });
    expect(found).toMatchObject({ serviceName: 'mine', attributes: { shards: [1, 2] } });
  });
});

test('options that cannot be used are reported and left out', () => {
  warnings.length = 0;
  const options = { serviceName: 7, prometheusPort: 'x', otlp: 'perhaps', environment: '' };
  const { env } = readTelemetryOptions(options as unknown as TelemetryOptions, { NODE_ENV: 'production' });
  expect(exporters(env)).toEqual({ traces: ['otlp'], metrics: ['otlp'], logs: ['otlp'] });
  expect(env.OTEL_SERVICE_NAME).toBeUndefined();
  expect(new Set(warnings.map((line) => line.split(':')[0]))).toEqual(
    new Set(['option serviceName', 'option prometheusPort', 'option otlp', 'option environment']),
  );
});
