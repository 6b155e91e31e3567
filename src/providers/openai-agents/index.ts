/**
 * `@openai/agents`: workflows, agents and tools around the calls of the `openai` SDK.
 *
 * No trace processor is added: processors are awaited one after the other, so one that is added comes late, and
 * `setTraceProcessors([])`, by which applications stop sending traces to the vendor, would remove it. Spans and traces are
 * patched instead, and the storage that the framework keeps its current span in, so that ours is active where that one is.
 */

import { activeContext, callWith } from '../../otel/globals.ts';
import type { Provider } from '../../patching/provider.ts';
import { isThenable } from '../../patching/wrapping/follow-result.ts';
import type { Patcher, Wrap } from '../../patching/wrapping/patcher.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { swallow } from '../../runtime/guard.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import { asObject, asString } from '../reading/unknown-values.ts';
import { sdks } from '../sdks.ts';
import type { AgentsSpan, AgentsTrace } from './span-facts.ts';
import { StoreContext } from './store-context.ts';
import { endSpan, endTrace, isOpen, placeOfStore, type Store, setToolCallId, startSpan, startTrace } from './traces.ts';

/** Shared by all copies of the framework in a process. */
const STORAGE = Symbol.for('openai.agents.core.asyncLocalStorage');

type Storage = { getStore(): Store | undefined; run: AnyFunction };

const storage = (): Storage | undefined => (globalThis as { [STORAGE]?: Storage })[STORAGE];

/** Runs `see` after the method, with the object it was called on and what was true before. */
function after<Self, Before>(
  before: (self: Self) => Before,
  see: (telemetry: CallRecorder, self: Self, before: Before) => void,
): Wrap {
  return (method, recording) =>
    function (this: Self, ...args: unknown[]): unknown {
      const telemetry = recording();
      if (telemetry === undefined) return Reflect.apply(method, this, args);
      const known = before(this);
      const result: unknown = Reflect.apply(method, this, args);
      quietly(() => see(telemetry, this, known));
      return result;
    };
}

function quietly(see: () => void): void {
  try {
    see();
  } catch (error) {
    swallow(error);
  }
}

const spanStarts = after<AgentsSpan, boolean>(
  (span) => span.startedAt === null,
  (telemetry, span, fresh) => {
    if (fresh && span.startedAt !== null && span.endedAt === null) startSpan(telemetry, span);
  },
);

const spanEnds = after<AgentsSpan, boolean>(
  (span) => span.endedAt === null,
  (_, span, open) => {
    if (open) endSpan(span);
  },
);

const traceStarts = after<AgentsTrace, undefined>(
  () => undefined,
  (telemetry, trace) => startTrace(telemetry, trace),
);

const traceEnds = after<AgentsTrace, undefined>(
  () => undefined,
  (_, trace) => endTrace(trace),
);

/** What the framework runs with a store runs in the context that belongs to it. */
const runs: Wrap = (run, recording) =>
  function (this: Storage, store: unknown, ...args: unknown[]): unknown {
    const given = asObject(store) as Store | undefined;
    if (given === undefined || recording()?.target() === undefined) return Reflect.apply(run, this, [store, ...args]);
    const context = new StoreContext(activeContext(), () => placeOfStore(given));
    // The framework does not end the trace of a run that fails.
    const trace = isOpen(given.trace) ? undefined : given.trace;
    const result = callWith(context, run, this, [store, ...args]);
    if (trace === undefined || !isThenable(result)) return result;
    return result.then(undefined, (error: unknown) => {
      quietly(() => endTrace(trace, error));
      throw error;
    });
  };

/** Only this event tells the id of the call; it is sent while the tool's span is the current one. */
const toolStarts: Wrap = (emit, recording) =>
  function (this: unknown, ...args: unknown[]): unknown {
    if (args[0] === 'agent_tool_start' && recording() !== undefined)
      quietly(() =>
        setToolCallId(storage()?.getStore()?.span, asString(asObject(asObject(args[4])?.toolCall)?.callId)),
      );
    return Reflect.apply(emit, this, args);
  };

const patchStorage = (patcher: Patcher): boolean => patcher.wrap(storage(), 'run', runs);

type Exports = Readonly<Record<string, { readonly prototype?: unknown } | undefined>>;

/** Class and method, and what a call of it is. */
const METHODS: readonly (readonly [owner: string, name: string, wrap: Wrap])[] = [
  ['Span', 'start', spanStarts],
  ['Span', 'end', spanEnds],
  ['Trace', 'start', traceStarts],
  ['Trace', 'end', traceEnds],
];

/** `@openai/agents` since the version whose storage is shared through the global object. */
export const openaiAgents: Provider = {
  ...sdks.openaiAgents,
  patch(exports, patcher) {
    const module = exports as Exports;
    const { getCurrentTrace } = exports as { readonly getCurrentTrace?: unknown };
    if (typeof getCurrentTrace !== 'function') return false;
    getCurrentTrace(); // makes the storage
    if (!patchStorage(patcher)) return false;
    let known = false;
    for (const [owner, name, wrap] of METHODS) {
      const done = patcher.wrap(module[owner]?.prototype, name, wrap);
      known ||= done;
    }
    patcher.wrap(module.Runner?.prototype, 'emit', toolStarts);
    return known;
  },
};
