import type { Context } from '@opentelemetry/api';

/** Shared by all copies of this package in a process. */
const TOOL_KEY = Symbol.for('@x/llm-otel.tool');

/** A recorded run of a tool. */
export interface RunningTool {
  readonly name: string | undefined;
  /** True if the function of the tool has been called: the next tool of the same name is a separate run. */
  entered: boolean;
}

/**
 * Is the tool `name`, called in `context`, already recorded by an SDK or a framework? True once for each run: a later inner
 * call of the same name is a separate run.
 */
export function entersRunningTool(context: Context, name: string): boolean {
  const tool = context.getValue(TOOL_KEY) as RunningTool | undefined;
  if (tool === undefined || tool.entered || tool.name !== name) return false;
  tool.entered = true;
  return true;
}

/** `context` inside a run of a tool. */
export function contextWithTool(context: Context, tool: RunningTool): Context {
  return context.setValue(TOOL_KEY, tool);
}
