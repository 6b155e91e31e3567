import type { Attributes } from '@opentelemetry/api';
import { prepareToolContent } from './content.ts';
import { errorFacts } from './error.ts';
import { exceptionAttributes } from './events.ts';
import { swallow } from './guard.ts';
import { activeContext, callWith, contextWithSpan, NO_SPAN } from './otel.ts';
import {
  ERROR_TYPE,
  EXCEPTION_EVENT,
  KIND_INTERNAL,
  OPERATION_NAME,
  STATUS_ERROR,
  TOOL_CALL_ARGUMENTS,
  TOOL_CALL_ID,
  TOOL_CALL_RESULT,
  TOOL_NAME,
  TOOL_TYPE,
} from './semconv.ts';
import type { Recorder, Telemetry } from './telemetry.ts';

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
export function runTool<T>(telemetry: Telemetry, call: () => ToolCall, run: () => T): T {
  return runTools(telemetry, [call], run, (result) => result);
}

/**
 * Like {@link runTool} for an SDK that has several calls answered by one function: a span each, over the same time.
 * `resultOf` finds what came of one of them.
 */
export function runTools<T>(
  telemetry: Telemetry,
  calls: readonly (() => ToolCall)[],
  run: () => T,
  resultOf: (result: Awaited<T>, index: number) => unknown,
): T {
  const executions = calls.map((call) => start(telemetry, call));
  if (executions.every((execution) => execution === undefined)) return run();
  const only = executions.length === 1 ? executions[0] : undefined;
  const ended = (result: Awaited<T>): void => {
    for (const [i, execution] of executions.entries()) execution?.end(quietly(() => resultOf(result, i)));
  };
  const failed = (error: unknown): void => {
    for (const execution of executions) execution?.end(undefined, error, true);
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

function quietly(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    swallow(error);
    return undefined;
  }
}

interface Execution {
  readonly context: ReturnType<typeof activeContext>;
  end(result: unknown, error?: unknown, failed?: boolean): void;
}

function start(telemetry: Telemetry, describe: () => ToolCall): Execution | undefined {
  try {
    const recorder = telemetry.recorder();
    if (recorder === undefined) return undefined;
    const call = describe();
    const tracer = call.traced === true ? undefined : recorder.tracer;
    if (tracer === undefined && recorder.metrics === undefined) return undefined;
    const parent = activeContext();
    const attributes: Attributes = {
      [OPERATION_NAME]: 'execute_tool',
      [TOOL_NAME]: call.name,
      [TOOL_TYPE]: call.type,
    };
    if (call.id !== undefined) attributes[TOOL_CALL_ID] = call.id;
    const span = tracer?.startSpan(`execute_tool ${call.name}`, { kind: KIND_INTERNAL, attributes }, parent) ?? NO_SPAN;
    const started = performance.now();
    return {
      context: span === NO_SPAN ? parent : contextWithSpan(parent, span),
      end(result, error, failed = false) {
        try {
          const seconds = (performance.now() - started) / 1000;
          const failure = failed ? errorFacts(error) : undefined;
          const captures = recorder.config.captureContent !== 'NO_CONTENT' && span.isRecording();
          if (captures) span.setAttributes(content(recorder, call, result, failed));
          if (failure !== undefined) {
            const exception = exceptionAttributes(failure, captures ? recorder.config : undefined);
            span.setAttribute(ERROR_TYPE, failure.type);
            span.addEvent(EXCEPTION_EVENT, exception);
            span.setStatus({ code: STATUS_ERROR, message: String(exception['exception.message']) });
          }
          recorder.metrics?.tool(seconds, {
            [TOOL_NAME]: call.name,
            [TOOL_TYPE]: call.type,
            ...(failure && { [ERROR_TYPE]: failure.type }),
          });
        } catch (problem) {
          swallow(problem);
        }
        quietly(() => span.end()); // a span processor of the application runs in here
      },
    };
  } catch (error) {
    swallow(error);
    return undefined;
  }
}

function content(recorder: Recorder, call: ToolCall, result: unknown, failed: boolean): Attributes {
  const attributes: Attributes = {};
  const given = prepareToolContent(call.arguments, 'tool_arguments', recorder.config);
  if (given !== undefined) attributes[TOOL_CALL_ARGUMENTS] = given.json;
  const returned = failed ? undefined : prepareToolContent(result, 'tool_result', recorder.config);
  if (returned !== undefined) attributes[TOOL_CALL_RESULT] = returned.json;
  return attributes;
}
