import type { InstrumentType, MetricReader } from '@opentelemetry/sdk-metrics';
import type { PrometheusSettings } from '../../../config/sdk/exporter-settings.ts';
import { warnOnce } from '../../../runtime/log.ts';
import { METRICS_PATH } from './metrics-server.ts';
import { isPortTaken } from './port-taken.ts';
import { mayServePrometheus, mayShareThePort } from './prometheus-owner.ts';
import { PrometheusMetricReader } from './prometheus-reader.ts';

/** A reader that a Prometheus server asks. */
export interface PrometheusReader {
  readonly reader: MetricReader;
  /** Where metrics are read; undefined once the port could not be opened. */
  url(): string | undefined;
}

/**
 * A reader that serves `/metrics`; undefined in a process that must not serve metrics. If the port cannot be opened, a warning
 * says so, and other exporters get metrics.
 */
export function prometheusReader(
  settings: PrometheusSettings,
  cardinalitySelector: (type: InstrumentType) => number,
): PrometheusReader | undefined {
  const { host, port } = settings;
  if (!mayServePrometheus()) return undefined;
  const warnOf = (reason: string): void =>
    warnOnce(
      `Prometheus metrics are not served, port ${port} on ${host} cannot be opened: ${reason}. Set OTEL_EXPORTER_PROMETHEUS_PORT, or OTEL_METRICS_EXPORTER=none.`,
    );
  const isInUse = 'it is in use';
  if (isPortTaken(host, port)) {
    if (!mayShareThePort()) warnOf(isInUse);
    return undefined;
  }
  let url: string | undefined = `http://${host.includes(':') ? `[${host}]` : host}:${port}${METRICS_PATH}`;
  const onError = ({ code, message }: NodeJS.ErrnoException): void => {
    url = undefined;
    if (code === 'EADDRINUSE' && mayShareThePort()) return;
    warnOf(code === 'EADDRINUSE' ? isInUse : message);
  };
  const reader = new PrometheusMetricReader(settings, { cardinalitySelector, onError });
  return { reader, url: () => url };
}
