import {
  PROVIDER_NAME,
  USAGE_CACHE_READ_INPUT_TOKENS,
  USAGE_COST,
  USAGE_INPUT_TOKENS,
  USAGE_OUTPUT_TOKENS,
} from '../../../facts/semconv.ts';
import { isModelCall, numberOfSpan, textOfSpan } from '../../../pipeline/exporters/tree/spans/span-facts.ts';
import type { ModelRow, ViewedSpan } from '../../../viewer/page-data.ts';
import { modelOf } from './trace-row.ts';

/** The sum of the numbers of one attribute; undefined if no span has the attribute. */
export function sumOf(spans: readonly ViewedSpan[], attribute: string): number | undefined {
  return spans.reduce<number | undefined>((sum, span) => {
    const value = numberOfSpan(span, attribute);
    return value === undefined ? sum : (sum ?? 0) + value;
  }, undefined);
}

/** Sums up model calls by model, the model with most calls first. */
export function modelRows(spans: readonly ViewedSpan[]): ModelRow[] {
  const byModel = new Map<string, ViewedSpan[]>();
  for (const span of spans) {
    if (!isModelCall(span)) continue;
    const model = modelOf(span) ?? '';
    const calls = byModel.get(model) ?? [];
    byModel.set(model, calls);
    calls.push(span);
  }
  return [...byModel]
    .map(([model, calls]) => modelRow(model, calls))
    .sort((a, b) => b.calls - a.calls || (a.model < b.model ? -1 : 1));
}

function modelRow(model: string, calls: readonly ViewedSpan[]): ModelRow {
  const durations = calls.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
  return {
    model,
    provider: calls.map((call) => textOfSpan(call, PROVIDER_NAME)).find((name) => name !== undefined),
    calls: calls.length,
    errors: calls.filter(({ status }) => status === 'error').length,
    inputTokens: sumOf(calls, USAGE_INPUT_TOKENS),
    cachedTokens: sumOf(calls, USAGE_CACHE_READ_INPUT_TOKENS),
    outputTokens: sumOf(calls, USAGE_OUTPUT_TOKENS),
    cost: sumOf(calls, USAGE_COST),
    p50: percentile(durations, 0.5),
    p95: percentile(durations, 0.95),
  };
}

/** The value below which a share of sorted values lies: the nearest rank. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
