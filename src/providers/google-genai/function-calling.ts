/**
 * Automatic function calling: `generateContent` and `generateContentStream` call the application's tools themselves and
 * send the model what they give. Each call of a function becomes an `execute_tool` span; the model requests between them
 * are recorded by the methods that make them.
 */
import type { Patcher, Wrap } from '../../patching/wrapping/patcher.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { runTools, type ToolCall } from '../../telemetry/activity/run-tool.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';

/** What genai calls a `CallableTool`: an application's own, or one of `mcpToTool`. */
interface CallableTool {
  tool: AnyFunction;
  callTool: AnyFunction;
}

/** Wraps the public methods, which the constructor of `Models` assigns. */
export function patchFunctionCalling(prototype: unknown, patcher: Patcher): void {
  for (const name of NAMES) patcher.wrapAssigned(prototype, name, observingTools);
}

/** The same for one object of the class. */
export function patchFunctionsOf(models: object, patcher: Patcher): void {
  for (const name of NAMES) patcher.wrap(models, name, observingTools);
}

const NAMES = ['generateContent', 'generateContentStream'];

const observingTools: Wrap = (method, recording) =>
  function (this: unknown, params: unknown, ...rest: unknown[]): unknown {
    const telemetry = recording();
    const observed = telemetry?.target() === undefined ? params : withObservedTools(params, telemetry as CallRecorder);
    return Reflect.apply(method, this, [observed, ...rest]);
  };

/**
 * The parameters with tools that are observed; neither they nor the tools are touched. The SDK writes into the parameters
 * it is given (`contents`, `responseJsonSchema`), so it gets the application's object behind a proxy, and no copy.
 */
function withObservedTools(params: unknown, telemetry: CallRecorder): unknown {
  const config = asObject(asObject(params)?.config);
  const tools = asArray(config?.tools);
  if (config === undefined || tools === undefined || !tools.some(isCallable)) return params;
  const instrumented = tools.map((tool) => (isCallable(tool) ? observedTool(tool, telemetry) : tool));
  return instead(params as object, { config: instead(config, { tools: instrumented }) });
}

/** Tools that are observed already: by the class and by one client of it. */
const observed = new WeakSet<object>();

function isCallable(tool: unknown): tool is CallableTool {
  return (
    typeof (tool as Partial<CallableTool> | null | undefined)?.callTool === 'function' && !observed.has(tool as object)
  );
}

/** `target`, except that the properties of `values` read as those. */
function instead<T extends object>(target: T, values: Readonly<Record<string, unknown>>): T {
  return new Proxy(target, {
    get(object, key) {
      const fixed = Object.getOwnPropertyDescriptor(object, key)?.configurable === false;
      // The value of a frozen property cannot be another: then the call goes on unobserved.
      return typeof key === 'string' && Object.hasOwn(values, key) && !fixed ? values[key] : Reflect.get(object, key);
    },
  });
}

function observedTool(tool: CallableTool, telemetry: CallRecorder): CallableTool {
  /** Functions of this tool, once the SDK has asked for them: every tool is given all calls of the model. */
  let names: ReadonlySet<unknown> | undefined;
  const proxy = instead(tool, {
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
  observed.add(proxy);
  return proxy;
}

function toolCall(value: unknown): ToolCall {
  const call = asObject(value);
  return { name: asString(call?.name) ?? 'unknown', type: 'function', id: asString(call?.id), arguments: call?.args };
}

/** The answer to a call among the parts that a tool gives: by id, else the same one among those of its name. */
function resultOf(parts: unknown, calls: readonly unknown[], index: number): unknown {
  const { id, name } = asObject(calls[index]) ?? {};
  const answers = (asArray(parts) ?? [])
    .map((part) => asObject(asObject(part)?.functionResponse))
    .filter((r) => r !== undefined);
  const exact = id === undefined ? undefined : answers.find((answer) => answer.id === id);
  const nth = calls.slice(0, index).filter((call) => asObject(call)?.name === name).length;
  return (exact ?? answers.filter((answer) => answer.name === name)[nth])?.response;
}
