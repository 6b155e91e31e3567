/**
 * `beta.messages.toolRunner` (>= 0.65) and threads (1.x): the SDK runs the tools of the application. Each execution becomes
 * an `execute_tool` span. A client with the SDK's own tracing has made a span already; then the execution is only measured.
 * The model requests between executions are recorded by `create`.
 */
import type { Patcher, Wrap } from '../../patching/wrapping/patcher.ts';
import { swallow } from '../../runtime/guard.ts';
import { runTool, type ToolCall } from '../../telemetry/activity/run-tool.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import { claimToolCall } from '../reading/claim-tool-call.ts';
import { clientOf } from '../reading/stainless-arguments.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The recorder, the client and the runner of observed tools. */
interface Owner {
  readonly telemetry: CallRecorder;
  readonly client: Fields | undefined;
  runner?: Fields | undefined;
}

const owners = new WeakMap<object, Owner>();
/** Tools that are observed already: setMessagesParams() gets the observed tools back. */
const observed = new WeakSet<object>();

/** Wraps the methods that take tools, of a class of messages or of one object. */
export function patchToolRunner(messages: unknown, patcher: Patcher): void {
  const wrap: Wrap = (method, recording) =>
    function (this: unknown, params: unknown, ...rest: unknown[]): unknown {
      const telemetry = recording();
      if (telemetry?.target() === undefined) return Reflect.apply(method, this, [params, ...rest]);
      const owner: Owner = { telemetry, client: asObject(clientOf(this)) };
      const made: unknown = Reflect.apply(method, this, [withObservedTools(params, owner), ...rest]);
      try {
        owner.runner = asObject(made);
        if (owner.runner !== undefined) patchRunner(owner.runner, owner, patcher.shared);
      } catch (error) {
        swallow(error); // a frozen runner, a proxy
      }
      return made;
    };
  patcher.wrap(messages, 'toolRunner', wrap);
  patcher.wrap(messages, 'thread', wrap);
}

/** Not every version exports the class of the runner: the class is patched when the first runner is made. */
function patchRunner(runner: object, owner: Owner, patcher: Patcher): void {
  owners.set(runner, owner);
  const prototype: object = Object.getPrototypeOf(runner);
  if (!patcher.isFirstSeen(prototype)) return;
  const observingArguments = (observe: (argument: unknown, owner: Owner) => unknown): Wrap => {
    return (method) =>
      function (this: object, ...args: unknown[]): unknown {
        const known = owners.get(this);
        const observedArgs = known === undefined ? args : args.map((argument) => observe(argument, known));
        return Reflect.apply(method, this, observedArgs);
      };
  };
  patcher.wrap(prototype, 'addTools', observingArguments(observedTool));
  patcher.wrap(prototype, 'setMessagesParams', observingArguments(observedParams));
  patcher.wrap(prototype, 'update', observingArguments(withObservedTools));
}

/** Parameters, or a function that makes new parameters from the present parameters. */
function observedParams(params: unknown, owner: Owner): unknown {
  if (typeof params !== 'function') return withObservedTools(params, owner);
  return (before: unknown): unknown => withObservedTools(Reflect.apply(params, undefined, [before]), owner);
}

function withObservedTools(value: unknown, owner: Owner): unknown {
  try {
    return observeTools(value, owner);
  } catch (error) {
    swallow(error); // a getter that throws, a proxy
    return value;
  }
}

function observeTools(value: unknown, owner: Owner): unknown {
  const params = asObject(value);
  const tools = asArray(params?.tools);
  if (params === undefined || !tools?.some(isRunnable)) return value;
  return { ...params, tools: tools.map((tool) => observedTool(tool, owner)) };
}

function isRunnable(tool: unknown): tool is object {
  return typeof asObject(tool)?.run === 'function' && !observed.has(tool as object);
}

/**
 * The tool behind a proxy whose `run` records. Not a copy: a tool may be an instance of a class with private fields, and
 * methods of such a class have to be called on the instance.
 */
function observedTool(tool: unknown, owner: Owner): unknown {
  if (!isRunnable(tool)) return tool;
  const proxy: object = new Proxy(tool, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      // A proxy has to return the value of a frozen property: then the tool runs unobserved.
      if (Object.getOwnPropertyDescriptor(target, key)?.configurable === false) return value;
      const call = (...args: unknown[]): unknown => Reflect.apply(value, target, args);
      if (key !== 'run') return call;
      return (...args: unknown[]): unknown =>
        runTool(
          owner.telemetry,
          () => describe(target as Fields, owner, args),
          () => call(...args),
        );
    },
  });
  observed.add(proxy);
  return proxy;
}

/**
 * A function gets `(input, context)`, a toolset `(context, toolUse)`; the context holds the `tool_use` block of the model.
 * The first versions give a function the input alone.
 */
function describe(tool: Fields, owner: Owner, args: readonly unknown[]): ToolCall {
  const [first, second] = args;
  const context = asObject(second)?.toolUseBlock === undefined && args.length > 1 ? asObject(first) : asObject(second);
  const block = asObject(context?.toolUseBlock) ?? asObject(context?.toolUse);
  const name = asString(block?.name) ?? asString(tool.name) ?? asString(tool.type) ?? 'unknown';
  return {
    name,
    type: 'function',
    id: asString(block?.id) ?? claimCall(owner.runner, name, first),
    arguments: block === undefined ? first : block.input,
    traced: owner.client?._tracer !== undefined,
  };
}

/** The call in the last message of the model that an execution of the tool answers. */
function claimCall(runner: Fields | undefined, name: string, input: unknown): string | undefined {
  const messages = asArray(asObject(runner?.params)?.messages);
  const message = asObject(messages?.findLast((entry) => asObject(entry)?.role === 'assistant'));
  if (message === undefined) return undefined;
  const calls = (asArray(message.content) ?? [])
    .map((block) => asObject(block) ?? {})
    .filter((block) => block.type === 'tool_use' && block.name === name);
  return claimToolCall(
    message,
    calls.map((block) => ({ id: block.id, hasSameInput: () => block.input === input })),
  );
}
