import type { Attributes } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { type Config, type LlmOtelOptions, resolveConfig } from '../../src/config/options.ts';
import type { CallReader, RequestFacts, StreamReader } from '../../src/facts/call.ts';
import type { LoggerProvider, LogRecord } from '../../src/otel/globals.ts';

/** A tracer provider that keeps its spans. */
export function tracing(sampler?: Sampler): { provider: BasicTracerProvider; spans(): ReadableSpan[] } {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
    ...(sampler && { sampler }),
  });
  return { provider, spans: () => exporter.getFinishedSpans() };
}

/** One point of a metric, whatever its kind. */
export interface Point {
  readonly attributes: Attributes;
  /** Sum of the values. */
  readonly sum: number;
  /** Number of values, of histograms only. */
  readonly count: number | undefined;
  readonly boundaries: readonly number[] | undefined;
}

/** A meter provider, and its metrics by name. */
export function metering(): {
  provider: MeterProvider;
  collect(): Promise<ReadonlyMap<string, { data: MetricData; points: Point[] }>>;
} {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  return {
    provider,
    async collect() {
      await provider.forceFlush();
      const metrics =
        exporter
          .getMetrics()
          .at(-1)
          ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
      return new Map(metrics.map((data) => [data.descriptor.name, { data, points: data.dataPoints.map(point) }]));
    },
  };
}

function point({ attributes, value }: MetricData['dataPoints'][number]): Point {
  if (typeof value === 'number') return { attributes, sum: value, count: undefined, boundaries: undefined };
  const boundaries = 'buckets' in value && 'boundaries' in value.buckets ? value.buckets.boundaries : undefined;
  return { attributes, sum: value.sum ?? 0, count: value.count, boundaries };
}

/** A logger provider that keeps what is emitted. */
export function logging(): { provider: LoggerProvider; records: LogRecord[] } {
  const records: LogRecord[] = [];
  return { provider: { getLogger: () => ({ emit: (record) => void records.push(record) }) }, records };
}

/** A config without the environment. */
export function configOf(options: LlmOtelOptions = {}): Config {
  return resolveConfig(options, {});
}

/** A chat as a provider would describe it. */
export function chatFacts(more: Partial<RequestFacts> = {}): RequestFacts {
  return {
    operation: 'chat',
    provider: 'openai',
    model: 'gpt-4o',
    address: 'api.openai.com',
    port: 443,
    attributes: { 'gen_ai.request.temperature': 0.5 },
    ...more,
  };
}

/** A reader whose answers are facts already and whose chunks are counted only. */
export function callReader(more: Partial<CallReader> = {}, request: Partial<RequestFacts> = {}): CallReader {
  return {
    operation: request.operation ?? 'chat',
    request: () => chatFacts(request),
    response: (body) => ({ ...(body as object) }),
    stream: () => countingStream(),
    ...more,
  };
}

/** A stream reader whose facts name a model and a reason. */
export function countingStream(more: Partial<StreamReader> = {}): StreamReader {
  return {
    model: 'gpt-4o-2024',
    read: () => {},
    kind: () => 'text',
    facts: (complete) => ({ model: 'gpt-4o-2024', finishReasons: [complete ? 'stop' : 'error'] }),
    ...more,
  };
}
