/** What the framework's spans say. */

import { TOOL_TYPE } from '../../facts/semconv.ts';
import type { ActivityContent, ActivityFacts } from '../../telemetry/activity/activity.ts';
import { asObject, asString } from '../reading/unknown-values.ts';

/** A span of the framework, as far as it is used here. */
export interface AgentsSpan {
  readonly spanId: string;
  readonly traceId: string;
  readonly parentId: string | null;
  readonly spanData: unknown;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly error: unknown;
}

/** A trace of the framework. */
export interface AgentsTrace {
  readonly traceId: string;
  readonly name: unknown;
  readonly groupId: unknown;
}

/** Spans that become spans of ours; model calls have theirs from the SDK, and turns, tasks and the like say nothing more. */
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

/** `undefined` for a span that is none of ours. */
export function factsOf(span: AgentsSpan): ActivityFacts | undefined {
  const data = asObject(span.spanData) ?? {};
  const type = asString(data.type);
  return type !== undefined && Object.hasOwn(TRACED, type) ? TRACED[type]?.(data) : undefined;
}

/** Input and output of a tool; the framework leaves them out where it is told to. */
export function agentsContentOf(span: AgentsSpan): ActivityContent {
  const data = asObject(span.spanData) ?? {};
  return data.type === 'function' ? { arguments: given(data.input), result: given(data.output) } : {};
}

const given = (value: unknown): unknown => (value === null || value === '' ? undefined : value);

/** The framework writes errors down as text: the name in front where there is one, and the HTTP status of the SDK's. */
const WRITTEN = /^(?:([A-Z]\w*(?:Exception|Triggered|(?<=\w)Error))\b:?|Error:)?\s*(?:([45]\d\d)\b)?/;

/**
 * What was thrown, as far as the span tells; `undefined` if nothing was. Tools whose errors the framework answers itself
 * tell nothing of theirs.
 */
export function errorOf(span: AgentsSpan): object | undefined {
  const error = asObject(span.error);
  if (error === undefined) return undefined;
  const message = asString(asObject(error.data)?.error) ?? asString(error.message) ?? '';
  const [, name = '_OTHER', status] = WRITTEN.exec(message) ?? [];
  return { name, message, ...(status !== undefined && { status: Number(status) }) };
}
