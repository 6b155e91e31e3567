import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Folder } from '../support/folders.ts';
import type { ReceivedMetric, ReceivedPoint } from '../support/otlp/flatten.ts';
import { prepare, runApplication, type Sent } from './application.ts';
import { programOf } from './programs.ts';
import { askUntil, freePorts, getJson, type Server, startServer } from './server.ts';

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

const underscored = (name: string): string => name.replaceAll(/\W/g, '_');

/** The value of the series of a point: of a name that begins like the metric and ends with `ending`, with the labels of the point. */
function seriesValue(
  series: readonly Series[],
  metric: ReceivedMetric,
  point: ReceivedPoint,
  ending: string,
): number | undefined {
  const labels = Object.entries(point.attributes).map(([name, value]) => [underscored(name), String(value)] as const);
  const found = series.filter(
    ({ metric: { __name__ = '', ...others } }) =>
      __name__.startsWith(underscored(metric.name)) &&
      __name__.endsWith(ending) &&
      labels.every(([name, value]) => others[name] === value),
  );
  // More labels than the point has: the series of another point.
  const own = found.filter(
    ({ metric: other }) => !metric.points.some((rival) => rival !== point && includes(other, rival, point)),
  );
  return own.length === 1 ? Number(own[0]?.value[1]) : undefined;
}

const includes = (labels: Readonly<Record<string, string>>, rival: ReceivedPoint, point: ReceivedPoint): boolean =>
  Object.keys(rival.attributes).length > Object.keys(point.attributes).length &&
  Object.entries(rival.attributes).every(([name, value]) => labels[underscored(name)] === String(value));

/** What Prometheus has to have of the metrics: the count and the sum of a histogram, the value of a sum. */
function expected(metrics: readonly ReceivedMetric[]): object {
  return Object.fromEntries(
    metrics.flatMap((metric) =>
      metric.points.map((point) => [
        `${metric.name} ${JSON.stringify(point.attributes)}`,
        point.count === undefined ? { value: point.value } : { count: point.count, sum: point.sum },
      ]),
    ),
  );
}

function found(series: readonly Series[], metrics: readonly ReceivedMetric[]): object {
  return Object.fromEntries(
    metrics.flatMap((metric) =>
      metric.points.map((point) => [
        `${metric.name} ${JSON.stringify(point.attributes)}`,
        point.count === undefined
          ? { value: seriesValue(series, metric, point, metric.monotonic ? '_total' : '') }
          : { count: seriesValue(series, metric, point, '_count'), sum: seriesValue(series, metric, point, '_sum') },
      ]),
    ),
  );
}

/** The last export of each metric. */
const latest = (metrics: readonly ReceivedMetric[]): ReceivedMetric[] => [
  ...new Map(metrics.map((metric) => [metric.name, metric])).values(),
];

const programs = { "Debian's": await programOf('prometheus-debian'), "today's": await programOf('prometheus') };

describe.each(Object.entries(programs))('Prometheus, %s', (which, program) => {
  describe.skipIf(program === undefined)('server', () => {
    let server: Server;
    let url: string;
    let folder: Folder;
    let page: number;

    beforeAll(async () => {
      const [port = 0, other = 0] = await freePorts(2);
      url = `http://127.0.0.1:${port}`;
      page = other;
      server = await startServer({
        command: program as string,
        args: (place) => {
          const scrape = {
            job_name: 'page',
            scrape_interval: '500ms',
            scrape_timeout: '400ms',
            static_configs: [{ targets: [`127.0.0.1:${page}`] }],
          };
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
    });
    afterAll(() => server?.stop());

    const seriesOf = async (job: string): Promise<Series[]> => {
      // The function takes the names away, so the names are asked for one by one.
      const names = await getJson<{ data: string[] }>(`${url}/api/v1/label/__name__/values?match[]={job="${job}"}`);
      const all = names.data.map(async (name) => {
        const one = new URLSearchParams({ query: `last_over_time(${name}{job="${job}"}[5m])` });
        const { data } = await getJson<{ data: { result: Series[] } }>(`${url}/api/v1/query?${one}`);
        return data.result.map(({ metric, value }) => ({ metric: { ...metric, __name__: name }, value }));
      });
      return (await Promise.all(all)).flat();
    };

    test('reads our page: every metric, with its labels', async () => {
      const release = join(server.folder, 'release');
      const running = runApplication(
        folder,
        { metrics: 'prometheus' },
        { HOLD: release, OTEL_EXPORTER_PROMETHEUS_PORT: String(page) },
      );
      const complete = (series: Series[]): boolean =>
        series.some(({ metric }) => metric.error_type === '429' || metric.error_type === 'rate_limit_exceeded');
      await askUntil(() => seriesOf('page'), complete, 40_000);
      // Once more, with everything that was there at the same time.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      writeFileSync(release, '');
      const sent: Sent = await running;
      expect(sent.result).toMatchObject({ code: 0, stderr: '' });
      const metrics = latest(sent.metrics);
      expect(metrics.length).toBeGreaterThan(2);
      expect(found(await seriesOf('page'), metrics)).toEqual(expected(metrics));
    });

    test.skipIf(which !== "today's")('takes OTLP: every metric, with its labels', async () => {
      const sent = await runApplication(
        folder,
        { metrics: 'otlp' },
        { OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/api/v1/otlp` },
      );
      expect(sent.result).toMatchObject({ code: 0, stderr: '' });
      const metrics = latest(sent.metrics);
      const complete = (series: Series[]): boolean => series.length > 0;
      expect(found(await askUntil(() => seriesOf('ocean-app'), complete), metrics)).toEqual(expected(metrics));
    });
  });
});
