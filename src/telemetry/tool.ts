import type { Attributes } from '@opentelemetry/api';
import { prepareToolContent } from './content.ts';
import { errorFacts } from './error.ts';
import { exceptionAttributes } from './events.ts';
import { swallow } from './guard.ts';
import { activeContext, callWith, contextWithSpan } from './otel.ts';
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
}

/**
 * Runs a tool inside an `execute_tool` span that is active meanwhile, and returns or throws what it does. A promise is
 * passed on as one link of the same chain.
 */
export function runTool<T>(telemetry: Telemetry, call: () => ToolCall, run: () => T): T {
  const execution = start(telemetry, call);
  if (execution === undefined) return run();
  let result: T;
  try {
    result = callWith(execution.context, run, undefined, []) as T;
  } catch (error) {
    execution.end(undefined, error, true);
    throw error;
  }
  if (typeof (result as Partial<Promise<unknown>> | null | undefined)?.then !== 'function') {
    execution.end(result);
    return result;
  }
  return Promise.resolve(result).then(
    (value) => {
      execution.end(value);
      return value;
    },
    (error: unknown) => {
      execution.end(undefined, error, true);
      throw error;
    },
  ) as T;
}

interface Execution {
  readonly context: ReturnType<typeof activeContext>;
  end(result: unknown, error?: unknown, failed?: boolean): void;
}

function start(telemetry: Telemetry, describe: () => ToolCall): Execution | undefined {
  try {
    const recorder = telemetry.recorder();
    if (recorder?.tracer === undefined) return undefined;
    const call = describe();
    const parent = activeContext();
    const attributes: Attributes = {
      [OPERATION_NAME]: 'execute_tool',
      [TOOL_NAME]: call.name,
      [TOOL_TYPE]: call.type,
    };
    if (call.id !== undefined) attributes[TOOL_CALL_ID] = call.id;
    const span = recorder.tracer.startSpan(`execute_tool ${call.name}`, { kind: KIND_INTERNAL, attributes }, parent);
    const started = performance.now();
    return {
      context: contextWithSpan(parent, span),
      end(result, error, failed = false) {
        try {
          const seconds = (performance.now() - started) / 1000;
          const failure = failed ? errorFacts(error) : undefined;
          const captures = recorder.config.captureContent !== 'NO_CONTENT' && span.isRecording();
          if (captures) span.setAttributes(content(recorder, call, result, failed));
          if (failure !== undefined) {
            const exception = exceptionAttributes(failure, captures);
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
        } finally {
          span.end();
        }
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
