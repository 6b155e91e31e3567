/** From the framework's traces and spans, as they start and end, to activities; and where in them something runs. */
import type { Context } from '@opentelemetry/api';
import { CONVERSATION_ID } from '../../facts/semconv.ts';
import { activeContext } from '../../otel/globals.ts';
import { contextWithAttributes } from '../../scope/custom-attributes.ts';
import { type Activity, startActivity } from '../../telemetry/activity/activity.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import { asObject, asString } from '../reading/unknown-values.ts';
import { type AgentsSpan, type AgentsTrace, agentsContentOf, errorOf, factsOf } from './span-facts.ts';
import { innermost, OWNER, type StorePlace } from './store-context.ts';

interface OpenTrace {
  readonly activity: Activity;
  readonly place: StorePlace;
  /** Where its spans are, ours or not, by id. They stay until the trace ends: work may outlive the span that began it. */
  readonly places: Map<string, StorePlace>;
  readonly activities: Map<string, Activity>;
  failure?: object | undefined;
}

const traces = new Map<string, OpenTrace>();
/** An application that starts traces and never ends them is not to run out of memory. */
const MOST_OPEN = 10_000;

/** Has this trace started, and not ended? */
export const isOpen = (trace: Pick<AgentsTrace, 'traceId'> | undefined): boolean =>
  trace !== undefined && traces.has(trace.traceId);

/** A trace has started: a run, or several that the application put together. */
export function startTrace(telemetry: CallRecorder, trace: AgentsTrace): void {
  if (traces.has(trace.traceId)) return;
  const activity = startActivity(
    telemetry,
    () => ({ operation: 'invoke_workflow', target: asString(trace.name) }),
    inGroup(activeContext(), trace),
  );
  if (activity === undefined) return;
  const place = placeIn(activity.context, trace.traceId);
  const [oldest] = traces.size < MOST_OPEN ? [] : traces.keys();
  if (oldest !== undefined) endTrace({ traceId: oldest });
  traces.set(trace.traceId, { activity, place, places: new Map(), activities: new Map() });
}

/** What the framework groups traces by is the conversation. */
function inGroup(context: Context, { groupId }: AgentsTrace): Context {
  const id = asString(groupId);
  return id === undefined ? context : contextWithAttributes(context, { [CONVERSATION_ID]: id });
}

const placeIn = (context: Context, owner: string): StorePlace => ({ owner, context: context.setValue(OWNER, owner) });

/** A trace has ended; `error` is what a run in it threw. */
export function endTrace({ traceId }: Pick<AgentsTrace, 'traceId'>, error?: unknown): void {
  const trace = traces.get(traceId);
  if (trace === undefined) return;
  traces.delete(traceId);
  // An agent that waits for somebody's approval goes on in another run.
  for (const activity of trace.activities.values()) activity.end();
  const failure = error ?? trace.failure;
  if (failure === undefined) trace.activity.end();
  else trace.activity.fail(failure);
}

/** A span has started. */
export function startSpan(telemetry: CallRecorder, span: AgentsSpan): void {
  const trace = traces.get(span.traceId);
  if (trace === undefined || trace.places.has(span.spanId)) return;
  const around = placeOf(trace, span.parentId);
  const facts = factsOf(span);
  const activity = facts && startActivity(telemetry, () => facts, innermost(around, activeContext()));
  trace.places.set(span.spanId, activity === undefined ? around : placeIn(activity.context, span.spanId));
  if (activity !== undefined) trace.activities.set(span.spanId, activity);
}

const placeOf = ({ places, place }: OpenTrace, id: string | null): StorePlace =>
  (id === null ? undefined : places.get(id)) ?? place;

/** A span has ended. */
export function endSpan(span: AgentsSpan): void {
  const trace = traces.get(span.traceId);
  if (trace === undefined) return;
  const error = errorOf(span);
  const activity = trace.activities.get(span.spanId);
  trace.activities.delete(span.spanId);
  // Not an agent that is another one's tool: its failure is that one's to bear.
  if (error !== undefined && span.parentId === null) trace.failure = error;
  const content = () => agentsContentOf(span);
  if (error === undefined) activity?.end(content);
  else activity?.fail(error, content);
  const handoff = asObject(span.spanData);
  if (handoff?.type === 'handoff') handedOff(trace, span, asString(handoff.to_agent));
}

function handedOff(trace: OpenTrace, { parentId }: AgentsSpan, to: string | undefined): void {
  const { owner } = placeOf(trace, parentId);
  if (to !== undefined) trace.activities.get(owner)?.span.setAttribute(HANDOFF_TO, to);
}

/** On `invoke_agent`: the agent that goes on. */
const HANDOFF_TO = 'llm_otel.openai_agents.handoff_to';

/** What the framework keeps in its AsyncLocalStorage. */
export interface Store {
  readonly trace?: AgentsTrace | undefined;
  readonly span?: AgentsSpan | undefined;
  readonly active?: boolean | undefined;
}

/** Where a function that runs with `store` is. A span that has not started yet is where its parent is. */
export function placeOfStore({ trace, span, active }: Store): StorePlace | undefined {
  const open = active === false || trace === undefined ? undefined : traces.get(trace.traceId);
  if (open === undefined) return undefined;
  return (span && open.places.get(span.spanId)) ?? placeOf(open, span?.parentId ?? null);
}

/** The id of the model's call that the tool of `span` answers. */
export function setToolCallId(span: AgentsSpan | undefined, id: string | undefined): void {
  if (span !== undefined && id !== undefined) traces.get(span.traceId)?.activities.get(span.spanId)?.setToolCallId(id);
}
