import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { warnOnce } from '../../runtime/log.ts';

/** A reader that serves `/metrics`. A port that cannot be had is a warning; metrics for other exporters go on. */
export function prometheusReader(host: string, port: number): PrometheusExporter {
  return new PrometheusExporter({ host, port }, (error: unknown) => {
    if (!(error instanceof Error)) return;
    const { code }: NodeJS.ErrnoException = error;
    const why = code === 'EADDRINUSE' ? 'it is in use' : error.message;
    warnOnce(
      `Prometheus metrics are not served, port ${port} on ${host} cannot be opened: ${why}. Set OTEL_EXPORTER_PROMETHEUS_PORT, or OTEL_METRICS_EXPORTER=none.`,
    );
  });
}
