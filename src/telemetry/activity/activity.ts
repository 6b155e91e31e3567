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
import { activeContext, contextWithSpan } from '../../otel/globals.ts';
import { NO_SPAN } from '../../otel/non-recording-span.ts';
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
import { askedBy } from '../links/tool-call-spans.ts';
import { exceptionAttributes } from '../signals/events.ts';

/** What was said: `arguments` and `result` of a tool, messages of an agent or workflow. */
export interface ActivityContent extends CallContent {
  readonly arguments?: unknown;
  readonly result?: unknown;
}

/** One run of a tool, an agent or a workflow as it is known when it starts. */
export interface ActivityFacts {
  readonly operation: ActivityName;
  /** Name of the tool, agent or workflow: part of the span's name, and an attribute of span and metrics. */
  readonly target?: string | undefined;
  /** Further attributes by their registry names; all of them are on the span from its start. */
  readonly attributes?: Attributes | undefined;
  /** `false`: somebody else makes the span, here it is only measured. Default `true`. */
  readonly traced?: boolean | undefined;
  /** A tool: this is the function that does the work. Else a function of its name that it calls is not recorded again. */
  readonly entered?: boolean | undefined;
  /** Asked only where content goes on spans, when the activity starts. */
  content?(): ActivityContent;
}

/** A run that has started. Only the first of {@link end} and {@link fail} counts; neither throws. */
export interface Activity {
  readonly span: Span;
  /** What runs in here belongs to the activity. */
  readonly context: Context;
  readonly ended: boolean;
  /** Will content be asked for? Only where it goes on spans: the conventions have no event for it. */
  readonly captures: boolean;
  /** The id of the model's tool call, where it becomes known after the start. */
  askedAs(id: string): void;
  /** It came to its end. `content` is asked only if {@link captures}. */
  end(content?: () => ActivityContent): void;
  /** It threw `error`. */
  fail(error: unknown, content?: () => ActivityContent): void;
  /** Nobody waits for it any more, or the process ends. It lasted until `at` (of {@link now}), by default until now. */
  abandon(at?: number): void;
}

/** Attribute that holds the name of what runs. */
const TARGET = {
  execute_tool: TOOL_NAME,
  invoke_agent: AGENT_NAME,
  invoke_workflow: WORKFLOW_NAME,
} as const satisfies Record<ActivityName, string>;

/**
 * Starts a span that is no model call, and what is measured of it. Start and end may be in different places: run what
 * belongs to it in `activity.context`.
 *
 * @param describe asked for the facts only if anything is recorded
 * @param parent the active context by default
 * @returns `undefined` if nothing is recorded. Never throws.
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
  readonly #agent: AgentScope | undefined;
  /** What was said at the start, prepared there: it may be changed later, or lead to what the result is held by. */
  readonly #given: Attributes | undefined;
  /** Some content could not be prepared, so that none is recorded. */
  #dropped = false;
  readonly #started: number;

  constructor(recordingTarget: RecordingTarget, facts: ActivityFacts, parent: Context) {
    const { operation, target } = facts;
    this.#recordingTarget = recordingTarget;
    this.#operation = operation;
    const around = agentScope(parent);
    const attributes: Attributes = { ...facts.attributes, [OPERATION_NAME]: operation };
    if (target !== undefined) attributes[TARGET[operation]] = target;
    if (operation === 'execute_tool' && around?.name !== undefined) attributes[AGENT_NAME] ??= around.name;
    this.#attributes = attributes;
    const name = target === undefined ? operation : `${operation} ${target}`;
    const tracer = facts.traced === false ? undefined : recordingTarget.tracer;
    const asking = askedBy(attributes[TOOL_CALL_ID]);
    const links = asking === undefined ? {} : { links: [{ context: asking }] };
    const all = { ...attributes }; // metrics get no custom ones
    if (tracer !== undefined) addCustomAttributes(all, parent, recordingTarget.config, name, { operation, target });
    this.span = tracer?.startSpan(name, { kind: KIND_INTERNAL, attributes: all, ...links }, parent) ?? NO_SPAN;
    this.captures = goesOnSpans(recordingTarget.config) && this.span.isRecording();
    this.#given = this.captures ? this.#prepared(facts.content) : undefined;
    if (operation === 'execute_tool' && around !== undefined) around.toolCalls++;
    if (operation === 'invoke_agent') this.#agent = { name: target, inferenceCalls: 0, toolCalls: 0 };
    const inside = contextOf(parent, this.span, this.#agent);
    this.context =
      operation === 'execute_tool'
        ? contextWithTool(inside, { name: target, entered: facts.entered === true })
        : inside;
    this.#started = now();
    addOpenOperation(this);
  }

  end(content?: () => ActivityContent): void {
    this.#finish(undefined, content);
  }

  fail(error: unknown, content?: () => ActivityContent): void {
    if (!this.ended) this.#finish(failureOf(error), content);
  }

  askedAs(id: string): void {
    if (this.ended) return;
    const asking = askedBy(id);
    this.span.setAttribute(TOOL_CALL_ID, id);
    if (asking !== undefined) this.span.addLink({ context: asking });
  }

  abandon(at?: number): void {
    this.#finish(undefined, undefined, at);
  }

  #finish(failure: Failure | undefined, content: (() => ActivityContent) | undefined, at?: number): void {
    if (this.ended) return;
    this.ended = true;
    removeOpenOperation(this);
    const seconds = ((at ?? now()) - this.#started) / 1000;
    try {
      this.#record(failure, content);
    } catch (error) {
      swallow(error);
    }
    try {
      this.#recordingTarget.metrics?.activity(this.#operation, seconds, this.#attributes, this.#agent, failure?.type);
    } catch (error) {
      swallow(error);
    }
    try {
      this.span.end(at); // a span processor of the application runs in here
    } catch (error) {
      swallow(error);
    }
  }

  #record(failure: Failure | undefined, content: (() => ActivityContent) | undefined): void {
    const { config } = this.#recordingTarget;
    if (this.captures) {
      const said = { ...this.#given, ...this.#prepared(content) };
      if (!this.#dropped) this.span.setAttributes(said);
    }
    if (failure === undefined) return;
    const exception = exceptionAttributes(failure, this.captures ? config : undefined);
    this.span.setAttribute(ERROR_TYPE, failure.type);
    this.span.addEvent(EXCEPTION_EVENT, exception);
    this.span.setStatus({ code: STATUS_ERROR, message: String(exception['exception.message']) });
  }

  #prepared(content: (() => ActivityContent) | undefined): Attributes {
    return contentAttributes(asked(content) ?? {}, this.#recordingTarget.config, () => {
      this.#dropped = true;
    });
  }
}

/** A model call that is being recorded around a tool or an agent is not the one that they make. */
function contextOf(parent: Context, span: Span, agent: AgentScope | undefined): Context {
  let context = span === NO_SPAN ? parent : contextWithSpan(parent, span);
  if (activeOperation(parent) !== undefined) context = contextWithoutOperation(context);
  return agent === undefined ? context : contextWithAgent(context, agent);
}

/** The end of an activity is recorded although its content cannot be read. */
function asked(content: (() => ActivityContent) | undefined): ActivityContent | undefined {
  try {
    return content?.();
  } catch (error) {
    swallow(error);
    return undefined;
  }
}

function contentAttributes(content: ActivityContent, config: Config, dropped: () => void): Attributes {
  const attributes: Attributes = { ...prepareContent(content, config, dropped)?.json };
  const given = prepareToolContent(content.arguments, 'tool_arguments', config, dropped);
  if (given !== undefined) attributes[TOOL_CALL_ARGUMENTS] = given.json;
  const returned = prepareToolContent(content.result, 'tool_result', config, dropped);
  if (returned !== undefined) attributes[TOOL_CALL_RESULT] = returned.json;
  return attributes;
}
