import type { Context } from '@opentelemetry/api';

/** Shared by all copies of this package in a process: one copy may record the agent, a second copy the calls of the agent. */
const AGENT_KEY = Symbol.for('@x/llm-otel.agent');

/** One run of an agent, with the counters of the run. A nested agent has separate counters. */
export interface AgentScope {
  readonly name: string | undefined;
  /** Number of started model calls, failed calls included. */
  inferenceCalls: number;
  /** Number of tools that the application ran. */
  toolCalls: number;
}

/** The innermost running agent of `context`. */
export function agentScope(context: Context): AgentScope | undefined {
  return context.getValue(AGENT_KEY) as AgentScope | undefined;
}

/** `context` inside a new run of an agent. */
export function contextWithAgent(context: Context, scope: AgentScope): Context {
  return context.setValue(AGENT_KEY, scope);
}
