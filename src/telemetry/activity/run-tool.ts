import type { Attributes } from '@opentelemetry/api';
import { TOOL_CALL_ID, TOOL_TYPE } from '../../facts/semconv.ts';
import { callWith } from '../../otel/globals.ts';
import type { CallRecorder } from '../call/call-recorder.ts';
import { type Activity, startActivity } from './activity.ts';

/** One execution of a tool. */
export interface ToolCall {
  readonly name: string;
  /** `gen_ai.tool.type`, `function` as a rule. */
  readonly type: string;
  /** Id of the model's tool call that asked for it. */
  readonly id?: string | undefined;
  readonly arguments: unknown;
  /** The SDK makes a span for it: here it is only measured. */
  readonly traced?: boolean | undefined;
}

/**
 * Runs a tool inside an `execute_tool` span that is active meanwhile, and returns or throws what it does. A promise is
 * passed on as one link of the same chain.
 */
export function runTool<T>(recorder: CallRecorder, call: () => ToolCall, run: () => T): T {
  return runTools(recorder, [call], run, (result) => result);
}

/**
 * Like {@link runTool} for an SDK that has several calls answered by one function: a span each, over the same time.
 * `resultOf` finds what came of one of them.
 */
export function runTools<T>(
  recorder: CallRecorder,
  calls: readonly (() => ToolCall)[],
  run: () => T,
  resultOf: (result: Awaited<T>, index: number) => unknown,
): T {
  const executions = calls.map((call) => start(recorder, call));
  if (executions.every((execution) => execution === undefined)) return run();
  const only = executions.length === 1 ? executions[0] : undefined;
  const ended = (result: Awaited<T>): void => {
    for (const [i, execution] of executions.entries()) execution?.end(() => ({ result: resultOf(result, i) }));
  };
  const failed = (error: unknown): void => {
    for (const execution of executions) execution?.fail(error);
  };
  let result: T;
  try {
    result = only === undefined ? run() : (callWith(only.context, run, undefined, []) as T);
  } catch (error) {
    failed(error);
    throw error;
  }
  if (typeof (result as Partial<Promise<unknown>> | null | undefined)?.then !== 'function') {
    ended(result as Awaited<T>);
    return result;
  }
  return Promise.resolve(result).then(
    (value) => {
      ended(value);
      return value;
    },
    (error: unknown) => {
      failed(error);
      throw error;
    },
  ) as T;
}

function start(recorder: CallRecorder, describe: () => ToolCall): Activity | undefined {
  return startActivity(recorder, () => {
    const call = describe();
    const attributes: Attributes = { [TOOL_TYPE]: call.type };
    if (call.id !== undefined) attributes[TOOL_CALL_ID] = call.id;
    return {
      operation: 'execute_tool',
      target: call.name,
      attributes,
      traced: call.traced !== true,
      content: () => ({ arguments: call.arguments }),
    };
  });
}
