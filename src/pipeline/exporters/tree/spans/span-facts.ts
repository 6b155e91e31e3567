/** Readers of span attributes. */
import { ERROR_TYPE, OPERATION_NAME, RESPONSE_FINISH_REASONS, STREAM_OUTCOME } from '../../../../facts/semconv.ts';
import type { TreeSpan } from './tree-span.ts';

/** All that most readers look at: spans of other shapes need no conversion. */
type WithAttributes = Pick<TreeSpan, 'attributes'>;

/** Operations of the conventions without a request to a model. */
const NO_MODEL_CALL = /^(?:execute_tool|(?:create|invoke)_agent|invoke_workflow|plan|\w+_memory(?:_store)?)$/;

/** A text attribute; undefined without a text. */
export function textOfSpan({ attributes }: WithAttributes, key: string): string | undefined {
  const value = attributes[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A number of at least 0; undefined without such a number. */
export function numberOfSpan({ attributes }: WithAttributes, key: string): number | undefined {
  const value = attributes[key];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** `gen_ai.operation.name`: the mark of an LLM span. */
export const operationOf = (span: WithAttributes): string | undefined => textOfSpan(span, OPERATION_NAME);

/** True for a call of a model, false for agents, tools and spans of any further kind. */
export function isModelCall(span: WithAttributes): boolean {
  const operation = operationOf(span);
  return operation !== undefined && !NO_MODEL_CALL.test(operation);
}

/** Finish reasons of all choices. */
export function finishReasonsOf({ attributes }: WithAttributes): readonly string[] {
  const reasons = attributes[RESPONSE_FINISH_REASONS];
  return Array.isArray(reasons) ? reasons.filter((one) => typeof one === 'string') : [];
}

/** How a span ended. */
export interface SpanEnd {
  readonly text: string;
  /** `attention`: no error, but no complete answer either. */
  readonly mood: 'error' | 'attention' | 'fine';
}

const INCOMPLETE: ReadonlySet<string> = new Set(['length', 'content_filter']);

/** Error type, else `cancelled` or `abandoned`, else the finish reasons; undefined if nothing is known. */
export function endOf(span: Pick<TreeSpan, 'attributes' | 'failed'>): SpanEnd | undefined {
  const error = textOfSpan(span, ERROR_TYPE);
  if (error !== undefined) return { text: error, mood: 'error' };
  const outcome = textOfSpan(span, STREAM_OUTCOME);
  if (outcome === 'cancelled' || outcome === 'abandoned') return { text: outcome, mood: 'attention' };
  const reasons = finishReasonsOf(span);
  if (reasons.length === 0) return span.failed ? { text: 'error', mood: 'error' } : undefined;
  return { text: reasons.join(', '), mood: reasons.some((one) => INCOMPLETE.has(one)) ? 'attention' : 'fine' };
}

/** `<error.type>: <description>` of a failed span. */
export function errorOf(span: Pick<TreeSpan, 'attributes' | 'failed' | 'description'>): string | undefined {
  if (!span.failed) return undefined;
  const parts = [textOfSpan(span, ERROR_TYPE), span.description || undefined].filter((part) => part !== undefined);
  return parts.length === 0 ? 'error' : parts.join(': ');
}
