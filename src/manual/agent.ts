import type { Attributes, Context } from '@opentelemetry/api';
import { AGENT_DESCRIPTION, AGENT_ID, AGENT_VERSION, CONVERSATION_ID } from '../facts/semconv.ts';
import { activeContext } from '../otel/globals.ts';
import { asString } from '../providers/reading/unknown-values.ts';
import { warnOnce } from '../runtime/log.ts';
import { contextWithAttributes } from '../scope/custom-attributes.ts';
import { type ActivityContent, type ActivityFacts, startActivity } from '../telemetry/activity/activity.ts';
import { ownTelemetry } from './app-recorder.ts';
import { isFunction } from './is-function.ts';
import { runInside } from './run-in-activity.ts';

/** What is known of one run of a workflow. */
export interface WorkflowOptions {
  /** `gen_ai.conversation.id`, on the spans inside too. */
  readonly conversationId?: string | undefined;
  /** What the user asked. Recorded as `gen_ai.input.messages` with content capture on. */
  readonly input?: string | undefined;
}

/** What is known of one run of an agent. */
export interface AgentOptions extends WorkflowOptions {
  /** `gen_ai.agent.id` */
  readonly id?: string | undefined;
  /** `gen_ai.agent.version` */
  readonly version?: string | undefined;
  /** `gen_ai.agent.description` */
  readonly description?: string | undefined;
}

/**
 * Runs `fn` as one run of the agent `name`: an `invoke_agent` span around all model calls, tools and agents in it, its
 * duration, and how many model calls and tools it took (`gen_ai.invoke_agent.inference_calls`, `.tool_calls`). An agent
 * inside an agent counts for itself. With content capture on, a text that `fn` gives is recorded as the agent's answer.
 *
 * Returns and throws what `fn` does. The span lasts until a promise is settled or a stream is read.
 *
 * @example
 * const answer = await agent('support', () => answerWithTools(question), { conversationId });
 */
export function agent<T>(name: string, fn: () => T, options: AgentOptions = {}): T {
  return scope('invoke_agent', name, fn, options, {
    [AGENT_ID]: options?.id,
    [AGENT_VERSION]: options?.version,
    [AGENT_DESCRIPTION]: options?.description,
  });
}

/**
 * Runs `fn` as one run of the workflow `name`: an `invoke_workflow` span around all that is in it, agents as a rule, and
 * `gen_ai.invoke_workflow.duration`. Returns and throws what `fn` does.
 *
 * @example
 * await workflow('refund', async () => {
 *   const plan = await agent('planner', () => makePlan(order));
 *   return agent('writer', () => writeAnswer(plan));
 * });
 */
export function workflow<T>(name: string, fn: () => T, options: WorkflowOptions = {}): T {
  return scope('invoke_workflow', name, fn, options, {});
}

/** What the application writes. */
const FUNCTION = { invoke_agent: 'agent', invoke_workflow: 'workflow' } as const;

type Scope = keyof typeof FUNCTION;

function scope<T>(
  operation: Scope,
  name: string,
  fn: () => T,
  options: WorkflowOptions,
  attributes: Readonly<Record<string, unknown>>,
): T {
  if (!isFunction(fn, FUNCTION[operation], `${FUNCTION[operation]}(name, fn)`)) return fn as T;
  const telemetry = ownTelemetry();
  if (telemetry?.target() === undefined) return fn();
  const describe = (): ActivityFacts => ({
    operation,
    target: nameOf(operation, name),
    attributes: texts(attributes),
    content: () => inputOf(options?.input),
  });
  const activity = startActivity(telemetry, describe, inConversation(options?.conversationId));
  return activity === undefined ? fn() : runInside(activity, fn, outputOf);
}

/** The conversation is that of all calls inside as well. */
function inConversation(id: unknown): Context | undefined {
  const given = asString(id);
  return given === undefined ? undefined : contextWithAttributes(activeContext(), { [CONVERSATION_ID]: given });
}

function nameOf(operation: Scope, name: unknown): string | undefined {
  const given = asString(name);
  if (given === undefined)
    warnOnce(`${FUNCTION[operation]}: expected a name, a string that is not empty; its runs are recorded without one.`);
  return given;
}

function texts(values: Readonly<Record<string, unknown>>): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(values)) {
    const text = asString(value);
    if (text !== undefined) attributes[name] = text;
  }
  return attributes;
}

function inputOf(input: unknown): ActivityContent {
  const content = asString(input);
  return content === undefined ? {} : { input: [{ role: 'user', parts: [{ type: 'text', content }] }] };
}

/** Only a text is certain to be what the agent says. */
function outputOf(result: unknown): ActivityContent {
  const content = asString(result);
  return content === undefined ? {} : { output: [{ role: 'assistant', parts: [{ type: 'text', content }] }] };
}
