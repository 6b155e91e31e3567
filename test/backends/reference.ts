/** Metrics and logs of the application as our receiver gets them without a backend: what a backend has to have too. */
import type { Folder } from '../support/folders.ts';
import type { PlainAttributes, ReceivedLog, ReceivedMetric } from '../support/otlp/flatten.ts';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { runApplication } from './application.ts';

/** Metrics and logs of one run of the application. */
export interface Reference {
  readonly metrics: readonly ReceivedMetric[];
  readonly logs: readonly ReceivedLog[];
}

/** Runs the application against our receiver. */
export async function runReference(folder: Folder): Promise<Reference> {
  const receiver = await startOtlpReceiver();
  try {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
    await runApplication(folder, { traces: 'otlp', metrics: 'otlp', logs: 'otlp' }, env);
    return { metrics: receiver.metrics(), logs: receiver.logs() };
  } finally {
    await receiver.close();
  }
}

/** The test provider listens on another port in every run. */
export const steady = ({ 'server.port': _port, ...others }: PlainAttributes): PlainAttributes => others;

/** The folder of a run has a random name. */
const sameFolder = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll(/\.run-\w+/g, '.run'));

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** Metrics without times and durations, in one order; of each metric the last export. */
export function shapeOfMetrics(metrics: readonly ReceivedMetric[]): unknown[] {
  const latest = new Map(metrics.map((metric) => [metric.name, metric]));
  return [...latest.values()]
    .map(({ resource: _resource, points, ...metric }) => ({
      ...metric,
      points: points
        .map(({ attributes, count, sum, value, bounds }) => ({
          attributes: steady(attributes),
          count,
          bounds,
          ...(metric.unit !== 's' && { sum, value }),
        }))
        .sort(byText),
    }))
    .sort(byText);
}

/** Logs without times and ids, in one order. */
export const shapeOfLogs = (logs: readonly ReceivedLog[]): unknown[] =>
  logs
    .map(({ eventName, body, attributes, severity, severityText, scope, spanId, traceId }) => ({
      eventName,
      body,
      attributes: sameFolder(steady(attributes)),
      severity,
      severityText,
      scope,
      hasIds: [spanId?.length, traceId?.length],
    }))
    .sort(byText);
