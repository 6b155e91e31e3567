import type { Context } from '@opentelemetry/api';

/** Shared by all copies of this package in a process. */
const TOOL_KEY = Symbol.for('@x/llm-otel.tool');

/** A run of a tool that is being recorded. */
export interface RunningTool {
  readonly name: string | undefined;
  /** The function that does the work has been met: another tool of this name is a run of its own. */
  entered: boolean;
}

/**
 * Is the tool `name` that is called in `context` the one that an SDK or a framework is recording there already? True once
 * for each run: what the tool calls by the same name after that is another run.
 */
export function entersRunningTool(context: Context, name: string): boolean {
  const running = context.getValue(TOOL_KEY) as RunningTool | undefined;
  if (running === undefined || running.entered || running.name !== name) return false;
  running.entered = true;
  return true;
}

/** `context` inside a run of a tool. */
export function contextWithTool(context: Context, tool: RunningTool): Context {
  return context.setValue(TOOL_KEY, tool);
}
