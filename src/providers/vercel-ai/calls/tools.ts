/** Spans for the tools executed by the AI SDK. */
import type { Span } from '@opentelemetry/api';
import { OPERATION_NAME, TOOL_CALL_ID, TOOL_TYPE } from '../../../facts/semconv.ts';
import { activeContext, callWith, spanOf } from '../../../otel/globals.ts';
import type { Wrap } from '../../../patching/wrapping/patcher.ts';
import type { AnyFunction } from '../../../runtime/any-function.ts';
import { type Activity, startActivity } from '../../../telemetry/activity/activity.ts';
import type { CallRecorder } from '../../../telemetry/call/call-recorder.ts';
import { toolArguments } from '../../reading/content-parts.ts';
import { asObject, asString } from '../../reading/unknown-values.ts';
import { callSettingsIn } from './call-settings.ts';
import { spanView } from './span-view.ts';

type Fields = Readonly<Record<string, unknown>>;

interface StartedTool {
  /** The SDK's own span stands for the tool: the run is measured and gets no span from us. */
  readonly traced: boolean;
  readonly name: string | undefined;
  readonly id: string | undefined;
  readonly input: () => unknown;
}

function startTool(telemetry: CallRecorder, { traced, name, id, input }: StartedTool): Activity | undefined {
  const settings = callSettingsIn(activeContext());
  return startActivity(telemetry, () => ({
    operation: 'execute_tool',
    traced: !traced,
    target: name ?? 'unknown',
    attributes: { [TOOL_TYPE]: 'function', ...(id !== undefined && { [TOOL_CALL_ID]: id }) },
    content: () => (settings?.inputs === false ? {} : { arguments: input() }),
  }));
}

function endTool(activity: Activity, result: () => unknown): void {
  const settings = callSettingsIn(activity.context);
  activity.end(() => (settings?.outputs === false ? {} : { result: result() }));
}

// ---- ai 5 and 6: the attributes of the tool's span name the tool, and the attributes at the end hold the result

/**
 * The attributes before the SDK selected some, by the selected object. Without telemetry of its own the SDK selects no
 * attributes, and the tool's name and result would be lost.
 */
const attributesBySelection = new WeakMap<object, Fields>();

/** `selectTelemetryAttributes` of `ai` 5 and 6. */
export const selectAttributes: Wrap = (fn, recording) =>
  function (this: unknown, ...args: unknown[]): unknown {
    const selected: unknown = Reflect.apply(fn, this, args);
    if (recording() === undefined) return selected;
    const attributes = asObject(asObject(args[0])?.attributes);
    if (attributes === undefined || !('ai.toolCall.name' in attributes || 'ai.toolCall.result' in attributes))
      return selected;
    if (typeof selected === 'object' && selected !== null) attributesBySelection.set(selected, attributes);
    if (selected instanceof Promise)
      void selected.then(
        (value: object) => attributesBySelection.set(value, attributes),
        () => {},
      );
    return selected;
  };

/** The parsed value of an attribute whose JSON text comes from a function. */
function lazyValue(attributes: Fields | undefined, name: string): unknown {
  const output = asObject(attributes?.[name])?.output;
  return typeof output === 'function' ? toolArguments(output()) : undefined;
}

/** The body of the SDK's span `ai.toolCall`, run inside our span. If the SDK's span records, the tool is only measured. */
export function toolSpan(telemetry: CallRecorder, attributes: unknown, body: AnyFunction): AnyFunction {
  const call =
    typeof attributes === 'object' && attributes !== null ? attributesBySelection.get(attributes) : undefined;
  return (span: Span): unknown => {
    if (call === undefined) return Reflect.apply(body, undefined, [span]);
    const activity = startTool(telemetry, {
      traced: span.isRecording(),
      name: asString(call['ai.toolCall.name']),
      id: asString(call['ai.toolCall.id']),
      input: () => lazyValue(call, 'ai.toolCall.args'),
    });
    if (activity === undefined) return Reflect.apply(body, undefined, [span]);
    const observed = new ObservedToolSpan(span);
    const promise = callWith(activity.context, body, undefined, [observed.span]) as Promise<unknown>;
    return promise.then(
      (value) => {
        const outcome = asObject(value);
        if (outcome?.type === 'tool-error') activity.fail(outcome.error);
        else if (observed.failed) activity.fail(observed.error);
        else
          endTool(activity, () =>
            outcome !== undefined && 'output' in outcome
              ? outcome.output
              : lazyValue(observed.result, 'ai.toolCall.result'),
          );
        return value;
      },
      (error: unknown) => {
        activity.fail(error);
        throw error;
      },
    );
  };
}

/** Collects the writes of the body to its span: the SDK records the error of a tool on the span and throws nothing. */
class ObservedToolSpan {
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
        this.result = attributesBySelection.get(attributes) ?? this.result;
      },
    });
  }
}

// ---- ai 7: `executeToolCall` takes a callback for the context of the tool

/** `executeToolCall` of `ai` 7. */
export const executeToolCall: Wrap = (fn, recording) =>
  function (this: unknown, ...args: unknown[]): unknown {
    const telemetry = recording();
    const options = asObject(args[0]);
    const toolCall = asObject(options?.toolCall);
    // The function of `ai` 6 has the same name, takes a tracer and goes through `recordSpan`.
    if (telemetry === undefined || toolCall === undefined || options === undefined || 'tracer' in options)
      return Reflect.apply(fn, this, args);
    if (callSettingsIn(activeContext())?.silent === true) return Reflect.apply(fn, this, args);
    let activity: Activity | undefined;
    const runInIntegration = options.executeToolInTelemetryContext as AnyFunction | undefined;
    const runInActivity = (execution: { execute: AnyFunction }): unknown => {
      const execute = (): unknown => {
        activity = startTool(telemetry, {
          traced: hasIntegrationSpan(),
          name: asString(toolCall.toolName),
          id: asString(toolCall.toolCallId),
          input: () => toolCall.input,
        });
        return activity === undefined
          ? execution.execute()
          : callWith(activity.context, execution.execute, undefined, []);
      };
      return runInIntegration === undefined ? execute() : runInIntegration({ ...execution, execute });
    };
    const onEnd = options.onToolExecutionEnd; // one function or a list of functions
    const endActivity = (event: unknown): void => {
      const output = asObject(asObject(event)?.toolOutput);
      if (activity !== undefined && output?.type === 'tool-error') activity.fail(output.error);
      else if (activity !== undefined) endTool(activity, () => output?.output);
    };
    const listeners = [endActivity, ...(Array.isArray(onEnd) ? onEnd : onEnd === undefined ? [] : [onEnd])];
    return Reflect.apply(fn, this, [
      { ...options, executeToolInTelemetryContext: runInActivity, onToolExecutionEnd: listeners },
    ]);
  };

/** True if the active span was made by an integration for this tool. */
function hasIntegrationSpan(): boolean {
  const span = spanOf(activeContext());
  if (span?.isRecording() !== true || callSettingsIn(activeContext())?.traced !== true) return false;
  const { name, attributes } = span as { readonly name?: unknown; readonly attributes?: unknown };
  return name === 'ai.toolCall' || asObject(attributes)?.[OPERATION_NAME] === 'execute_tool';
}
