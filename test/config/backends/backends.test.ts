import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import * as backends from '../../../src/config/backends/backends.ts';
import type { SdkSettings } from '../../../src/config/sdk/sdk-settings.ts';
import { ROOT } from '../../support/spawn.ts';
import { freshWarnings } from '../../support/warnings.ts';

vi.mock(import('../../../src/config/backends/load-backends.ts'), () => ({ loadBackends: () => backends }));

const said = freshWarnings();

async function settingsOf(env: Readonly<Record<string, string>>): Promise<SdkSettings> {
  const { sdkSettings } = await import('../../../src/config/sdk/sdk-settings.ts');
  return sdkSettings(env);
}

/** Each signal as `url {headers}`, without what every request has; `-` where a signal is off. */
async function targetsOf(env: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const { traces, metrics, logs } = await settingsOf(env);
  const show = (pipelines: NonNullable<SdkSettings['traces']>['pipelines'] | undefined): string => {
    const exporter = pipelines?.[0]?.exporter;
    if (exporter?.kind !== 'otlp') return '-';
    const { 'user-agent': _agent, 'content-type': _type, ...headers } = exporter.target.headers;
    return `${exporter.target.url} ${JSON.stringify(headers)}`;
  };
  return {
    traces: show(traces?.pipelines),
    metrics: show(metrics?.readers.map(({ pipeline }) => pipeline)),
    logs: show(logs?.pipelines),
  };
}

const LANGFUSE = { LLM_OTEL_BACKEND: 'langfuse', LANGFUSE_PUBLIC_KEY: 'pk', LANGFUSE_SECRET_KEY: 'sk' };
const BASIC = 'Basic cGs6c2s=';
const off = { metrics: '-', logs: '-' };
const all = (url: string, headers: string): Record<string, string> =>
  Object.fromEntries(['traces', 'metrics', 'logs'].map((signal) => [signal, `${url}/v1/${signal} ${headers}`]));

const TARGETS: readonly (readonly [name: string, keys: Record<string, string>, expected: Record<string, string>])[] = [
  [
    'langfuse',
    { LANGFUSE_PUBLIC_KEY: 'pk', LANGFUSE_SECRET_KEY: 'sk', LANGFUSE_HOST: 'https://us.cloud.langfuse.com/' },
    {
      traces: `https://us.cloud.langfuse.com/api/public/otel/v1/traces {"authorization":"${BASIC}","x-langfuse-ingestion-version":"4"}`,
      ...off,
    },
  ],
  ['phoenix', {}, { traces: 'http://localhost:6006/v1/traces {}', ...off }],
  [
    'phoenix',
    { PHOENIX_COLLECTOR_ENDPOINT: 'https://app.phoenix.arize.com/s/me/v1/traces', PHOENIX_API_KEY: 'k' },
    { traces: 'https://app.phoenix.arize.com/s/me/v1/traces {"authorization":"Bearer k"}', ...off },
  ],
  [
    'arize',
    { ARIZE_SPACE_ID: 's', ARIZE_API_KEY: 'k', ARIZE_COLLECTOR_ENDPOINT: 'https://otlp.eu-west-1a.arize.com/v1' },
    { traces: 'https://otlp.eu-west-1a.arize.com/v1/traces {"arize-space-id":"s","arize-api-key":"k"}', ...off },
  ],
  [
    'mlflow',
    { MLFLOW_TRACKING_URI: 'https://ml.example', MLFLOW_EXPERIMENT_ID: '7', MLFLOW_TRACKING_TOKEN: 't' },
    { traces: 'https://ml.example/v1/traces {"x-mlflow-experiment-id":"7","authorization":"Bearer t"}', ...off },
  ],
  [
    'mlflow',
    { MLFLOW_TRACKING_USERNAME: 'pk', MLFLOW_TRACKING_PASSWORD: 'sk' },
    { traces: `http://localhost:5000/v1/traces {"x-mlflow-experiment-id":"0","authorization":"${BASIC}"}`, ...off },
  ],
  [
    'langsmith',
    { LANGSMITH_API_KEY: 'k', LANGSMITH_PROJECT: 'Größe, 2' },
    {
      traces: 'https://api.smith.langchain.com/otel/v1/traces {"x-api-key":"k","langsmith-project":"Größe, 2"}',
      ...off,
    },
  ],
  [
    'braintrust',
    { BRAINTRUST_API_KEY: 'k' },
    {
      traces:
        'https://api.braintrust.dev/otel/v1/traces {"authorization":"Bearer k","x-bt-parent":"project_name:default-otel-project"}',
      logs: 'https://api.braintrust.dev/otel/v1/logs {"authorization":"Bearer k","x-bt-parent":"project_name:default-otel-project"}',
      metrics: '-',
    },
  ],
  [
    'logfire',
    { LOGFIRE_TOKEN: 'pylf_v1_eu_abc' },
    all('https://logfire-eu.pydantic.dev', '{"authorization":"pylf_v1_eu_abc"}'),
  ],
  ['logfire', { LOGFIRE_TOKEN: 'old' }, all('https://logfire-us.pydantic.dev', '{"authorization":"old"}')],
  [
    'opik',
    { OPIK_API_KEY: 'k', OPIK_WORKSPACE: 'w', OPIK_PROJECT_NAME: 'p' },
    {
      traces:
        'https://www.comet.com/opik/api/v1/private/otel/v1/traces {"authorization":"k","comet-workspace":"w","projectname":"p"}',
      ...off,
    },
  ],
  [
    'opik',
    { OPIK_URL_OVERRIDE: 'http://localhost:5173/api/' },
    { traces: 'http://localhost:5173/api/v1/private/otel/v1/traces {"comet-workspace":"default"}', ...off },
  ],
  [
    'datadog',
    { DD_API_KEY: 'k', DD_SITE: 'us5.datadoghq.com' },
    {
      ...all('https://otlp.us5.datadoghq.com', '{"dd-api-key":"k"}'),
      traces: 'https://otlp.us5.datadoghq.com/v1/traces {"dd-api-key":"k","dd-otlp-source":"llmobs"}',
    },
  ],
  ['newrelic', { NEW_RELIC_LICENSE_KEY: 'k' }, all('https://otlp.nr-data.net', '{"api-key":"k"}')],
  ['newrelic', { NEW_RELIC_LICENSE_KEY: 'eu01xxk' }, all('https://otlp.eu01.nr-data.net', '{"api-key":"eu01xxk"}')],
  [
    'honeycomb',
    {
      HONEYCOMB_API_KEY: 'k',
      HONEYCOMB_API_ENDPOINT: 'https://api.eu1.honeycomb.io:443',
      HONEYCOMB_METRICS_DATASET: 'm',
    },
    {
      ...all('https://api.eu1.honeycomb.io', '{"x-honeycomb-team":"k"}'),
      metrics: 'https://api.eu1.honeycomb.io/v1/metrics {"x-honeycomb-team":"k","x-honeycomb-dataset":"m"}',
    },
  ],
  [
    'grafana-cloud',
    { GRAFANA_CLOUD_ZONE: 'prod-eu-west-0', GRAFANA_CLOUD_INSTANCE_ID: 'pk', GRAFANA_CLOUD_API_TOKEN: 'sk' },
    all('https://otlp-gateway-prod-eu-west-0.grafana.net/otlp', `{"authorization":"${BASIC}"}`),
  ],
  [
    'grafana-cloud',
    {
      GRAFANA_CLOUD_OTLP_ENDPOINT: 'https://g.example/otlp',
      GRAFANA_CLOUD_INSTANCE_ID: 'pk',
      GRAFANA_CLOUD_API_KEY: 'sk',
    },
    all('https://g.example/otlp', `{"authorization":"${BASIC}"}`),
  ],
  [
    'signoz',
    { SIGNOZ_INGESTION_KEY: 'k', SIGNOZ_REGION: 'in' },
    all('https://ingest.in.signoz.cloud', '{"signoz-ingestion-key":"k"}'),
  ],
  ['signoz', { SIGNOZ_ENDPOINT: 'http://signoz:4318' }, all('http://signoz:4318', '{}')],
  [
    'dynatrace',
    { DT_API_TOKEN: 't', DT_ENVIRONMENT_ID: 'abc1' },
    all('https://abc1.live.dynatrace.com/api/v2/otlp', '{"authorization":"Api-Token t"}'),
  ],
  [
    'dynatrace',
    { DT_API_TOKEN: 't', DT_ENDPOINT: 'https://gate:9999/e/abc1/api/v2/otlp' },
    all('https://gate:9999/e/abc1/api/v2/otlp', '{"authorization":"Api-Token t"}'),
  ],
  [
    'elastic',
    { ELASTIC_OTLP_ENDPOINT: 'https://e.ingest.elastic.cloud', ELASTIC_API_KEY: 'k' },
    all('https://e.ingest.elastic.cloud', '{"authorization":"ApiKey k"}'),
  ],
  [
    'elastic',
    { ELASTIC_APM_SERVER_URL: 'http://apm:8200', ELASTIC_APM_SECRET_TOKEN: 't' },
    all('http://apm:8200', '{"authorization":"Bearer t"}'),
  ],
  [
    'axiom',
    { AXIOM_TOKEN: 't', AXIOM_DATASET: 'd', AXIOM_METRICS_DATASET: 'm' },
    {
      traces: 'https://api.axiom.co/v1/traces {"authorization":"Bearer t","x-axiom-dataset":"d"}',
      metrics: 'https://api.axiom.co/v1/metrics {"authorization":"Bearer t","x-axiom-metrics-dataset":"m"}',
      logs: '-',
    },
  ],
  [
    'uptrace',
    { UPTRACE_DSN: 'https://s3cret@uptrace.example:8443?grpc=4317' },
    all('https://uptrace.example:8443', '{"uptrace-dsn":"https://s3cret@uptrace.example:8443?grpc=4317"}'),
  ],
  [
    'uptrace',
    { UPTRACE_DSN: 'https://s@uptrace.dev/1' },
    all('https://api.uptrace.dev', '{"uptrace-dsn":"https://s@uptrace.dev/1"}'),
  ],
  ['jaeger', {}, { traces: 'http://localhost:4318/v1/traces {}', ...off }],
];

/** Further names that are read, for products whose own SDKs have several. */
const ALIASES: ReadonlySet<string> = new Set(['AXIOM_API_TOKEN', 'ELASTIC_APM_API_KEY', 'OTEL_SERVICE_NAME']);

describe('every product', () => {
  test.each(TARGETS)('%s with %j', async (name, keys, expected) => {
    expect(await targetsOf({ LLM_OTEL_BACKEND: name.toUpperCase(), ...keys })).toEqual(expected);
    expect(said()).toBe('');
  });

  test('has a row in the table above', async () => {
    const { BACKENDS } = await import('../../../src/config/backends/backends.ts');
    expect(new Set(TARGETS.map(([name]) => name))).toEqual(new Set(Object.keys(BACKENDS)));
  });

  test.each(Object.keys(backends.BACKENDS))('%s and its variables stand in docs/backends.md', (name) => {
    const page = readFileSync(join(ROOT, 'docs/backends.md'), 'utf8');
    const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`)) ?? '';
    const { asked = [] } = backends.readBackend(name, {}) ?? {};
    for (const variable of asked) if (!ALIASES.has(variable)) expect(row).toContain(`\`${variable}\``);
  });

  test.each([
    ['langfuse', 'LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY, which are'],
    ['arize', 'ARIZE_SPACE_ID and ARIZE_API_KEY, which are'],
    ['langsmith', 'LANGSMITH_API_KEY, which is'],
    ['braintrust', 'BRAINTRUST_API_KEY, which is'],
    ['logfire', 'LOGFIRE_TOKEN, which is'],
    ['opik', 'OPIK_API_KEY, which is'],
    ['datadog', 'DD_API_KEY, which is'],
    ['newrelic', 'NEW_RELIC_LICENSE_KEY, which is'],
    ['honeycomb', 'HONEYCOMB_API_KEY, which is'],
    ['grafana-cloud', 'GRAFANA_CLOUD_OTLP_ENDPOINT and GRAFANA_CLOUD_INSTANCE_ID and GRAFANA_CLOUD_API_KEY, which are'],
    ['signoz', 'SIGNOZ_INGESTION_KEY, which is'],
    ['dynatrace', 'DT_API_TOKEN and DT_ENDPOINT, which are'],
    ['elastic', 'ELASTIC_OTLP_ENDPOINT and ELASTIC_API_KEY, which are'],
    ['axiom', 'AXIOM_TOKEN and AXIOM_DATASET, which are'],
    ['uptrace', 'UPTRACE_DSN, which is'],
  ])('%s: one warning names the missing keys', async (name, missing) => {
    await targetsOf({ LLM_OTEL_BACKEND: name });
    await targetsOf({ LLM_OTEL_BACKEND: name });
    expect(said().match(/warning/g)).toHaveLength(1);
    expect(said()).toContain(`LLM_OTEL_BACKEND=${name} needs ${missing} not set, so requests may be refused. Set the`);
  });
});

describe('presets, temporality, resource', () => {
  test.each([
    ['langfuse', 'langfuse'],
    ['phoenix', 'openinference'],
    ['arize', 'openinference'],
    ['mlflow', 'mlflow'],
    ['langsmith', 'langsmith'],
    ['datadog', 'datadog'],
    ['honeycomb', undefined],
  ])('%s: %s', async (name, preset) => {
    const { traces } = await settingsOf({ LLM_OTEL_BACKEND: name });
    expect(traces?.pipelines.map((one) => one.preset)).toEqual([preset]);
  });

  test('spans that do not go to the product are not translated', async () => {
    const { traces } = await settingsOf({ ...LANGFUSE, LLM_OTEL_CONSOLE: '1' });
    expect(traces?.pipelines.map(({ name, preset }) => [name, preset])).toEqual([
      ['otlp', 'langfuse'],
      ['llm-console', undefined],
    ]);
    expect(said()).toBe('');
  });

  test.each(['datadog', 'newrelic', 'dynatrace', 'elastic', 'uptrace'])('%s gets differences', async (name) => {
    const { metrics } = await settingsOf({ LLM_OTEL_BACKEND: name });
    expect(metrics?.readers[0]?.temporality).toBe('delta');
  });

  test('Arize gets the name of a project', async () => {
    const resourceOf = async (env: Record<string, string>): Promise<unknown> =>
      (await settingsOf({ LLM_OTEL_BACKEND: 'arize', ...env })).traces?.pipelines[0]?.resourceAttributes;
    expect(await resourceOf({ ARIZE_PROJECT_NAME: 'p', OTEL_SERVICE_NAME: 's' })).toEqual({
      'openinference.project.name': 'p',
    });
    expect(await resourceOf({ OTEL_SERVICE_NAME: 's' })).toEqual({ 'openinference.project.name': 's' });
    expect(await resourceOf({})).toEqual({ 'openinference.project.name': 'default' });
  });
});

describe('what the user sets goes before', () => {
  test.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://own:4318' }, 'http://own:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://own/spans' }, 'http://own/spans'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, 'https://cloud.langfuse.com/api/public/otel/v1/traces'],
  ])('%j', async (own, url) => {
    expect((await targetsOf({ ...LANGFUSE, ...own })).traces).toContain(`${url} {"authorization":"${BASIC}"`);
  });

  test('header by header', async () => {
    const own = {
      OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Bearer%20mine,x-team=ml',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-team=ai',
    };
    const { traces = '' } = await targetsOf({ ...LANGFUSE, ...own });
    expect(JSON.parse(traces.split(' {')[1]?.replace(/^/, '{') ?? '')).toEqual({
      authorization: 'Bearer mine',
      'x-langfuse-ingestion-version': '4',
      'x-team': 'ai',
    });
  });

  test('exporters and temporality', async () => {
    const own = {
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'console',
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'cumulative',
    };
    const { traces, metrics, logs } = await settingsOf({
      LLM_OTEL_BACKEND: 'newrelic',
      NEW_RELIC_LICENSE_KEY: 'k',
      ...own,
    });
    expect([traces, logs?.pipelines[0]?.exporter.kind]).toEqual([undefined, 'console']);
    expect(metrics?.readers[0]?.temporality).toBe('cumulative');
  });
});

test('an unknown name changes nothing, and the warning has the nearest name', async () => {
  expect((await targetsOf({ LLM_OTEL_BACKEND: 'langfus' })).traces).toBe('http://localhost:4318/v1/traces {}');
  expect(said()).toContain(
    'LLM_OTEL_BACKEND: "langfus" cannot be used, did you mean langfuse?; using the OTEL_* variables instead.',
  );
  await targetsOf({ LLM_OTEL_BACKEND: 'constructor' });
  expect(said()).toContain('"constructor" cannot be used, expected one of langfuse, phoenix, arize,');
});

test('an address that cannot be used is named without its secrets', async () => {
  const { traces } = await targetsOf({ ...LANGFUSE, LANGFUSE_HOST: 'user:pw@langfuse' });
  expect(traces).toContain('https://cloud.langfuse.com/');
  expect(said()).toContain('LANGFUSE_HOST: "***" cannot be used, expected a URL that starts with http:// or https://');
});

test('the options of startTelemetry() leave the signals to the product', async () => {
  const { readTelemetryOptions } = await import('../../../src/config/start/telemetry-options.ts');
  const { settingsFromCode } = await import('../../../src/config/start/settings-from-code.ts');
  const start = readTelemetryOptions({ serviceName: 'shop' }, LANGFUSE);
  const { traces, metrics, logs } = settingsFromCode(start, () => () => []);
  expect(traces?.pipelines).toMatchObject([{ exporter: { kind: 'otlp' }, preset: 'langfuse' }]);
  expect([metrics, logs]).toEqual([undefined, undefined]);
});

test('a destination of the product is the destination of the signal', async () => {
  const { destinationVariable } = await import('../../../src/config/sdk/exporters.ts');
  expect(destinationVariable(LANGFUSE, 'traces')).toBe('LLM_OTEL_BACKEND');
  expect(destinationVariable(LANGFUSE, 'metrics')).toBeUndefined();
  expect(destinationVariable({ ...LANGFUSE, OTEL_TRACES_EXPORTER: 'otlp' }, 'traces')).toBe('OTEL_TRACES_EXPORTER');
});
