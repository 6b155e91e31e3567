/** Every kind of exporter: one row here, its file in this folder, and its settings in src/config. */
import type { Resource } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { InstrumentType, PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { shownUrl, type Target } from '../../config/sdk/export-target.ts';
import type { ExporterSettings } from '../../config/sdk/exporter-settings.ts';
import type { PipelineSettings } from '../../config/sdk/pipeline-settings.ts';
import { firstLine, warnOnce } from '../../runtime/log.ts';
import type { Destination } from '../batches/destination.ts';
import { load } from '../load.ts';
import type { CustomSettings } from './custom-exporter.ts';
import { metricsDestination } from './metrics-destination.ts';
import { type ObjectExporter, objectDestination } from './object-destination.ts';
import type { PrometheusReader } from './prometheus/prometheus.ts';
import { requestDestination } from './request-destination.ts';

/** Settings of one kind. */
type Settings<Kind extends ExporterSettings['kind']> = Extract<ExporterSettings, { readonly kind: Kind }>;

/** How one kind of exporter takes each signal; a signal that is missing is not taken. */
interface ExporterKind<Kind extends ExporterSettings['kind']> {
  spans?(settings: Settings<Kind>, pipeline: PipelineSettings): Destination<ReadableSpan>;
  logs?(settings: Settings<Kind>, pipeline: PipelineSettings): Destination<ReadableLogRecord>;
  metrics?(settings: Settings<Kind>, pipeline: PipelineSettings, resource: Resource): MetricsDestination;
}

/** Where metrics go. */
export type MetricsDestination = Destination<ResourceMetrics> & {
  /** Temporality and aggregation that an exporter of the application asks for. */
  readonly preferences?: () => Partial<PushMetricExporter>;
};

type ProtoEncoders = typeof import('./otlp/proto-encoder.ts');
type MetricsSerializer = typeof import('./otlp/metrics-proto.ts');
type Printers = typeof import('./console.ts');
type JsonEncoders = typeof import('./otlp/json-encoder.ts');

const customExporters = () => load<typeof import('./custom-exporter.ts')>('pipeline-custom');
const files = () => load<typeof import('./file.ts')>('pipeline-file');
const memory = () => load<typeof import('./memory.ts')>('pipeline-memory');
const jsonEncoders = (): JsonEncoders => load<JsonEncoders>('pipeline-otlp-json');

const VARIABLES = {
  traces: 'OTEL_TRACES_EXPORTER',
  metrics: 'OTEL_METRICS_EXPORTER',
  logs: 'OTEL_LOGS_EXPORTER',
} as const;

/** What to look at where nobody answers, and where the backend refuses. */
const ADVICE = {
  otlp: {
    silent: 'Is a collector listening there (OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL)?',
    refused:
      'Check the address, the protocol (OTEL_EXPORTER_OTLP_PROTOCOL) and the headers (OTEL_EXPORTER_OTLP_HEADERS).',
  },
  zipkin: {
    silent: 'Is Zipkin listening there (OTEL_EXPORTER_ZIPKIN_ENDPOINT)?',
    refused: 'Check the address (OTEL_EXPORTER_ZIPKIN_ENDPOINT).',
  },
} as const;

function adviceOf(kind: keyof typeof ADVICE, { signal }: Target): Destination<never>['advice'] {
  const off = `${VARIABLES[signal]}=none turns ${signal} off.`;
  return { silent: `${ADVICE[kind].silent} ${off}`, refused: `${ADVICE[kind].refused} ${off}` };
}

const isJson = ({ protocol }: Settings<'otlp'>): boolean => protocol === 'http/json';

/** Type of an OTLP exporter, by the conventions of SDK metrics. */
const otlpType = ({ protocol }: Settings<'otlp'>, signal: 'span' | 'log' | 'metric'): string =>
  `otlp_${protocol === 'grpc' ? 'grpc' : protocol === 'http/json' ? 'http_json' : 'http'}_${signal}_exporter`;

const encoders = (settings: Settings<'otlp'>): ProtoEncoders =>
  load<ProtoEncoders>(isJson(settings) ? 'pipeline-otlp-json' : 'pipeline-otlp-proto');

const print = <Item extends object>(
  create: (printers: Printers) => ObjectExporter<Item>,
  { batch }: PipelineSettings,
): Destination<Item> => objectDestination('console', create(load<Printers>('pipeline-console')), batch.exportTimeout);

/** Exporters of the application. */
const CUSTOM = {
  spans: (settings: CustomSettings, pipeline) =>
    customExporters().customDestination<ReadableSpan>(settings, placeOf(pipeline)),
  logs: (settings: CustomSettings, pipeline) =>
    customExporters().customDestination<ReadableLogRecord>(settings, placeOf(pipeline)),
  metrics: (settings: CustomSettings, pipeline, resource) =>
    customExporters().customMetricsDestination(settings, placeOf(pipeline), resource),
} satisfies ExporterKind<'module' | 'registered'>;

const placeOf = ({ signal, name, batch }: PipelineSettings) => ({ signal, name, timeoutMs: batch.exportTimeout });

const KINDS: { readonly [Kind in ExporterSettings['kind']]: ExporterKind<Kind> } = {
  otlp: {
    spans: (settings) =>
      requestDestination({
        type: otlpType(settings, 'span'),
        target: settings.target,
        advice: adviceOf('otlp', settings.target),
        encoder: () => encoders(settings).createSpanEncoder(),
      }),
    logs: (settings) =>
      requestDestination({
        type: otlpType(settings, 'log'),
        target: settings.target,
        advice: adviceOf('otlp', settings.target),
        encoder: () => encoders(settings).createLogEncoder(),
      }),
    metrics: (settings) =>
      metricsDestination(otlpType(settings, 'metric'), settings.target, adviceOf('otlp', settings.target), () => {
        const part = isJson(settings) ? 'pipeline-otlp-json-metrics' : 'pipeline-otlp-proto-metrics';
        return load<MetricsSerializer>(part).serializeMetrics;
      }),
  },
  zipkin: {
    spans: ({ target }) =>
      requestDestination({
        type: 'zipkin_http_span_exporter',
        target,
        advice: adviceOf('zipkin', target),
        encoder: () => load<typeof import('./zipkin.ts')>('pipeline-zipkin').createSpanEncoder(),
      }),
  },
  console: {
    spans: (_settings, pipeline) => print((printers) => printers.spanPrinter(), pipeline),
    logs: (_settings, pipeline) => print((printers) => printers.logPrinter(), pipeline),
  },
  tree: {
    spans: ({ tree }, { batch }) => {
      const { TreePrinter } = load<typeof import('./tree/tree-exporter.ts')>('pipeline-tree');
      return objectDestination<ReadableSpan>('llm_otel_console', new TreePrinter(tree), batch.exportTimeout);
    },
  },
  otlp_file: {
    spans: (settings) => files().fileDestination(settings, jsonEncoders().createSpanEncoder()),
    logs: (settings) => files().fileDestination(settings, jsonEncoders().createLogEncoder()),
  },
  memory: {
    spans: ({ maxItems }, { name, batch }) =>
      objectDestination('llm_otel_memory', memory().createSpanStore(name, maxItems), batch.exportTimeout),
    logs: ({ maxItems }, { name, batch }) =>
      objectDestination(
        'llm_otel_memory',
        memory().createLogStore<ReadableLogRecord>(name, maxItems),
        batch.exportTimeout,
      ),
  },
  module: CUSTOM,
  registered: CUSTOM,
  prometheus: {},
};

const kindOf = <Kind extends ExporterSettings['kind']>({ kind }: { readonly kind: Kind }): ExporterKind<Kind> =>
  KINDS[kind] as ExporterKind<Kind>;

/** Where the spans of a pipeline go. */
export function spanDestination(pipeline: PipelineSettings): Destination<ReadableSpan> | undefined {
  return orWarn(pipeline, () => kindOf(pipeline.exporter).spans?.(pipeline.exporter, pipeline));
}

/** Where the log records of a pipeline go. */
export function logDestination(pipeline: PipelineSettings): Destination<ReadableLogRecord> | undefined {
  return orWarn(pipeline, () => kindOf(pipeline.exporter).logs?.(pipeline.exporter, pipeline));
}

/** Where metrics are sent; undefined for exporters that print or serve. */
export function sentMetricsDestination(pipeline: PipelineSettings, resource: Resource): MetricsDestination | undefined {
  return orWarn(pipeline, () => kindOf(pipeline.exporter).metrics?.(pipeline.exporter, pipeline, resource));
}

/** An exporter that cannot be made is reported and left out: the other pipelines run. */
function orWarn<Result>({ name, signal }: PipelineSettings, create: () => Result): Result | undefined {
  try {
    return create();
  } catch (error) {
    warnOnce(`the pipeline ${name} of ${signal} is left out, its exporter cannot be used: ${firstLine(error)}`);
    return undefined;
  }
}

/** Prints metrics at every interval. */
export const createMetricPrinter = (): PushMetricExporter => load<Printers>('pipeline-console').metricPrinter();

/** The reader that a Prometheus server asks; undefined in a process that must not serve. */
export function createPrometheusReader(
  settings: Settings<'prometheus'>,
  cardinalitySelector: (type: InstrumentType) => number,
): PrometheusReader | undefined {
  const { prometheusReader } = load<typeof import('./prometheus/prometheus.ts')>('pipeline-prometheus');
  return prometheusReader(settings, cardinalitySelector);
}

/** Where an exporter sends or serves, in words, without credentials. */
export function destinationOf(settings: ExporterSettings): string {
  if ('target' in settings) return shownUrl(settings.target.url);
  if (settings.kind === 'prometheus') return `http://${settings.host}:${settings.port}/metrics`;
  if (settings.kind === 'otlp_file') return settings.path ?? 'stdout';
  if (settings.kind === 'tree') return settings.tree.output;
  return 'module' in settings ? settings.module : settings.kind === 'registered' ? settings.name : settings.kind;
}
