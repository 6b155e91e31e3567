/** The tools that the AI SDK runs. */
import type { Span } from '@opentelemetry/api';
import { OPERATION_NAME, TOOL_CALL_ID, TOOL_TYPE } from '../../facts/semconv.ts';
import { activeContext, callWith, spanOf } from '../../otel/globals.ts';
import type { Wrap } from '../../patching/wrapping/patcher.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { type Activity, startActivity } from '../../telemetry/activity/activity.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import { toolArguments } from '../reading/content-parts.ts';
import { asObject, asString } from '../reading/unknown-values.ts';
import { runIn } from './call-settings.ts';
import { spanView } from './span-view.ts';

type Fields = Readonly<Record<string, unknown>>;

interface Started {
  /** A span of the SDK's own stands for it: it is only measured. */
  readonly traced: boolean;
  readonly name: string | undefined;
  readonly id: string | undefined;
  readonly input: () => unknown;
}

function start(telemetry: CallRecorder, { traced, name, id, input }: Started): Activity | undefined {
  const run = runIn(activeContext());
  return startActivity(telemetry, () => ({
    operation: 'execute_tool',
    traced: !traced,
    target: name ?? 'unknown',
    attributes: { [TOOL_TYPE]: 'function', ...(id !== undefined && { [TOOL_CALL_ID]: id }) },
    content: () => (run?.inputs === false ? {} : { arguments: input() }),
  }));
}

function end(activity: Activity, result: () => unknown): void {
  const run = runIn(activity.context);
  activity.end(() => (run?.outputs === false ? {} : { result: result() }));
}

// ---- ai 5 and 6: the span of a tool tells its name, and that of its end what came of it

/** What was to become attributes of the SDK's spans, by what became of it: without its own telemetry, nothing. */
const asked = new WeakMap<object, Fields>();

/** `selectTelemetryAttributes` of `ai` 5 and 6. */
export const selectAttributes: Wrap = (fn, recording) =>
  function (this: unknown, ...args: unknown[]): unknown {
    const selected: unknown = Reflect.apply(fn, this, args);
    if (recording() === undefined) return selected;
    const attributes = asObject(asObject(args[0])?.attributes);
    if (attributes === undefined || !('ai.toolCall.name' in attributes || 'ai.toolCall.result' in attributes))
      return selected;
    if (typeof selected === 'object' && selected !== null) asked.set(selected, attributes);
    if (selected instanceof Promise)
      void selected.then(
        (value: object) => asked.set(value, attributes),
        () => {},
      );
    return selected;
  };

/** The JSON text that such an attribute would hold, read as what it says. */
function said(attributes: Fields | undefined, name: string): unknown {
  const output = asObject(attributes?.[name])?.output;
  return typeof output === 'function' ? toolArguments(output()) : undefined;
}

/** Body of the span `ai.toolCall` inside a span of ours; the same body if the SDK's own span records. */
export function toolSpan(telemetry: CallRecorder, attributes: unknown, body: AnyFunction): AnyFunction {
  const call = typeof attributes === 'object' && attributes !== null ? asked.get(attributes) : undefined;
  return (span: Span): unknown => {
    if (call === undefined) return Reflect.apply(body, undefined, [span]);
    const activity = start(telemetry, {
      traced: span.isRecording(),
      name: asString(call['ai.toolCall.name']),
      id: asString(call['ai.toolCall.id']),
      input: () => said(call, 'ai.toolCall.args'),
    });
    if (activity === undefined) return Reflect.apply(body, undefined, [span]);
    const seen = new ToolSpan(span);
    const promise = callWith(activity.context, body, undefined, [seen.span]) as Promise<unknown>;
    return promise.then(
      (outcome) => {
        const told = asObject(outcome);
        if (told?.type === 'tool-error') activity.fail(told.error);
        else if (seen.failed) activity.fail(seen.error);
        else
          end(activity, () =>
            told !== undefined && 'output' in told ? told.output : said(seen.result, 'ai.toolCall.result'),
          );
        return outcome;
      },
      (error: unknown) => {
        activity.fail(error);
        throw error;
      },
    );
  };
}

/** What the body writes on its span. Errors of tools are written, not thrown. */
class ToolSpan {
  readonly span: object;
  failed = false;
  error: unknown;
  result: Fields | undefined;

  constructor(span: object) {
    this.span = spanView(span, {
      recordException: (error: unknown) => {
        this.error = error;
      },
      setStatus: () => {
        this.failed = true;
      },
      setAttributes: (attributes: object) => {
        this.result = asked.get(attributes) ?? this.result;
      },
    });
  }
}

// ---- ai 7: the function that runs a tool takes one that puts it into a context

/** `executeToolCall` of `ai` 7. */
export const executeToolCall: Wrap = (fn, recording) =>
  function (this: unknown, ...args: unknown[]): unknown {
    const telemetry = recording();
    const given = asObject(args[0]);
    const toolCall = asObject(given?.toolCall);
    // That of ai 6 has the same name and goes through `recordSpan`.
    if (telemetry === undefined || toolCall === undefined || given === undefined || 'tracer' in given)
      return Reflect.apply(fn, this, args);
    if (runIn(activeContext())?.silent === true) return Reflect.apply(fn, this, args);
    let activity: Activity | undefined;
    const around = given.executeToolInTelemetryContext as AnyFunction | undefined;
    const inside = (options: { execute: AnyFunction }): unknown => {
      const execute = (): unknown => {
        activity = start(telemetry, {
          traced: isTraced(),
          name: asString(toolCall.toolName),
          id: asString(toolCall.toolCallId),
          input: () => toolCall.input,
        });
        return activity === undefined ? options.execute() : callWith(activity.context, options.execute, undefined, []);
      };
      return around === undefined ? execute() : around({ ...options, execute });
    };
    const onEnd = given.onToolExecutionEnd; // one function or a list of them
    const ended = (event: unknown): void => {
      const output = asObject(asObject(event)?.toolOutput);
      if (activity !== undefined && output?.type === 'tool-error') activity.fail(output.error);
      else if (activity !== undefined) end(activity, () => output?.output);
    };
    const told = [ended, ...(Array.isArray(onEnd) ? onEnd : onEnd === undefined ? [] : [onEnd])];
    return Reflect.apply(fn, this, [{ ...given, executeToolInTelemetryContext: inside, onToolExecutionEnd: told }]);
  };

/** Has an integration made a span for this tool that is active now? */
function isTraced(): boolean {
  const span = spanOf(activeContext());
  if (span?.isRecording() !== true || runIn(activeContext())?.traced !== true) return false;
  const { name, attributes } = span as { readonly name?: unknown; readonly attributes?: unknown };
  return name === 'ai.toolCall' || asObject(attributes)?.[OPERATION_NAME] === 'execute_tool';
}
