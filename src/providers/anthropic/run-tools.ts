/**
 * `beta.messages.toolRunner` (>= 0.65) and threads (1.x): the SDK runs the application's tools itself. Each execution
 * becomes an `execute_tool` span, unless the client traces itself: then the SDK has made one, and it is only measured.
 * The model requests between them are recorded by `create`.
 */
import type { Patcher, Wrap } from '../../patching/wrapping/patcher.ts';
import { runTool, type ToolCall } from '../../telemetry/activity/run-tool.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import { clientOf } from '../reading/stainless-arguments.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Whose tools they are. */
interface Owner {
  readonly telemetry: CallRecorder;
  readonly client: Fields | undefined;
  runner?: Fields | undefined;
}

const owners = new WeakMap<object, Owner>();
/** Tools that are observed already, as setMessagesParams() gets them back. */
const observed = new WeakSet<object>();

/** Wraps what takes tools that the SDK runs, of a class of messages or of one object. */
export function patchToolRunner(messages: unknown, patcher: Patcher): void {
  const wrap: Wrap = (method, recording) =>
    function (this: unknown, params: unknown, ...rest: unknown[]): unknown {
      const telemetry = recording();
      if (telemetry?.target() === undefined) return Reflect.apply(method, this, [params, ...rest]);
      const owner: Owner = { telemetry, client: asObject(clientOf(this)) };
      const made: unknown = Reflect.apply(method, this, [withObservedTools(params, owner), ...rest]);
      owner.runner = asObject(made);
      if (owner.runner !== undefined) patchRunner(owner.runner, owner, patcher.shared);
      return made;
    };
  patcher.wrap(messages, 'toolRunner', wrap);
  patcher.wrap(messages, 'thread', wrap);
}

/** The runner's class is exported by some versions only: it is found on the first runner. */
function patchRunner(runner: object, owner: Owner, patcher: Patcher): void {
  owners.set(runner, owner);
  const prototype: object = Object.getPrototypeOf(runner);
  if (!patcher.isFirstSeen(prototype)) return;
  const given = (observe: (argument: unknown, owner: Owner) => unknown): Wrap => {
    return (method) =>
      function (this: object, ...args: unknown[]): unknown {
        const own = owners.get(this);
        return Reflect.apply(method, this, own === undefined ? args : args.map((argument) => observe(argument, own)));
      };
  };
  patcher.wrap(prototype, 'addTools', given(observedTool));
  patcher.wrap(prototype, 'setMessagesParams', given(observedParams));
  patcher.wrap(prototype, 'update', given(withObservedTools));
}

/** Parameters, or a function that makes them from those before. */
function observedParams(params: unknown, owner: Owner): unknown {
  if (typeof params !== 'function') return withObservedTools(params, owner);
  return (before: unknown): unknown => withObservedTools(Reflect.apply(params, undefined, [before]), owner);
}

function withObservedTools(value: unknown, owner: Owner): unknown {
  const params = asObject(value);
  const tools = asArray(params?.tools);
  if (params === undefined || !tools?.some(isRunnable)) return value;
  return { ...params, tools: tools.map((tool) => observedTool(tool, owner)) };
}

function isRunnable(tool: unknown): tool is object {
  return typeof asObject(tool)?.run === 'function' && !observed.has(tool as object);
}

/**
 * The tool behind a proxy whose `run` records. No copy: a tool may be an instance of a class with private fields, so its
 * methods have to be called on itself.
 */
function observedTool(tool: unknown, owner: Owner): unknown {
  if (!isRunnable(tool)) return tool;
  const proxy: object = new Proxy(tool, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      // The value of a frozen property cannot be another: then the tool runs unobserved.
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
 * A function gets `(input, context)`, a toolset `(context, toolUse)`, and the context holds the model's `tool_use` block;
 * the first versions give a function nothing but its input.
 */
function describe(tool: Fields, owner: Owner, args: readonly unknown[]): ToolCall {
  const [first, second] = args;
  const context = asObject(second)?.toolUseBlock === undefined && args.length > 1 ? asObject(first) : asObject(second);
  const block = asObject(context?.toolUseBlock) ?? asObject(context?.toolUse);
  const name = asString(block?.name) ?? asString(tool.name) ?? asString(tool.type) ?? 'unknown';
  return {
    name,
    type: 'function',
    id: asString(block?.id) ?? claimedCall(owner.runner, name, first),
    arguments: block === undefined ? first : block.input,
    traced: owner.client?._tracer !== undefined,
  };
}

/** Calls of a message that an execution has answered. */
const claimed = new WeakMap<object, Set<unknown>>();

/** The first call of this name in the model's last message that nothing has answered, by preference with this input. */
function claimedCall(runner: Fields | undefined, name: string, input: unknown): string | undefined {
  const messages = asArray(asObject(runner?.params)?.messages);
  const message = asObject(messages?.findLast((said) => asObject(said)?.role === 'assistant'));
  if (message === undefined) return undefined;
  const taken = claimed.get(message) ?? new Set();
  claimed.set(message, taken);
  const open = (asArray(message.content) ?? [])
    .map((block) => asObject(block) ?? {})
    .filter((block) => block.type === 'tool_use' && block.name === name && !taken.has(block.id));
  const id = asString((open.find((block) => block.input === input) ?? open[0])?.id);
  taken.add(id);
  return id;
}
