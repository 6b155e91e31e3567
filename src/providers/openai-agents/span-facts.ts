/** Reads the framework's spans. */

import { TOOL_TYPE } from '../../facts/semconv.ts';
import type { ActivityContent, ActivityFacts } from '../../telemetry/activity/activity.ts';
import { asObject, asString } from '../reading/unknown-values.ts';

/** A span of the framework: the fields that are read. */
export interface AgentsSpan {
  readonly spanId: string;
  readonly traceId: string;
  readonly parentId: string | null;
  readonly spanData: unknown;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly error: unknown;
}

/** A trace of the framework: the fields that are read. */
export interface AgentsTrace {
  readonly traceId: string;
  readonly name: unknown;
  readonly groupId: unknown;
}

/**
 * Facts of the spans that become our spans, by type. Spans of model calls come from the SDK, and turns or tasks add no
 * information.
 */
const TRACED: Readonly<Record<string, (data: Readonly<Record<string, unknown>>) => ActivityFacts>> = {
  agent: (data) => ({ operation: 'invoke_agent', target: asString(data.name) }),
  function: (data) => ({
    operation: 'execute_tool',
    target: asString(data.name),
    attributes: {
      [TOOL_TYPE]:
        asObject(data.mcp_data) === undefined && asString(data.mcp_data) === undefined ? 'function' : 'extension',
    },
  }),
};

/** Facts of `span`; undefined for a span of a type without a row. */
export function activityFactsOf(span: AgentsSpan): ActivityFacts | undefined {
  const data = asObject(span.spanData) ?? {};
  const type = asString(data.type);
  return type !== undefined && Object.hasOwn(TRACED, type) ? TRACED[type]?.(data) : undefined;
}

/** Input and output of a tool. The framework can be set up to leave input and output out. */
export function agentsContentOf(span: AgentsSpan): ActivityContent {
  const data = asObject(span.spanData) ?? {};
  return data.type === 'function' ? { arguments: presentValue(data.input), result: presentValue(data.output) } : {};
}

const presentValue = (value: unknown): unknown => (value === null || value === '' ? undefined : value);

/** The framework records an error as text: the name in front, if any, and the HTTP status of an SDK's error. */
const ERROR_TEXT = /^(?:([A-Z]\w*(?:Exception|Triggered|(?<=\w)Error))\b:?|Error:)?\s*(?:([45]\d\d)\b)?/;

/**
 * The error of a span, with the data in the span; undefined without an error. If the framework itself answers the error of
 * a tool, the span holds no text of the error.
 */
export function errorOf(span: AgentsSpan): object | undefined {
  const error = asObject(span.error);
  if (error === undefined) return undefined;
  const message = asString(asObject(error.data)?.error) ?? asString(error.message) ?? '';
  const [, name = '_OTHER', status] = ERROR_TEXT.exec(message) ?? [];
  return { name, message, ...(status !== undefined && { status: Number(status) }) };
}

/** The framework's text for a tool that a person refused. */
const REJECTION = /^Tool execution for .* was manually rejected by user\.?$/;

/** True if a person refused to let the tool run. The framework marks the span with an error, but nothing has failed. */
export function isRejected(span: AgentsSpan): boolean {
  if (asObject(span.spanData)?.type !== 'function') return false;
  return REJECTION.test(asString(asObject(asObject(span.error)?.data)?.error) ?? '');
}
