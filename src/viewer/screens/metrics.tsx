import { plainText } from '../../pipeline/exporters/tree/spans/read-messages.ts';
import { useAnswer } from '../data/page-state.ts';
import type { MetricPoint, MetricRow, MetricSeries } from '../page-data.ts';
import { count } from '../parts/amounts.ts';
import type { ScreenProps } from './conversations.tsx';
import { TableOf } from './table-of.tsx';

/** Metrics with their values over time. */
export function Metrics({ version }: ScreenProps) {
  const { answer } = useAnswer<{ metrics: MetricRow[] }>('/api/metrics', version);
  const rows = answer?.metrics.flatMap((metric) => metric.series.map((series) => ({ metric, series })));
  return (
    <div class="screen">
      <TableOf
        title="Metrics"
        rows={rows}
        empty="Metrics are shown here with their values over time."
        rowProps={({ metric }) => ({ 'data-testid': 'metric-row', 'data-metric': metric.name })}
        columns={{
          Metric: ({ metric }) => <span title={metric.description}>{metric.name}</span>,
          Attributes: ({ series }) => (
            <span class="text">
              {Object.entries(series.attributes)
                .map(([key, value]) => `${key}: ${plainText(value)}`)
                .join('\n')}
            </span>
          ),
          Value: ({ series }) => latest(series),
          Unit: ({ metric }) => metric.unit,
          'Over time': ({ series }) => <Line points={series.points} />,
        }}
      />
    </div>
  );
}

const pointValue = ({ value, count: counted }: MetricPoint): number => value ?? counted ?? 0;

const short = (value: number): string =>
  Number.isInteger(value) ? count(value) : String(Number(value.toPrecision(4)));

/** The last value: of a histogram, the number of values and their mean. */
function latest({ points }: MetricSeries): string {
  const last = points.at(-1);
  if (last === undefined) return '';
  if (last.value !== undefined) return short(last.value);
  const mean = last.sum === undefined || !last.count ? '' : `, mean ${short(last.sum / last.count)}`;
  return `${short(last.count ?? 0)} values${mean}`;
}

const [WIDTH, HEIGHT] = [160, 28];

/** A line through the values. */
function Line({ points }: { readonly points: readonly MetricPoint[] }) {
  if (points.length < 2) return null;
  const values = points.map(pointValue);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const [start, end] = [points[0]?.time ?? 0, points.at(-1)?.time ?? 1];
  const place = ({ time }: MetricPoint, i: number): string => {
    const x = ((time - start) / Math.max(1, end - start)) * WIDTH;
    const y = HEIGHT - 2 - (((values[i] ?? 0) - least) / (most - least || 1)) * (HEIGHT - 4);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  return (
    <svg
      class="line"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`from ${short(values[0] ?? 0)} to ${short(values.at(-1) ?? 0)}`}
    >
      <polyline points={points.map(place).join(' ')} />
    </svg>
  );
}
