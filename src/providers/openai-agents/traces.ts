/** Starts and ends an activity for each trace and span of the framework, and finds the context for a store. */
import type { Context } from '@opentelemetry/api';
import { CONVERSATION_ID } from '../../facts/semconv.ts';
import { activeContext } from '../../otel/globals.ts';
import { contextWithAttributes } from '../../scope/custom-attributes.ts';
import { type Activity, startActivity } from '../../telemetry/activity/activity.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import { asObject, asString } from '../reading/unknown-values.ts';
import {
  type AgentsSpan,
  type AgentsTrace,
  activityFactsOf,
  agentsContentOf,
  errorOf,
  isRejected,
} from './span-facts.ts';
import { innermost, OWNER, type StorePlace } from './store-context.ts';

interface OpenTrace {
  /** The trace that has opened the entry. A run that is resumed after an approval works on a clone with the same id. */
  readonly opener: AgentsTrace;
  readonly activity: Activity;
  readonly place: StorePlace;
  /** Places of all spans, by id. A place stays until the trace ends, because work may outlive the span around the work. */
  readonly places: Map<string, StorePlace>;
  readonly activities: Map<string, Activity>;
  failure?: object | undefined;
}

const traces = new Map<string, OpenTrace>();
/** Bounds the memory of an application that never ends its traces. */
const MOST_OPEN = 10_000;

/** True if `trace` has started and not ended. */
export const isOpen = (trace: Pick<AgentsTrace, 'traceId'> | undefined): boolean =>
  trace !== undefined && traces.has(trace.traceId);

/** Called when a trace has started: for one run, or for several runs that the application groups. */
export function startTrace(telemetry: CallRecorder, trace: AgentsTrace): void {
  if (traces.has(trace.traceId)) return;
  const activity = startActivity(
    telemetry,
    () => ({ operation: 'invoke_workflow', target: asString(trace.name) }),
    contextWithGroup(activeContext(), trace),
  );
  if (activity === undefined) return;
  const place = placeIn(activity.context, trace.traceId);
  const [oldest] = traces.size < MOST_OPEN ? [] : traces.keys();
  if (oldest !== undefined) closeTrace(oldest);
  traces.set(trace.traceId, { opener: trace, activity, place, places: new Map(), activities: new Map() });
}

/** The framework's group of traces is the conversation. */
function contextWithGroup(context: Context, { groupId }: AgentsTrace): Context {
  const id = asString(groupId);
  return id === undefined ? context : contextWithAttributes(context, { [CONVERSATION_ID]: id });
}

const placeIn = (context: Context, owner: string): StorePlace => ({ owner, context: context.setValue(OWNER, owner) });

/** Called when a trace has ended. `error`: the error of a run in the trace. The end of a clone ends nothing. */
export function endTrace(trace: AgentsTrace, error?: unknown): void {
  if (traces.get(trace.traceId)?.opener === trace) closeTrace(trace.traceId, error);
}

function closeTrace(traceId: string, error?: unknown): void {
  const trace = traces.get(traceId);
  if (trace === undefined) return;
  traces.delete(traceId);
  // The span of an agent waiting for an approval ends now; the agent continues in a later run. Inner spans end first.
  for (const activity of [...trace.activities.values()].reverse()) activity.end();
  const failure = error ?? trace.failure;
  if (failure === undefined) trace.activity.end();
  else trace.activity.fail(failure);
}

/** Called when a span has started. */
export function startSpan(telemetry: CallRecorder, span: AgentsSpan): void {
  const trace = traces.get(span.traceId);
  if (trace === undefined || trace.places.has(span.spanId)) return;
  const parent = placeOfSpan(trace, span.parentId);
  const facts = activityFactsOf(span);
  const activity = facts && startActivity(telemetry, () => facts, innermost(parent, activeContext()));
  trace.places.set(span.spanId, activity === undefined ? parent : placeIn(activity.context, span.spanId));
  if (activity !== undefined) trace.activities.set(span.spanId, activity);
}

/** Place of the span `id`; the place of the trace for a span without a place. */
const placeOfSpan = ({ places, place }: OpenTrace, id: string | null): StorePlace =>
  (id === null ? undefined : places.get(id)) ?? place;

/** Called when a span has ended. */
export function endSpan(span: AgentsSpan): void {
  const trace = traces.get(span.traceId);
  if (trace === undefined) return;
  const rejected = isRejected(span);
  const error = rejected ? undefined : errorOf(span);
  const activity = trace.activities.get(span.spanId);
  trace.activities.delete(span.spanId);
  // Only an outermost span: if an agent runs as a tool of another agent, the outer agent handles the failure.
  if (error !== undefined && span.parentId === null) trace.failure = error;
  if (rejected) activity?.span.setAttribute(TOOL_OUTCOME, 'rejected');
  const content = () => agentsContentOf(span);
  if (error === undefined) activity?.end(content);
  else activity?.fail(error, content);
  const handoff = asObject(span.spanData);
  if (handoff?.type === 'handoff') recordHandoff(trace, span, asString(handoff.to_agent));
}

function recordHandoff(trace: OpenTrace, { parentId }: AgentsSpan, to: string | undefined): void {
  const { owner } = placeOfSpan(trace, parentId);
  if (to !== undefined) trace.activities.get(owner)?.span.setAttribute(HANDOFF_TO, to);
}

/** Attribute of `execute_tool`: how a tool ended that neither ran nor failed. */
const TOOL_OUTCOME = 'llm_otel.tool.outcome';

/** Attribute of `invoke_agent`: name of the agent that takes over. */
const HANDOFF_TO = 'llm_otel.openai_agents.handoff_to';

/** The framework's store in its AsyncLocalStorage. */
export interface Store {
  readonly trace?: AgentsTrace | undefined;
  readonly span?: AgentsSpan | undefined;
  readonly active?: boolean | undefined;
}

/** Place of a function that runs with the store. For a span without a place, the place of the parent is returned. */
export function storePlaceOf({ trace, span, active }: Store): StorePlace | undefined {
  const open = active === false || trace === undefined ? undefined : traces.get(trace.traceId);
  if (open === undefined) return undefined;
  return (span && open.places.get(span.spanId)) ?? placeOfSpan(open, span?.parentId ?? null);
}

/** Sets the id of the model's tool call on the activity of the tool's `span`. */
export function setToolCallId(span: AgentsSpan | undefined, id: string | undefined): void {
  if (span !== undefined && id !== undefined) traces.get(span.traceId)?.activities.get(span.spanId)?.setToolCallId(id);
}
