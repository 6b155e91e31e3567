import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Folder } from '../support/folders.ts';
import { freePorts } from '../support/free-ports.ts';
import type { ReceivedMetric, ReceivedPoint } from '../support/otlp/flatten.ts';
import { prepare, runApplication } from './application.ts';
import { programOf } from './programs.ts';
import { type Reference, runReference, steady } from './reference.ts';
import { askUntil, getJson, type Server, startServer } from './server.ts';

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

const underscored = (name: string): string => name.replaceAll(/\W/g, '_');

/** Labels of a series that are not attributes of a point. */
const OTHER_LABELS = /^(?:__name__|job|instance|le|server_port|otel_scope_\w+)$/;

const labelsOf = ({ metric }: Series): string =>
  JSON.stringify(
    Object.entries(metric)
      .filter(([name]) => !OTHER_LABELS.test(name))
      .sort(),
  );
const labelsOfPoint = ({ attributes }: ReceivedPoint): string =>
  JSON.stringify(
    Object.entries(steady(attributes))
      .map(([name, value]) => [underscored(name), String(value)])
      .sort(),
  );

/** Values by labels: of the series whose names begin like the metric and end with `ending`. */
const seriesOfMetric = (series: readonly Series[], { name }: ReceivedMetric, ending: string): Record<string, number> =>
  Object.fromEntries(
    series
      .filter(({ metric: { __name__ = '' } }) => namesOf(name, ending).test(__name__))
      .map((one) => [labelsOf(one), Number(one.value[1])]),
  );

/** A unit may stand between the name and the ending. */
const namesOf = (name: string, ending: string): RegExp => new RegExp(`^${underscored(name)}(?:_[a-zA-Z]+)??${ending}$`);

/** What Prometheus has of a metric, and what Prometheus has to have: the number of values, and sums that do not depend on time. */
function compare(series: readonly Series[], metric: ReceivedMetric): { found: object; expected: object } {
  const pointsBy = (value: (point: ReceivedPoint) => number | undefined): object =>
    Object.fromEntries(metric.points.map((point) => [labelsOfPoint(point), value(point)]));
  const isHistogram = metric.type === 'histogram';
  const counts = seriesOfMetric(series, metric, isHistogram ? '_count' : metric.monotonic ? '_total' : '');
  return {
    found: { counts, sums: isHistogram && metric.unit !== 's' ? seriesOfMetric(series, metric, '_sum') : {} },
    expected: {
      counts: pointsBy(({ count, value }) => (isHistogram ? count : value)),
      sums: isHistogram && metric.unit !== 's' ? pointsBy(({ sum }) => sum) : {},
    },
  };
}

const programs = { "Debian's": await programOf('prometheus-debian'), "today's": await programOf('prometheus') };

describe.each(Object.entries(programs).filter(([, program]) => program !== undefined))(
  'Prometheus, %s',
  (which, program) => {
    let server: Server;
    let url: string;
    let folder: Folder;
    let page: number;
    let reference: Reference;

    beforeAll(async () => {
      const [port = 0, other = 0] = await freePorts(2);
      url = `http://127.0.0.1:${port}`;
      page = other;
      const targets = [{ targets: [`127.0.0.1:${page}`] }];
      const scrape = { job_name: 'page', scrape_interval: '1s', scrape_timeout: '1s', static_configs: targets };
      server = await startServer({
        command: program as string,
        args: (place) => {
          // JSON is YAML.
          writeFileSync(join(place, 'prometheus.yml'), JSON.stringify({ scrape_configs: [scrape] }));
          return [
            `--config.file=${join(place, 'prometheus.yml')}`,
            `--storage.tsdb.path=${join(place, 'data')}`,
            `--web.listen-address=127.0.0.1:${port}`,
            ...(which === "today's" ? ['--web.enable-otlp-receiver'] : []),
          ];
        },
        ready: `${url}/-/ready`,
      });
      folder = await prepare();
      reference = await runReference(folder);
    });
    afterAll(() => server?.stop());

    /** The last value of each series of a job, also of series that have ended. */
    const seriesOf = async (job: string): Promise<Series[]> => {
      const names = await getJson<{ data: string[] }>(`${url}/api/v1/label/__name__/values?match[]={job="${job}"}`);
      const answers = names.data.map(async (name) => {
        // The function takes the name away.
        const query = new URLSearchParams({ query: `last_over_time({__name__="${name}",job="${job}"}[5m])` });
        const { data } = await getJson<{ data: { result: Series[] } }>(`${url}/api/v1/query?${query}`);
        return data.result.map(({ metric, value }) => ({ metric: { ...metric, __name__: name }, value }));
      });
      return (await Promise.all(answers)).flat();
    };

    /** Waits until Prometheus has as many values as the reference. */
    const check = async (job: string): Promise<void> => {
      const matches = (series: Series[]): boolean =>
        reference.metrics.every((metric) => {
          const { found, expected } = compare(series, metric);
          return JSON.stringify(Object.entries(found)).length >= JSON.stringify(Object.entries(expected)).length;
        });
      const series = await askUntil(() => seriesOf(job), matches, 20_000);
      expect(reference.metrics.length).toBeGreaterThan(2);
      for (const metric of reference.metrics) {
        const { found, expected } = compare(series, metric);
        expect({ [metric.name]: found }).toEqual({ [metric.name]: expected });
      }
    };

    test('reads our page: every metric, with its labels', async () => {
      const release = join(server.folder, 'release');
      const env = { HOLD: release, OTEL_EXPORTER_PROMETHEUS_PORT: String(page), LLM_OTEL_FEEDBACK: 'span' };
      const running = runApplication(folder, { metrics: 'prometheus' }, env);
      try {
        await askUntil(
          () => seriesOf('page'),
          (series) => series.some(({ metric }) => metric.error_type !== undefined),
        );
        // Once more: with all that was recorded last.
        await sleep(2500);
        await check('page');
      } finally {
        writeFileSync(release, '');
      }
      expect((await running).result).toMatchObject({ code: 0 });
    });

    test.skipIf(which !== "today's")('takes OTLP: every metric, with its labels', async () => {
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/api/v1/otlp` };
      const { result } = await runApplication(folder, { metrics: 'otlp' }, env);
      expect(result).toMatchObject({ code: 0 });
      await check('ocean-app');
    });
  },
);
