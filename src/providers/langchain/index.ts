import { activeContext, callWith } from '../../otel/globals.ts';
import { asyncCalls } from '../../patching/calls/async-calls.ts';
import { runMethod } from '../../patching/calls/run-in-context.ts';
import type { Provider } from '../../patching/provider.ts';
import { ownerOf, type Patcher, recordedMethod, type Wrap } from '../../patching/wrapping/patcher.ts';
import { asSignal } from '../reading/unknown-values.ts';
import { sdks } from '../sdks.ts';
import { chain, graph, isGraph } from './chain.ts';
import { chatModelCall, chatModelEvents, modelCall } from './chat-model.ts';
import { configOf } from './config.ts';
import { retrieverReader } from './methods.ts';
import { patchFirstSeenClass, usePatcherForSeenClasses } from './seen-classes.ts';
import { tool } from './tool.ts';

type Exports = Readonly<Record<string, { readonly prototype?: unknown } | undefined>>;

const namedChain = runMethod(chain(true));
const outermostChain = runMethod(chain(false));

const wrapRetriever = recordedMethod(
  retrieverReader,
  asyncCalls((_self, args) => {
    const { signal } = configOf(args[1]);
    return asSignal(signal);
  }),
);

/** Patches the class of a graph in `stream`: the class comes from another package, and every run of a graph is a stream. */
const patchGraphClass: Wrap = (method, recording) =>
  function (this: unknown, ...args: unknown[]): unknown {
    const telemetry = recording();
    if (telemetry !== undefined && isGraph(this)) patchFirstSeenClass(this, telemetry, wrapGraph);
    return Reflect.apply(method, this, args);
  };

function wrapGraph(prototype: object, patcher: Patcher): void {
  patcher.wrap(ownerOf(prototype, '_streamIterator'), '_streamIterator', runMethod(graph));
}

/**
 * A queued call would run in the context of the call before, so a caller with a limit gets a callable bound to its
 * context.
 */
function bindQueued(argumentIndex: number): Wrap {
  return (method, recording) =>
    function (this: { readonly maxConcurrency?: unknown }, ...args: unknown[]): unknown {
      const callable = args[argumentIndex];
      if (typeof callable === 'function' && this.maxConcurrency !== Infinity && recording() !== undefined) {
        const context = activeContext();
        args[argumentIndex] = (...parameters: unknown[]): unknown => callWith(context, callable, undefined, parameters);
      }
      return Reflect.apply(method, this, args);
    };
}

/** Class, method and wrapper. */
const METHODS: readonly (readonly [owner: string, name: string, wrap: Wrap])[] = [
  ['Runnable', 'stream', patchGraphClass],
  ['RunnableSequence', 'invoke', namedChain],
  ['RunnableSequence', 'batch', namedChain],
  ['RunnableSequence', '_streamIterator', namedChain],
  ['RunnableMap', 'invoke', namedChain],
  ['RunnableMap', 'transform', namedChain],
  ['RunnableLambda', 'invoke', outermostChain],
  ['RunnableLambda', 'transform', outermostChain],
  ['BaseChatModel', '_generateUncached', runMethod(chatModelCall(2))],
  ['BaseChatModel', '_streamIterator', runMethod(chatModelCall(1))],
  ['BaseChatModel', 'streamEvents', runMethod(chatModelEvents)],
  ['BaseLLM', '_generateUncached', runMethod(modelCall(2))],
  ['BaseLLM', '_streamIterator', runMethod(modelCall(1))],
  ['BaseRetriever', 'invoke', wrapRetriever],
  ['StructuredTool', 'call', runMethod(tool)],
  ['AsyncCaller', 'call', bindQueued(0)],
  ['AsyncCaller', 'callWithOptions', bindQueued(1)],
];

/**
 * `@langchain/core` 0.3 to 1.x: chains, tools, retrievers, chat models; through these classes also the graphs and agents of
 * `@langchain/langgraph` and `langchain`. No callback handler is added: with a handler LangChain gives ids to answers, and
 * the functions of the application see a callback manager that is not theirs.
 */
export const langchain: Provider = {
  ...sdks.langchain,
  patch(exports, patcher) {
    const module = exports as Exports;
    usePatcherForSeenClasses(patcher);
    let patched = false;
    for (const [owner, name, wrap] of METHODS) patched = patcher.wrap(module[owner]?.prototype, name, wrap) || patched;
    return patched;
  },
};
