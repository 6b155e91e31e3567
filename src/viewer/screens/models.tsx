import { tracePlace } from '../data/hash-route.ts';
import { useAnswer } from '../data/page-state.ts';
import type { ModelRow } from '../page-data.ts';
import { cost, count, duration } from '../parts/amounts.ts';
import type { ScreenProps } from './conversations.tsx';
import { TableOf } from './table-of.tsx';

/** Sums by model. */
export function Models({ version }: ScreenProps) {
  const { answer } = useAnswer<{ models: ModelRow[] }>('/api/models', version);
  return (
    <div class="screen">
      <TableOf
        title="Models"
        rows={answer?.models}
        empty="Model calls are summed up here by model."
        rowProps={({ model }) => ({ 'data-testid': 'model-row', 'data-model': model })}
        fields={{
          Model: 'model',
          Calls: 'calls',
          Errors: 'errors',
          In: 'input',
          Cached: 'cached',
          Out: 'output',
          Cost: 'cost',
          p50: 'p50',
          p95: 'p95',
        }}
        columns={{
          Model: ({ model }) => (
            <a href={tracePlace({ screen: 'traces', id: undefined, params: { model } }, undefined)}>
              {model || 'unknown'}
            </a>
          ),
          Provider: ({ provider }) => provider ?? '',
          Calls: ({ calls }) => count(calls),
          Errors: ({ errors }) => count(errors),
          In: ({ inputTokens }) => count(inputTokens),
          Cached: ({ cachedTokens }) => count(cachedTokens),
          Out: ({ outputTokens }) => count(outputTokens),
          Cost: (row) => cost(row.cost),
          p50: ({ p50 }) => duration(p50),
          p95: ({ p95 }) => duration(p95),
        }}
      />
    </div>
  );
}
