import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { warnOnce } from '../../runtime/log.ts';

/** A reader that serves `/metrics`. If the port cannot be opened, a warning says so, and other exporters get metrics. */
export function prometheusReader(host: string, port: number): PrometheusExporter {
  return new PrometheusExporter({ host, port }, (error: unknown) => {
    if (!(error instanceof Error)) return;
    const { code }: NodeJS.ErrnoException = error;
    const reason = code === 'EADDRINUSE' ? 'it is in use' : error.message;
    warnOnce(
      `Prometheus metrics are not served, port ${port} on ${host} cannot be opened: ${reason}. Set OTEL_EXPORTER_PROMETHEUS_PORT, or OTEL_METRICS_EXPORTER=none.`,
    );
  });
}
