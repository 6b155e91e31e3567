import type { Attributes, Context, Span } from '@opentelemetry/api';
import type { Config } from '../../config/options.ts';
import type { ActivityName, Failure } from '../../facts/call.ts';
import {
  AGENT_NAME,
  ERROR_TYPE,
  EXCEPTION_EVENT,
  KIND_INTERNAL,
  OPERATION_NAME,
  STATUS_ERROR,
  TOOL_CALL_ARGUMENTS,
  TOOL_CALL_ID,
  TOOL_CALL_RESULT,
  TOOL_NAME,
  WORKFLOW_NAME,
} from '../../facts/semconv.ts';
import { activeContext, contextWithSpan, spanOf } from '../../otel/globals.ts';
import { NO_SPAN } from '../../otel/non-recording-span.ts';
import { endSpan, setSpanClock, spanClock } from '../../otel/span-clock.ts';
import { showStartedSpan } from '../../otel/started-spans.ts';
import { now } from '../../runtime/clock.ts';
import { swallow } from '../../runtime/guard.ts';
import { type AgentScope, agentScope, contextWithAgent } from '../../scope/agent-scope.ts';
import { addCustomAttributes } from '../../scope/custom-attributes.ts';
import { contextWithTool } from '../../scope/running-tool.ts';
import { activeOperation, contextWithoutOperation } from '../call/active-operation.ts';
import type { CallRecorder } from '../call/call-recorder.ts';
import { addOpenOperation, type OpenOperation, removeOpenOperation } from '../call/open-operations.ts';
import type { RecordingTarget } from '../call/recording-target.ts';
import { type CallContent, goesOnSpans, prepareContent, prepareToolContent } from '../content/prepare.ts';
import { failureOf } from '../error.ts';
import { spanOfToolCall } from '../links/tool-call-spans.ts';
import { exceptionAttributes } from '../signals/events.ts';
import { metricAttributes } from '../signals/metric-attributes.ts';

/** Content of an activity: `arguments` and `result` of a tool, messages of an agent or workflow. */
export interface ActivityContent extends CallContent {
  readonly arguments?: unknown;
  readonly result?: unknown;
}

/** The start of one run of a tool, an agent or a workflow. */
export interface ActivityFacts {
  readonly operation: ActivityName;
  /** Name of the tool, agent or workflow: part of the span's name, and an attribute of span and metrics. */
  readonly target?: string | undefined;
  /** Further attributes by their registry names; all are on the span from its start. */
  readonly attributes?: Attributes | undefined;
  /** `false`: the SDK makes the span, and the activity is only measured. Default `true`. */
  readonly traced?: boolean | undefined;
  /**
   * For a tool: `true` if the recorded function does the work itself. Otherwise the first inner call of the same name does the
   * work and is not recorded again.
   */
  readonly entered?: boolean | undefined;
  /** Called when the activity starts, only if content goes on spans. */
  content?(): ActivityContent;
}

/** A run that has started. The first of {@link end}, {@link fail} and {@link abandon} ends the run. No method throws. */
export interface Activity {
  readonly span: Span;
  /** Calls that run in the context belong to the activity. */
  readonly context: Context;
  readonly ended: boolean;
  /** Is content recorded? Only if content goes on spans: the conventions have no event for the content of activities. */
  readonly captures: boolean;
  /** Sets the id of the model's tool call, if the id becomes known after the start. */
  setToolCallId(id: string): void;
  /** The run came to its end. `content` is called only if {@link captures}. */
  end(content?: () => ActivityContent): void;
  /** The run threw `error`. */
  fail(error: unknown, content?: () => ActivityContent): void;
  /** Nobody waits for the run any more, or the process ends. The run lasted until `endTime` (of {@link now}), by default until now. */
  abandon(endTime?: number): void;
}

/** Attribute for the name of the tool, agent or workflow. */
const NAME_ATTRIBUTE = {
  execute_tool: TOOL_NAME,
  invoke_agent: AGENT_NAME,
  invoke_workflow: WORKFLOW_NAME,
} as const satisfies Record<ActivityName, string>;

/**
 * Starts the span and the metrics of a tool, an agent or a workflow. Start and end may be in different places: run all inner
 * work in `activity.context`.
 *
 * @param describe called only if a span or metrics are recorded
 * @param parent the active context by default
 * @returns `undefined` if neither a span nor metrics are recorded. Never throws.
 */
export function startActivity(
  recorder: CallRecorder,
  describe: () => ActivityFacts,
  parent?: Context,
): Activity | undefined {
  try {
    const recordingTarget = recorder.target();
    if (recordingTarget === undefined) return undefined;
    const facts = describe();
    const tracer = facts.traced === false ? undefined : recordingTarget.tracer;
    if (tracer === undefined && recordingTarget.metrics === undefined) return undefined;
    return new RecordedActivity(recordingTarget, facts, parent ?? activeContext());
  } catch (error) {
    swallow(error);
    return undefined;
  }
}

class RecordedActivity implements Activity, OpenOperation {
  readonly span: Span;
  readonly context: Context;
  readonly captures: boolean;
  ended = false;
  older: OpenOperation | undefined;
  newer: OpenOperation | undefined;
  retryOptions: undefined;
  readonly #recordingTarget: RecordingTarget;
  readonly #operation: ActivityName;
  readonly #attributes: Attributes;
  /** Custom attributes that the metrics have too. */
  readonly #metricAttributes: Attributes | undefined;
  readonly #agent: AgentScope | undefined;
  /**
   * Content of the start, prepared at the start: the application may change its objects later, and a reference to the objects
   * could keep the result alive.
   */
  readonly #startContent: Attributes | undefined;
  /** True if a piece of content could not be prepared: then no content is recorded. */
  #contentFailed = false;
  readonly #startTime: number;

  constructor(recordingTarget: RecordingTarget, facts: ActivityFacts, parent: Context) {
    const { operation, target } = facts;
    this.#recordingTarget = recordingTarget;
    this.#operation = operation;
    const outerAgent = agentScope(parent);
    const attributes: Attributes = { ...facts.attributes, [OPERATION_NAME]: operation };
    if (target !== undefined) attributes[NAME_ATTRIBUTE[operation]] = target;
    if (operation === 'execute_tool' && outerAgent?.name !== undefined) attributes[AGENT_NAME] ??= outerAgent.name;
    this.#attributes = attributes;
    const name = target === undefined ? operation : `${operation} ${target}`;
    const tracer = facts.traced === false ? undefined : recordingTarget.tracer;
    const modelSpan = spanOfToolCall(attributes[TOOL_CALL_ID]);
    const links = modelSpan === undefined ? {} : { links: [{ context: modelSpan }] };
    const spanAttributes = { ...attributes }; // a copy: metrics get no custom attributes that are not listed
    const { metricAttributes: listed } = recordingTarget.config;
    const isMeasured = recordingTarget.metrics !== undefined && listed.length > 0;
    if (tracer !== undefined || isMeasured)
      addCustomAttributes(spanAttributes, parent, recordingTarget.config, name, { operation, target });
    this.#metricAttributes = isMeasured ? metricAttributes(spanAttributes, listed) : undefined;
    const clock = spanClock(spanOf(parent));
    const options = { kind: KIND_INTERNAL, attributes: spanAttributes, startTime: clock.startTime, ...links };
    this.span = tracer === undefined ? NO_SPAN : showStartedSpan(tracer.startSpan(name, options, parent), parent);
    setSpanClock(this.span, clock);
    this.captures = goesOnSpans(recordingTarget.config) && this.span.isRecording();
    this.#startContent = this.captures ? this.#prepare(facts.content) : undefined;
    if (operation === 'execute_tool' && outerAgent !== undefined) outerAgent.toolCalls++;
    if (operation === 'invoke_agent') this.#agent = { name: target, inferenceCalls: 0, toolCalls: 0 };
    const context = contextInside(parent, this.span, this.#agent);
    this.context =
      operation === 'execute_tool'
        ? contextWithTool(context, { name: target, entered: facts.entered === true })
        : context;
    this.#startTime = now();
    addOpenOperation(this);
  }

  end(content?: () => ActivityContent): void {
    this.#finish(undefined, content);
  }

  fail(error: unknown, content?: () => ActivityContent): void {
    if (!this.ended) this.#finish(failureOf(error), content);
  }

  setToolCallId(id: string): void {
    if (this.ended) return;
    const modelSpan = spanOfToolCall(id);
    this.span.setAttribute(TOOL_CALL_ID, id);
    if (modelSpan !== undefined) this.span.addLink({ context: modelSpan });
  }

  abandon(endTime?: number): void {
    this.#finish(undefined, undefined, endTime);
  }

  #finish(failure: Failure | undefined, content: (() => ActivityContent) | undefined, endTime?: number): void {
    if (this.ended) return;
    this.ended = true;
    removeOpenOperation(this);
    const seconds = ((endTime ?? now()) - this.#startTime) / 1000;
    try {
      this.#record(failure, content);
    } catch (error) {
      swallow(error);
    }
    try {
      const { metrics } = this.#recordingTarget;
      const custom = this.#metricAttributes;
      metrics?.activity(this.#operation, seconds, this.#attributes, this.#agent, failure?.type, custom);
    } catch (error) {
      swallow(error);
    }
    try {
      endSpan(this.span, endTime); // a span processor of the application runs in here
    } catch (error) {
      swallow(error);
    }
  }

  #record(failure: Failure | undefined, content: (() => ActivityContent) | undefined): void {
    const { config } = this.#recordingTarget;
    if (this.captures) {
      const prepared = { ...this.#startContent, ...this.#prepare(content) };
      if (!this.#contentFailed) this.span.setAttributes(prepared);
    }
    if (failure === undefined) return;
    const exception = exceptionAttributes(failure, this.captures ? config : undefined);
    this.span.setAttribute(ERROR_TYPE, failure.type);
    this.span.addEvent(EXCEPTION_EVENT, exception);
    this.span.setStatus({ code: STATUS_ERROR, message: String(exception['exception.message']) });
  }

  #prepare(content: (() => ActivityContent) | undefined): Attributes {
    return contentAttributes(readContent(content) ?? {}, this.#recordingTarget.config, () => {
      this.#contentFailed = true;
    });
  }
}

/** A context without the recorded model call around the activity: model calls of a tool or an agent are separate calls. */
function contextInside(parent: Context, span: Span, agent: AgentScope | undefined): Context {
  let context = span === NO_SPAN ? parent : contextWithSpan(parent, span);
  if (activeOperation(parent) !== undefined) context = contextWithoutOperation(context);
  return agent === undefined ? context : contextWithAgent(context, agent);
}

/** Never throws: the end of an activity is recorded even if its content cannot be read. */
function readContent(content: (() => ActivityContent) | undefined): ActivityContent | undefined {
  try {
    return content?.();
  } catch (error) {
    swallow(error);
    return undefined;
  }
}

function contentAttributes(content: ActivityContent, config: Config, onFailure: () => void): Attributes {
  const attributes: Attributes = { ...prepareContent(content, config, onFailure)?.json };
  const args = prepareToolContent(content.arguments, 'tool_arguments', config, onFailure);
  if (args !== undefined) attributes[TOOL_CALL_ARGUMENTS] = args.json;
  const result = prepareToolContent(content.result, 'tool_result', config, onFailure);
  if (result !== undefined) attributes[TOOL_CALL_RESULT] = result.json;
  return attributes;
}
