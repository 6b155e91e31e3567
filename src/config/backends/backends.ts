/** Products that `LLM_OTEL_BACKEND` names. Loaded only when the variable is set. */
import type { Env } from '../env.ts';
import { ownEntry } from '../parsers.ts';
import type { Signal } from '../sdk/export-target.ts';
import { BackendKeys } from './backend-keys.ts';
import type { BackendSettings, ReadBackend } from './backend-settings.ts';

const ALL: readonly Signal[] = ['traces', 'metrics', 'logs'];
const TRACES: readonly Signal[] = ['traces'];

const bearer = (key: string | undefined): string | undefined => (key === undefined ? undefined : `Bearer ${key}`);

/** The name of the project, as OpenInference has the name on a resource. */
const project = (name: string | undefined): { readonly resource?: Readonly<Record<string, string>> } =>
  name === undefined ? {} : { resource: { 'openinference.project.name': name } };

/** Products by name. Each row follows the documentation that its comment names; OTLP over HTTP everywhere. */
export const BACKENDS = {
  /** https://langfuse.com/integrations/native/opentelemetry */
  langfuse: (keys) => ({
    url: `${keys.url('https://cloud.langfuse.com', 'LANGFUSE_BASE_URL', 'LANGFUSE_HOST')}/api/public/otel`,
    signals: TRACES,
    headers: {
      authorization: keys.basic(keys.required('LANGFUSE_PUBLIC_KEY'), keys.required('LANGFUSE_SECRET_KEY')),
      // Without the header spans are shown after some ten minutes.
      'x-langfuse-ingestion-version': '4',
    },
    preset: 'langfuse',
  }),
  /** https://arize.com/docs/phoenix/sdk-api-reference/typescript/arizeai-phoenix-otel; without a key for a server without users. */
  phoenix: (keys) => ({
    url: withoutPath(keys.url('http://localhost:6006', 'PHOENIX_COLLECTOR_ENDPOINT')),
    signals: TRACES,
    headers: { authorization: bearer(keys.optional('PHOENIX_API_KEY')) },
    preset: 'openinference',
    ...project(keys.optional('PHOENIX_PROJECT_NAME')),
  }),
  /** https://arize.com/docs/ax/observe/projects; Arize takes no spans without the name of a project. */
  arize: (keys) => ({
    url: withoutPath(keys.url('https://otlp.arize.com', 'ARIZE_COLLECTOR_ENDPOINT')),
    signals: TRACES,
    headers: { 'arize-space-id': keys.required('ARIZE_SPACE_ID'), 'arize-api-key': keys.required('ARIZE_API_KEY') },
    preset: 'openinference',
    ...project(keys.optional('ARIZE_PROJECT_NAME', 'OTEL_SERVICE_NAME') ?? 'default'),
  }),
  /** https://mlflow.org/docs/latest/genai/tracing/opentelemetry/ingest; a server with users wants a token or a password. */
  mlflow: (keys) => {
    const [user, password] = [keys.optional('MLFLOW_TRACKING_USERNAME'), keys.optional('MLFLOW_TRACKING_PASSWORD')];
    return {
      url: keys.url('http://localhost:5000', 'MLFLOW_TRACKING_URI'),
      signals: TRACES,
      headers: {
        'x-mlflow-experiment-id': keys.optional('MLFLOW_EXPERIMENT_ID') ?? '0',
        authorization: bearer(keys.optional('MLFLOW_TRACKING_TOKEN')) ?? keys.basic(user, password),
      },
      preset: 'mlflow',
    };
  },
  /** https://docs.langchain.com/langsmith/trace-with-opentelemetry */
  langsmith: (keys) => ({
    url: `${keys.url('https://api.smith.langchain.com', 'LANGSMITH_ENDPOINT')}/otel`,
    signals: TRACES,
    headers: {
      'x-api-key': keys.required('LANGSMITH_API_KEY'),
      'langsmith-project': keys.optional('LANGSMITH_PROJECT'),
    },
    preset: 'langsmith',
  }),
  /** https://www.braintrust.dev/docs/integrations/opentelemetry; the default project is that of Braintrust's own SDK. */
  braintrust: (keys) => ({
    url: `${keys.url('https://api.braintrust.dev', 'BRAINTRUST_API_URL')}/otel`,
    signals: ['traces', 'logs'],
    headers: {
      authorization: bearer(keys.required('BRAINTRUST_API_KEY')),
      'x-bt-parent': keys.optional('BRAINTRUST_PARENT') ?? 'project_name:default-otel-project',
    },
  }),
  /** https://logfire.pydantic.dev/docs/how-to-guides/alternative-clients; a token names its region: `pylf_v1_eu_...`. */
  logfire: (keys) => {
    const token = keys.required('LOGFIRE_TOKEN');
    const region = /^pylf_v\d+_([a-z]+)_/.exec(token ?? '')?.[1] ?? 'us';
    return {
      url: keys.url(`https://logfire-${region}.pydantic.dev`, 'LOGFIRE_BASE_URL'),
      signals: ALL,
      headers: { authorization: token },
    };
  },
  /** https://www.comet.com/docs/opik/tracing/opentelemetry/overview; a server of your own wants no key. */
  opik: (keys) => {
    const own = keys.optional('OPIK_URL_OVERRIDE') !== undefined;
    return {
      url: `${keys.url('https://www.comet.com/opik/api', 'OPIK_URL_OVERRIDE')}/v1/private/otel`,
      signals: TRACES,
      headers: {
        authorization: own ? keys.optional('OPIK_API_KEY') : keys.required('OPIK_API_KEY'),
        'comet-workspace': keys.optional('OPIK_WORKSPACE') ?? 'default',
        projectname: keys.optional('OPIK_PROJECT_NAME'),
      },
    };
  },
  /**
   * https://docs.datadoghq.com/llm_observability/instrumentation/otel_instrumentation for LLM spans, and
   * https://docs.datadoghq.com/opentelemetry/setup/otlp_ingest for metrics, which have to be differences, and logs. Spans of
   * other kinds reach APM through an Agent or a Collector alone.
   */
  datadog: (keys) => ({
    url: `https://otlp.${keys.optional('DD_SITE') ?? 'datadoghq.com'}`,
    signals: ALL,
    headers: { 'dd-api-key': keys.required('DD_API_KEY') },
    headersOf: { traces: { 'dd-otlp-source': 'llmobs' } },
    preset: 'datadog',
    isDelta: true,
  }),
  /** https://docs.newrelic.com/docs/opentelemetry/best-practices/opentelemetry-otlp; a key of the EU begins with `eu01x`. */
  newrelic: (keys) => {
    const key = keys.required('NEW_RELIC_LICENSE_KEY');
    return {
      url: `https://otlp.${key?.startsWith('eu') ? 'eu01.' : ''}nr-data.net`,
      signals: ALL,
      headers: { 'api-key': key },
      isDelta: true,
    };
  },
  /** https://docs.honeycomb.io/send-data/opentelemetry; only keys of Honeycomb Classic need a dataset for spans. */
  honeycomb: (keys) => {
    const dataset = { 'x-honeycomb-dataset': keys.optional('HONEYCOMB_DATASET') };
    return {
      url: keys.url('https://api.honeycomb.io', 'HONEYCOMB_API_ENDPOINT'),
      signals: ALL,
      headers: { 'x-honeycomb-team': keys.required('HONEYCOMB_API_KEY') },
      headersOf: {
        traces: dataset,
        logs: dataset,
        metrics: { 'x-honeycomb-dataset': keys.optional('HONEYCOMB_METRICS_DATASET') },
      },
    };
  },
  /** https://grafana.com/docs/grafana-cloud/send-data/otlp/send-data-otlp; the address and the id stand on the card "OpenTelemetry". */
  'grafana-cloud': (keys) => {
    const zone = keys.optional('GRAFANA_CLOUD_ZONE');
    if (zone === undefined) keys.required('GRAFANA_CLOUD_OTLP_ENDPOINT');
    const base = keys.url(
      `https://otlp-gateway-${zone ?? 'prod-us-central-0'}.grafana.net/otlp`,
      'GRAFANA_CLOUD_OTLP_ENDPOINT',
    );
    const id = keys.required('GRAFANA_CLOUD_INSTANCE_ID');
    const key = keys.required('GRAFANA_CLOUD_API_KEY', 'GRAFANA_CLOUD_API_TOKEN');
    return { url: base, signals: ALL, headers: { authorization: keys.basic(id, key) } };
  },
  /** https://signoz.io/docs/ingestion/signoz-cloud/overview; a server of your own wants no key. */
  signoz: (keys) => {
    const own = keys.optional('SIGNOZ_ENDPOINT') !== undefined;
    const region = keys.optional('SIGNOZ_REGION') ?? 'us';
    return {
      url: keys.url(`https://ingest.${region}.signoz.cloud`, 'SIGNOZ_ENDPOINT'),
      signals: ALL,
      headers: {
        'signoz-ingestion-key': own ? keys.optional('SIGNOZ_INGESTION_KEY') : keys.required('SIGNOZ_INGESTION_KEY'),
      },
    };
  },
  /** https://docs.dynatrace.com/docs/shortlink/otel-getstarted-otlpexport; metrics have to be differences. */
  dynatrace: (keys) => {
    const token = keys.required('DT_API_TOKEN');
    return {
      url: dynatraceUrl(keys),
      signals: ALL,
      headers: { authorization: token && `Api-Token ${token}` },
      isDelta: true,
    };
  },
  /** https://www.elastic.co/docs/reference/opentelemetry/motlp/managed-otlp-endpoint; histograms have to be differences. */
  elastic: (keys) => {
    keys.required('ELASTIC_OTLP_ENDPOINT', 'ELASTIC_APM_SERVER_URL');
    const secret = keys.optional('ELASTIC_APM_SECRET_TOKEN');
    const key =
      secret === undefined
        ? keys.required('ELASTIC_API_KEY', 'ELASTIC_APM_API_KEY')
        : keys.optional('ELASTIC_API_KEY', 'ELASTIC_APM_API_KEY');
    return {
      url: keys.url('http://localhost:4318', 'ELASTIC_OTLP_ENDPOINT', 'ELASTIC_APM_SERVER_URL'),
      signals: ALL,
      headers: { authorization: key === undefined ? bearer(secret) : `ApiKey ${key}` },
      isDelta: true,
    };
  },
  /** https://axiom.co/docs/send-data/opentelemetry; each signal wants a dataset of its own, so a signal without one is off. */
  axiom: (keys) => {
    const [logs, metrics] = [keys.optional('AXIOM_LOGS_DATASET'), keys.optional('AXIOM_METRICS_DATASET')];
    return {
      url: keys.url('https://api.axiom.co', 'AXIOM_URL'),
      signals: [
        'traces',
        ...(metrics === undefined ? [] : ['metrics' as const]),
        ...(logs === undefined ? [] : ['logs' as const]),
      ],
      headers: { authorization: bearer(keys.required('AXIOM_TOKEN', 'AXIOM_API_TOKEN')) },
      headersOf: {
        traces: { 'x-axiom-dataset': keys.required('AXIOM_DATASET') },
        logs: { 'x-axiom-dataset': logs },
        metrics: { 'x-axiom-metrics-dataset': metrics },
      },
    };
  },
  /** https://uptrace.dev/get/opentelemetry-js/otlp; the address is part of the DSN: `https://<secret>@api.uptrace.dev?grpc=4317`. */
  uptrace: (keys) => {
    const dsn = keys.required('UPTRACE_DSN');
    return { url: uptraceUrl(dsn), signals: ALL, headers: { 'uptrace-dsn': dsn }, isDelta: true };
  },
  /** https://www.jaegertracing.io/docs/latest/architecture/apis; Jaeger has traces alone, and no keys. */
  jaeger: (keys) => ({ url: keys.url('http://localhost:4318', 'JAEGER_ENDPOINT'), signals: TRACES }),
} as const satisfies Record<string, ReadBackend>;

/** A product, as its variables describe the product. */
export interface FoundBackend {
  readonly settings: BackendSettings;
  /** Names of all variables of the product. */
  readonly asked: ReadonlySet<string>;
  /** Names of variables without which the product refuses requests. */
  readonly missing: readonly string[];
}

/** Reads the product `name`; undefined if no product has the name. */
export function readBackend(name: string, env: Env): FoundBackend | undefined {
  const read = ownEntry<ReadBackend>(BACKENDS, name);
  if (read === undefined) return undefined;
  const keys = new BackendKeys(env);
  return { settings: read(keys), asked: keys.asked, missing: [...new Set(keys.missing)] };
}

/** An address as the SDKs of Arize take addresses: with or without the path of OTLP. */
const withoutPath = (url: string): string => url.replace(/\/v1(?:\/traces)?$/, '');

const DYNATRACE_PATH = '/api/v2/otlp';

function dynatraceUrl(keys: BackendKeys): string {
  const id = keys.optional('DT_ENVIRONMENT_ID');
  if (id === undefined) keys.required('DT_ENDPOINT');
  const base = keys.url(`https://${id ?? 'localhost'}${id === undefined ? '' : '.live.dynatrace.com'}`, 'DT_ENDPOINT');
  return base.endsWith(DYNATRACE_PATH) ? base : `${base}${DYNATRACE_PATH}`;
}

function uptraceUrl(dsn: string | undefined): string {
  const cloud = 'https://api.uptrace.dev';
  if (dsn === undefined || !URL.canParse(dsn)) return cloud;
  const { protocol, host } = new URL(dsn);
  // A DSN of an older form names the website.
  return host === 'uptrace.dev' || !/^https?:$/.test(protocol) ? cloud : `${protocol}//${host}`;
}
