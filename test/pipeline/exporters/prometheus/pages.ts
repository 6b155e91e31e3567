/** Pages of a meter provider, without a server. */
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, type MeterProviderOptions, MetricReader } from '@opentelemetry/sdk-metrics';
import type { PrometheusSettings } from '../../../../src/config/sdk/exporter-settings.ts';
import { Families } from '../../../../src/pipeline/exporters/prometheus/families.ts';
import { namingOf } from '../../../../src/pipeline/exporters/prometheus/metric-names.ts';
import { openMetricsPage, textPage } from '../../../../src/pipeline/exporters/prometheus/page.ts';

class TestReader extends MetricReader {
  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}
}

/** What a test says about the exporter. */
type Settings = Partial<Omit<PrometheusSettings, 'kind' | 'host' | 'port'>>;

export interface Pages {
  readonly provider: MeterProvider;
  readonly text: () => Promise<string>;
  readonly open: () => Promise<string>;
}

/** Without `target_info`, unless `settings` say so. */
export function createPages(settings: Settings = {}, options: MeterProviderOptions = {}): Pages {
  const reader = new TestReader();
  const resource = resourceFromAttributes({ 'service.name': 'shop', 'host.name': 'h"1\\' });
  const provider = new MeterProvider({ resource, readers: [reader], ...options });
  const all = new Families(
    { kind: 'prometheus', host: 'localhost', port: 1, targetInfo: false, ...settings },
    namingOf(settings.translation ?? 'underscore_escaping_with_suffixes', true),
  );
  const collected = async () => all.of((await reader.collect()).resourceMetrics);
  return {
    provider,
    text: async () => textPage(await collected()),
    open: async () => openMetricsPage(await collected(), all),
  };
}
