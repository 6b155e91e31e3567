import type { Attributes } from '@opentelemetry/api';
import { TOOL_CALL_ID, TOOL_TYPE } from '../../facts/semconv.ts';
import { callWith } from '../../otel/globals.ts';
import { follow } from '../../runtime/follow.ts';
import type { CallRecorder } from '../call/call-recorder.ts';
import { type Activity, startActivity } from './activity.ts';

/** One execution of a tool. */
export interface ToolCall {
  readonly name: string;
  /** `gen_ai.tool.type`, usually `function`. */
  readonly type: string;
  /** Id of the tool call in the model's answer. */
  readonly id?: string | undefined;
  readonly arguments: unknown;
  /** The SDK makes a span for the execution: the execution is only measured. */
  readonly traced?: boolean | undefined;
}

/**
 * Runs a tool inside an active `execute_tool` span. Returns the result of `run` and throws the errors of `run`. A promise is
 * followed by one `then`, and the promise of the `then` is returned: no branch of the chain is left unhandled.
 */
export function runTool<T>(recorder: CallRecorder, call: () => ToolCall, run: () => T): T {
  return runTools(recorder, [call], run, (result) => result);
}

/**
 * Like {@link runTool} for an SDK that answers several tool calls by one function: each call has a span over the same time.
 * `resultOf` finds the result of the call at `index`.
 */
export function runTools<T>(
  recorder: CallRecorder,
  calls: readonly (() => ToolCall)[],
  run: () => T,
  resultOf: (result: Awaited<T>, index: number) => unknown,
): T {
  const executions = calls.map((call) => startExecution(recorder, call));
  if (executions.every((execution) => execution === undefined)) return run();
  const singleExecution = executions.length === 1 ? executions[0] : undefined;
  const endAll = (result: Awaited<T>): void => {
    for (const [i, execution] of executions.entries()) execution?.end(() => ({ result: resultOf(result, i) }));
  };
  const failAll = (error: unknown): void => {
    for (const execution of executions) execution?.fail(error);
  };
  let result: T;
  try {
    result = singleExecution === undefined ? run() : (callWith(singleExecution.context, run, undefined, []) as T);
  } catch (error) {
    failAll(error);
    throw error;
  }
  return follow(result, {
    answered(value) {
      endAll(value as Awaited<T>);
      return value;
    },
    failed: failAll,
  }) as T;
}

function startExecution(recorder: CallRecorder, describe: () => ToolCall): Activity | undefined {
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
