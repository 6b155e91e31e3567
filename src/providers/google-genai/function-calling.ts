/**
 * Automatic function calling: `generateContent` and `generateContentStream` call the application's tools and send the
 * results to the model. Each call of a function becomes an `execute_tool` span. The model requests in between are recorded
 * as usual, by the methods of methods.ts.
 */
import type { Patcher, Wrap } from '../../patching/wrapping/patcher.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { runTools, type ToolCall } from '../../telemetry/activity/run-tool.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';

/** `CallableTool` of genai: written by the application, or made by `mcpToTool`. */
interface CallableTool {
  tool: AnyFunction;
  callTool: AnyFunction;
}

/** Wraps the public methods of every new `Models` object: the constructor assigns the methods. */
export function patchFunctionCalling(prototype: unknown, patcher: Patcher): void {
  for (const name of NAMES) patcher.wrapAssigned(prototype, name, observingTools);
}

/** Wraps the public methods of one `Models` object. */
export function patchFunctionCallingOf(models: object, patcher: Patcher): void {
  for (const name of NAMES) patcher.wrap(models, name, observingTools);
}

const NAMES = ['generateContent', 'generateContentStream'];

const observingTools: Wrap = (method, recording) =>
  function (this: unknown, params: unknown, ...rest: unknown[]): unknown {
    const telemetry = recording();
    const observedParams =
      telemetry?.target() === undefined ? params : withObservedTools(params, telemetry as CallRecorder);
    return Reflect.apply(method, this, [observedParams, ...rest]);
  };

/**
 * `params` with observed tools; neither `params` nor the tools are changed. The SDK writes into its parameters (`contents`,
 * `responseJsonSchema`), so the SDK gets a proxy of the application's object and no copy.
 */
function withObservedTools(params: unknown, telemetry: CallRecorder): unknown {
  const config = asObject(asObject(params)?.config);
  const tools = asArray(config?.tools);
  if (config === undefined || tools === undefined || !tools.some(isCallable)) return params;
  const instrumented = tools.map((tool) => (isCallable(tool) ? observedTool(tool, telemetry) : tool));
  return withReplaced(params as object, { config: withReplaced(config, { tools: instrumented }) });
}

/** Proxies made here. A class and one client of the class may both be patched, but each tool is observed once. */
const observedTools = new WeakSet<object>();

function isCallable(tool: unknown): tool is CallableTool {
  return (
    typeof (tool as Partial<CallableTool> | null | undefined)?.callTool === 'function' &&
    !observedTools.has(tool as object)
  );
}

/** A proxy of `target` that reads the properties in `values` from `values`. */
function withReplaced<T extends object>(target: T, values: Readonly<Record<string, unknown>>): T {
  return new Proxy(target, {
    get(object, key) {
      const fixed = Object.getOwnPropertyDescriptor(object, key)?.configurable === false;
      // A proxy must return the real value of a frozen property, so the call then goes on unobserved.
      return typeof key === 'string' && Object.hasOwn(values, key) && !fixed ? values[key] : Reflect.get(object, key);
    },
  });
}

function observedTool(tool: CallableTool, telemetry: CallRecorder): CallableTool {
  // Function names of this tool, known once the SDK has read the declarations: every tool gets all calls of the model.
  let names: ReadonlySet<unknown> | undefined;
  const proxy = withReplaced(tool, {
    tool: async (...args: unknown[]): Promise<unknown> => {
      const declared: unknown = await Reflect.apply(tool.tool, tool, args);
      const declarations = asArray(asObject(declared)?.functionDeclarations);
      if (declarations !== undefined) names = new Set(declarations.map((declaration) => asObject(declaration)?.name));
      return declared;
    },
    callTool: (...args: unknown[]): unknown => {
      const calls = (asArray(args[0]) ?? []).filter((call) => names === undefined || names.has(asObject(call)?.name));
      return runTools(
        telemetry,
        calls.map((call) => () => toolCall(call)),
        () => Reflect.apply(tool.callTool, tool, args),
        (parts, index) => resultOf(parts, calls, index),
      );
    },
  });
  observedTools.add(proxy);
  return proxy;
}

function toolCall(value: unknown): ToolCall {
  const call = asObject(value);
  return { name: asString(call?.name) ?? 'unknown', type: 'function', id: asString(call?.id), arguments: call?.args };
}

/**
 * The answer to call number `index`, found by id; without ids the nth answer of a name answers the nth call of the
 * name.
 */
function resultOf(parts: unknown, calls: readonly unknown[], index: number): unknown {
  const { id, name } = asObject(calls[index]) ?? {};
  const answers = (asArray(parts) ?? [])
    .map((part) => asObject(asObject(part)?.functionResponse))
    .filter((r) => r !== undefined);
  const exact = id === undefined ? undefined : answers.find((answer) => answer.id === id);
  const nth = calls.slice(0, index).filter((call) => asObject(call)?.name === name).length;
  return (exact ?? answers.filter((answer) => answer.name === name)[nth])?.response;
}
