/** Attributes of a span, chosen for the tabs. */
import {
  RESPONSE_TIME_TO_FIRST_CHUNK,
  STREAM_CHUNKS,
  STREAM_OUTCOME,
  USAGE_CACHE_READ_INPUT_TOKENS,
  USAGE_CACHE_WRITE_INPUT_TOKENS,
  USAGE_COST,
  USAGE_COST_INPUT,
  USAGE_COST_OUTPUT,
  USAGE_INPUT_TOKENS,
  USAGE_OUTPUT_TOKENS,
  USAGE_REASONING_OUTPUT_TOKENS,
} from '../../facts/semconv.ts';
import { numberOf, textOf } from '../data/call-facts.ts';
import type { ViewedSpan } from '../page-data.ts';
import { cost, count, duration } from '../parts/amounts.ts';

type FieldRow = readonly [name: string, value: unknown];

const REQUEST =
  /^(?:gen_ai\.(?:request|operation|provider|conversation|agent|tool|workflow|output)\.|server\.|\w+\.(?:request|api)\.)/;
const CONTENT = /\.(?:messages|definitions|arguments|result)$/;

/** What was asked for: parameters, provider and server, without messages. */
export const requestFields = ({ attributes }: ViewedSpan): FieldRow[] =>
  Object.entries(attributes).filter(([name]) => REQUEST.test(name) && !CONTENT.test(name));

/** Token counts, cost and times. Unknown ones are left out, never 0. */
export function usageFields(span: ViewedSpan): FieldRow[] {
  const first = numberOf(span, RESPONSE_TIME_TO_FIRST_CHUNK);
  const output = numberOf(span, USAGE_OUTPUT_TOKENS);
  const receiving = first === undefined ? undefined : span.durationMs - first * 1000;
  const speed =
    output === undefined || receiving === undefined || receiving <= 0 ? undefined : output / (receiving / 1000);
  const rows: FieldRow[] = [
    ['Input tokens', count(numberOf(span, USAGE_INPUT_TOKENS))],
    ['Cached input tokens', count(numberOf(span, USAGE_CACHE_READ_INPUT_TOKENS))],
    ['Input tokens written to the cache', count(numberOf(span, USAGE_CACHE_WRITE_INPUT_TOKENS))],
    ['Output tokens', count(output)],
    ['Reasoning tokens', count(numberOf(span, USAGE_REASONING_OUTPUT_TOKENS))],
    ['Cost', cost(numberOf(span, USAGE_COST))],
    ['Cost of the input', cost(numberOf(span, USAGE_COST_INPUT))],
    ['Cost of the output', cost(numberOf(span, USAGE_COST_OUTPUT))],
    ['Duration', duration(span.durationMs)],
    ['Time to the first chunk', duration(first === undefined ? undefined : first * 1000)],
    ['Chunks', count(numberOf(span, STREAM_CHUNKS))],
    ['End of the stream', textOf(span, STREAM_OUTCOME) ?? ''],
    ['Output tokens a second', speed === undefined ? '' : speed.toFixed(1)],
  ];
  return rows.filter(([, value]) => value !== '');
}
