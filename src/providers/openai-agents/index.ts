/**
 * `@openai/agents`: workflows, agents and tools around the calls of the `openai` SDK.
 *
 * No trace processor is added: the framework awaits processors one after the other, so an added processor would run late.
 * `setTraceProcessors([])`, with which applications stop sending traces to the vendor, would also remove our processor.
 * Spans and traces are patched instead, and the framework's storage for the current span: our span is active wherever the
 * framework's span is current.
 */

import { activeContext, callWith } from '../../otel/globals.ts';
import type { Provider } from '../../patching/provider.ts';
import type { Patcher, Wrap } from '../../patching/wrapping/patcher.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { isThenable } from '../../runtime/follow.ts';
import { swallow } from '../../runtime/guard.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import { asObject, asString } from '../reading/unknown-values.ts';
import { sdks } from '../sdks.ts';
import type { AgentsSpan, AgentsTrace } from './span-facts.ts';
import { StoreContext } from './store-context.ts';
import { endSpan, endTrace, isOpen, type Store, setToolCallId, startSpan, startTrace, storePlaceOf } from './traces.ts';

/** Shared by all copies of the framework in a process. */
const STORAGE = Symbol.for('openai.agents.core.asyncLocalStorage');

type Storage = { getStore(): Store | undefined; run: AnyFunction };

const storage = (): Storage | undefined => (globalThis as { [STORAGE]?: Storage })[STORAGE];

/** Calls `observe` after the method, with the object of the method and the value that `readBefore` has read before. */
function afterMethod<Self, Before>(
  readBefore: (self: Self) => Before,
  observe: (telemetry: CallRecorder, self: Self, before: Before) => void,
): Wrap {
  return (method, recording) =>
    function (this: Self, ...args: unknown[]): unknown {
      const telemetry = recording();
      if (telemetry === undefined) return Reflect.apply(method, this, args);
      const before = readBefore(this);
      const result: unknown = Reflect.apply(method, this, args);
      quietly(() => observe(telemetry, this, before));
      return result;
    };
}

function quietly(observe: () => void): void {
  try {
    observe();
  } catch (error) {
    swallow(error);
  }
}

const startOfSpan = afterMethod<AgentsSpan, boolean>(
  (span) => span.startedAt === null,
  (telemetry, span, fresh) => {
    if (fresh && span.startedAt !== null && span.endedAt === null) startSpan(telemetry, span);
  },
);

const endOfSpan = afterMethod<AgentsSpan, boolean>(
  (span) => span.endedAt === null,
  (_, span, open) => {
    if (open) endSpan(span);
  },
);

const startOfTrace = afterMethod<AgentsTrace, undefined>(
  () => undefined,
  (telemetry, trace) => startTrace(telemetry, trace),
);

const endOfTrace = afterMethod<AgentsTrace, undefined>(
  () => undefined,
  (_, trace) => endTrace(trace),
);

/** Functions that the framework runs with a store run in the context of the store. */
const runInStore: Wrap = (run, recording) =>
  function (this: Storage, value: unknown, ...args: unknown[]): unknown {
    const store = asObject(value) as Store | undefined;
    if (store === undefined || recording()?.target() === undefined) return Reflect.apply(run, this, [value, ...args]);
    const context = new StoreContext(activeContext(), () => storePlaceOf(store));
    // The framework does not end the trace of a failed run.
    const trace = isOpen(store.trace) ? undefined : store.trace;
    const result = callWith(context, run, this, [value, ...args]);
    if (trace === undefined || !isThenable(result)) return result;
    return result.then(undefined, (error: unknown) => {
      quietly(() => endTrace(trace, error));
      throw error;
    });
  };

/** Only the event `agent_tool_start` has the id of the tool call. The tool's span is current during the event. */
const emitEvent: Wrap = (emit, recording) =>
  function (this: unknown, ...args: unknown[]): unknown {
    if (args[0] === 'agent_tool_start' && recording() !== undefined)
      quietly(() => {
        const id = asString(asObject(asObject(args[4])?.toolCall)?.callId);
        setToolCallId(storage()?.getStore()?.span, id);
      });
    return Reflect.apply(emit, this, args);
  };

const patchStorage = (patcher: Patcher): boolean => patcher.wrap(storage(), 'run', runInStore);

type Exports = Readonly<Record<string, { readonly prototype?: unknown } | undefined>>;

/** Class, method and wrapper. */
const METHODS: readonly (readonly [owner: string, name: string, wrap: Wrap])[] = [
  ['Span', 'start', startOfSpan],
  ['Span', 'end', endOfSpan],
  ['Trace', 'start', startOfTrace],
  ['Trace', 'end', endOfTrace],
];

/** `@openai/agents`, from the first version with a storage in the global object. */
export const openaiAgents: Provider = {
  ...sdks.openaiAgents,
  patch(exports, patcher) {
    const module = exports as Exports;
    const { getCurrentTrace } = exports as { readonly getCurrentTrace?: unknown };
    if (typeof getCurrentTrace !== 'function') return false;
    getCurrentTrace(); // creates the storage
    if (!patchStorage(patcher)) return false;
    let patched = false;
    for (const [owner, name, wrap] of METHODS) patched = patcher.wrap(module[owner]?.prototype, name, wrap) || patched;
    patcher.wrap(module.Runner?.prototype, 'emit', emitEvent);
    return patched;
  },
};
