import type { AttributeValue } from '@opentelemetry/api';
import type { Signal } from '../sdk/export-target.ts';

/** What an exporter of the application is made for. */
export interface ExporterPlace {
  readonly signal: Signal;
  /** Name of the pipeline. */
  readonly name: string;
  readonly resource: Readonly<Record<string, AttributeValue | undefined>>;
}

/**
 * Makes an exporter of the application: a `SpanExporter`, `LogRecordExporter` or `PushMetricExporter` of the OpenTelemetry SDK.
 * Called with the first batch.
 */
export type ExporterFactory = (options: unknown, place: ExporterPlace) => object;

const factories = new Map<string, ExporterFactory>();

/**
 * Makes `name` a name of exporters: in `pipelines` of `startTelemetry()` and `addProvider()`, and in `OTEL_TRACES_EXPORTER`,
 * `OTEL_LOGS_EXPORTER` and `OTEL_METRICS_EXPORTER` if the SDK starts later. Throws a TypeError at a name that cannot be used.
 *
 * @example
 * registerExporter('my_store', (options, { name }) => new StoreExporter(options as { bucket: string }, name));
 * startTelemetry({ pipelines: [{ exporter: { my_store: { bucket: 'spans' } } }] });
 */
export function registerExporter(name: string, factory: ExporterFactory): void {
  if (typeof name !== 'string' || !/^[a-z0-9_-]{1,40}$/.test(name))
    throw new TypeError(`registerExporter: name: expected 1 to 40 of the characters a-z, 0-9, _ and -, got "${name}"`);
  if (typeof factory !== 'function') throw new TypeError('registerExporter: factory: expected a function');
  factories.set(name, factory);
}

/** The factory of an exporter of the application. */
export function registeredExporter(name: string): ExporterFactory | undefined {
  return factories.get(name);
}

/** Names of the exporters of the application. */
export function registeredExporterNames(): readonly string[] {
  return [...factories.keys()];
}
