import type { Attributes, Context } from '@opentelemetry/api';
import { AGENT_DESCRIPTION, AGENT_ID, AGENT_VERSION, CONVERSATION_ID } from '../facts/semconv.ts';
import { activeContext } from '../otel/globals.ts';
import { asString } from '../providers/reading/unknown-values.ts';
import { warnOnce } from '../runtime/log.ts';
import { contextWithAttributes } from '../scope/custom-attributes.ts';
import { type ActivityContent, type ActivityFacts, startActivity } from '../telemetry/activity/activity.ts';
import { appRecorder } from './app-recorder.ts';
import { isFunction } from './is-function.ts';
import { runInActivity } from './run-in-activity.ts';

/** Options of {@link workflow}. */
export interface WorkflowOptions {
  /** `gen_ai.conversation.id`, also set on the spans inside. */
  readonly conversationId?: string | undefined;
  /** The user's question. Recorded as `gen_ai.input.messages` with content capture on. */
  readonly input?: string | undefined;
}

/** Options of {@link agent}. */
export interface AgentOptions extends WorkflowOptions {
  /** `gen_ai.agent.id` */
  readonly id?: string | undefined;
  /** `gen_ai.agent.version` */
  readonly version?: string | undefined;
  /** `gen_ai.agent.description` */
  readonly description?: string | undefined;
}

/**
 * Runs `fn` as one run of the agent `name`: an `invoke_agent` span around all model calls, tools and agents inside, the
 * duration of the run, and the number of model calls and tools (`gen_ai.invoke_agent.inference_calls`, `.tool_calls`). An
 * agent inside an agent is counted separately. With content capture on, a text returned by `fn` is recorded as the agent's
 * answer.
 *
 * Returns the result of `fn` and throws the errors of `fn`. The span lasts until a promise is settled or a stream is read.
 *
 * @example
 * const answer = await agent('support', () => answerWithTools(question), { conversationId });
 */
export function agent<T>(name: string, fn: () => T, options: AgentOptions = {}): T {
  return runInScope('invoke_agent', name, fn, options, {
    [AGENT_ID]: options?.id,
    [AGENT_VERSION]: options?.version,
    [AGENT_DESCRIPTION]: options?.description,
  });
}

/**
 * Runs `fn` as one run of the workflow `name`: an `invoke_workflow` span around everything inside, usually agents, and
 * `gen_ai.invoke_workflow.duration`. Returns the result of `fn` and throws the errors of `fn`.
 *
 * @example
 * await workflow('refund', async () => {
 *   const plan = await agent('planner', () => makePlan(order));
 *   return agent('writer', () => writeAnswer(plan));
 * });
 */
export function workflow<T>(name: string, fn: () => T, options: WorkflowOptions = {}): T {
  return runInScope('invoke_workflow', name, fn, options, {});
}

/** Name of the public function, for warnings. */
const FUNCTION = { invoke_agent: 'agent', invoke_workflow: 'workflow' } as const;

type Scope = keyof typeof FUNCTION;

function runInScope<T>(
  operation: Scope,
  name: string,
  fn: () => T,
  options: WorkflowOptions,
  attributes: Readonly<Record<string, unknown>>,
): T {
  if (!isFunction(fn, FUNCTION[operation], `${FUNCTION[operation]}(name, fn)`)) return fn as T;
  const telemetry = appRecorder();
  if (telemetry?.target() === undefined) return fn();
  const describe = (): ActivityFacts => ({
    operation,
    target: nameOf(operation, name),
    attributes: textAttributes(attributes),
    content: () => inputOf(options?.input),
  });
  const activity = startActivity(telemetry, describe, contextWithConversation(options?.conversationId));
  return activity === undefined ? fn() : runInActivity(activity, fn, outputOf);
}

/** All calls inside get the conversation too. */
function contextWithConversation(conversationId: unknown): Context | undefined {
  const id = asString(conversationId);
  return id === undefined ? undefined : contextWithAttributes(activeContext(), { [CONVERSATION_ID]: id });
}

function nameOf(operation: Scope, value: unknown): string | undefined {
  const name = asString(value);
  if (name === undefined)
    warnOnce(`${FUNCTION[operation]}: expected a name, a string that is not empty; its runs are recorded without one.`);
  return name;
}

function textAttributes(values: Readonly<Record<string, unknown>>): Attributes {
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

/** Only a text is certain to be the agent's answer. */
function outputOf(result: unknown): ActivityContent {
  const content = asString(result);
  return content === undefined ? {} : { output: [{ role: 'assistant', parts: [{ type: 'text', content }] }] };
}
