import { type InstrumentType, MetricReader } from '@opentelemetry/sdk-metrics';
import type { PrometheusSettings } from '../../../config/sdk/exporter-settings.ts';
import { firstLine, warnOnce } from '../../../runtime/log.ts';
import { contentType, type PageForm } from './accept.ts';
import { Families } from './families.ts';
import { namingOf } from './metric-names.ts';
import { type Page, serveMetrics } from './metrics-server.ts';
import { openMetricsPage, textPage } from './page.ts';

/** What the reader needs besides the settings. */
export interface ReaderOptions {
  /** Most attribute sets of an instrument. */
  readonly cardinalitySelector: (type: InstrumentType) => number;
  readonly onError: (error: NodeJS.ErrnoException) => void;
}

/** Collects when a scraper asks; every number counts from the start of the process. */
export class PrometheusMetricReader extends MetricReader {
  readonly #settings: PrometheusSettings;
  readonly #stop: () => void;
  /** By whether names may hold any character: scrapers of both kinds may come. */
  readonly #families = new Map<boolean, Families>();

  constructor(settings: PrometheusSettings, { cardinalitySelector, onError }: ReaderOptions) {
    super({ cardinalitySelector, otelComponentType: 'prometheus_http_text_metric_exporter' });
    this.#settings = settings;
    const { host, port } = settings;
    this.#stop = serveMetrics({ host, port, createPage: (form) => this.#createPage(form), onError });
  }

  protected async onShutdown(): Promise<void> {
    this.#stop();
  }

  protected async onForceFlush(): Promise<void> {}

  async #createPage(form: PageForm): Promise<Page> {
    const { resourceMetrics, errors } = await this.collect();
    for (const error of errors) warnOnce(`a callback of an observable instrument failed: ${firstLine(error)}`);
    const { resource } = resourceMetrics;
    // Labels of target_info should not change from the first page to the second.
    if (resource.asyncAttributesPending === true) await resource.waitForAsyncAttributes?.();
    const naming = namingOf(this.#settings.translation ?? 'underscore_escaping_with_suffixes', form.acceptsUtf8);
    const all = this.#families.get(naming.utf8) ?? new Families(this.#settings, naming);
    this.#families.set(naming.utf8, all);
    const families = all.of(resourceMetrics);
    const text = form.isOpenMetrics ? openMetricsPage(families, all) : textPage(families);
    return { type: contentType(form, naming.utf8), text };
  }
}
