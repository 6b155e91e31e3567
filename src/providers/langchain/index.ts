import { activeContext, callWith } from '../../otel/globals.ts';
import { asyncCalls } from '../../patching/calls/async-calls.ts';
import { runMethod } from '../../patching/calls/run-in-context.ts';
import type { Provider } from '../../patching/provider.ts';
import { ownerOf, type Patcher, recordedMethod, type Wrap } from '../../patching/wrapping/patcher.ts';
import { sdks } from '../sdks.ts';
import { chain, graph, isGraph } from './chain.ts';
import { chatModelCall, chatModelEvents, modelCall } from './chat-model.ts';
import { configOf } from './config.ts';
import { retrieverReader } from './retriever.ts';
import { isFirstSeen, wrapsMetClasses } from './seen-classes.ts';
import { tool } from './tool.ts';

type Exports = Readonly<Record<string, { readonly prototype?: unknown } | undefined>>;

const named = runMethod(chain(true));
const outermost = runMethod(chain(false));

const retrieval = recordedMethod(
  retrieverReader,
  asyncCalls((_self, args) => {
    const { signal } = configOf(args[1]);
    return signal instanceof AbortSignal ? signal : undefined;
  }),
);

/** Graphs come from another package. Whatever can be streamed is met here, and a graph is always streamed. */
const meeting: Wrap = (method, recording) =>
  function (this: unknown, ...args: unknown[]): unknown {
    const telemetry = recording();
    if (telemetry !== undefined && isGraph(this)) isFirstSeen(this, telemetry, wrapGraph);
    return Reflect.apply(method, this, args);
  };

function wrapGraph(prototype: object, patcher: Patcher): void {
  patcher.wrap(ownerOf(prototype, '_streamIterator'), '_streamIterator', runMethod(graph));
}

/** What waits in the queue of a caller with a limit would run in the context of the call that ended before it. */
function queued(at: number): Wrap {
  return (method, recording) =>
    function (this: { readonly maxConcurrency?: unknown }, ...args: unknown[]): unknown {
      const callable = args[at];
      if (typeof callable === 'function' && this.maxConcurrency !== Infinity && recording() !== undefined) {
        const context = activeContext();
        args[at] = (...given: unknown[]): unknown => callWith(context, callable, undefined, given);
      }
      return Reflect.apply(method, this, args);
    };
}

/** Class and method of every file: what a call of it is. */
const METHODS: readonly (readonly [owner: string, name: string, wrap: Wrap])[] = [
  ['Runnable', 'stream', meeting],
  ['RunnableSequence', 'invoke', named],
  ['RunnableSequence', 'batch', named],
  ['RunnableSequence', '_streamIterator', named],
  ['RunnableMap', 'invoke', named],
  ['RunnableMap', 'transform', named],
  ['RunnableLambda', 'invoke', outermost],
  ['RunnableLambda', 'transform', outermost],
  ['BaseChatModel', '_generateUncached', runMethod(chatModelCall(2))],
  ['BaseChatModel', '_streamIterator', runMethod(chatModelCall(1))],
  ['BaseChatModel', 'streamEvents', runMethod(chatModelEvents)],
  ['BaseLLM', '_generateUncached', runMethod(modelCall(2))],
  ['BaseLLM', '_streamIterator', runMethod(modelCall(1))],
  ['BaseRetriever', 'invoke', retrieval],
  ['StructuredTool', 'call', runMethod(tool)],
  ['AsyncCaller', 'call', queued(0)],
  ['AsyncCaller', 'callWithOptions', queued(1)],
];

/**
 * `@langchain/core` 0.3 to 1.x: chains, tools, retrievers, chat models, and through them the graphs and agents of
 * `@langchain/langgraph` and `langchain`. No callback handler is added: with one LangChain gives answers ids, and an
 * application's functions see a callback manager that they would not have had.
 */
export const langchain: Provider = {
  ...sdks.langchain,
  patch(exports, patcher) {
    const module = exports as Exports;
    wrapsMetClasses(patcher);
    let known = false;
    for (const [owner, name, wrap] of METHODS) {
      const done = patcher.wrap(module[owner]?.prototype, name, wrap);
      known ||= done;
    }
    return known;
  },
};
