import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { warnOnce } from '../../runtime/log.ts';
import { mayServePrometheus, mayShareThePort } from './prometheus-owner.ts';

/**
 * A reader that serves `/metrics`; undefined in a process that must not serve metrics. If the port cannot be opened, a warning says so, and other
 * exporters get metrics.
 */
export function prometheusReader(host: string, port: number): PrometheusExporter | undefined {
  if (!mayServePrometheus()) return undefined;
  return new PrometheusExporter({ host, port }, (error: unknown) => {
    if (!(error instanceof Error)) return;
    const { code }: NodeJS.ErrnoException = error;
    if (code === 'EADDRINUSE' && mayShareThePort()) return;
    const reason = code === 'EADDRINUSE' ? 'it is in use' : error.message;
    warnOnce(
      `Prometheus metrics are not served, port ${port} on ${host} cannot be opened: ${reason}. Set OTEL_EXPORTER_PROMETHEUS_PORT, or OTEL_METRICS_EXPORTER=none.`,
    );
  });
}
