import type { Context } from '@opentelemetry/api';

/** Shared by all copies of this package in a process: the scope and the calls in it may be recorded by two. */
const AGENT_KEY = Symbol.for('@x/llm-otel.agent');

/** One run of an agent: what is counted in it. An agent inside another counts for itself. */
export interface AgentScope {
  readonly name: string | undefined;
  /** Model calls that were started, failed ones included. */
  inferenceCalls: number;
  /** Tools that were run on this side. */
  toolCalls: number;
}

/** The innermost agent that is running in `context`. */
export function agentScope(context: Context): AgentScope | undefined {
  return context.getValue(AGENT_KEY) as AgentScope | undefined;
}

/** `context` inside a new run of the agent `name`. */
export function contextWithAgent(context: Context, scope: AgentScope): Context {
  return context.setValue(AGENT_KEY, scope);
}
