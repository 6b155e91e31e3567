/**
 * `runTools` and the older `runFunctions`: the SDK runs the tools of the application. Each execution becomes an
 * `execute_tool` span; the model requests between executions are recorded by `chat.completions.create`.
 */
import type { Patcher } from '../../patching/wrapping/patcher.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { swallow } from '../../runtime/guard.ts';
import { runTool } from '../../telemetry/activity/run-tool.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import { claimToolCall } from '../reading/claim-tool-call.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';

/** Wraps the helpers that run tools, of a class of completions or of one object. `false` if none was found. */
export function patchRunTools(completions: unknown, patcher: Patcher): boolean {
  const wrap = (method: AnyFunction, recording: () => CallRecorder | undefined): AnyFunction =>
    function (this: unknown, body: unknown, ...rest: unknown[]): unknown {
      return Reflect.apply(method, this, [withTelemetry(body, recording()), ...rest]);
    };
  const tools = patcher.wrap(completions, 'runTools', wrap);
  const functions = patcher.wrap(completions, 'runFunctions', wrap);
  return tools || functions;
}

function withTelemetry(body: unknown, telemetry: CallRecorder | undefined): unknown {
  try {
    return telemetry?.target() === undefined ? body : withObservedTools(body, telemetry);
  } catch (error) {
    swallow(error); // a getter that throws, a proxy
    return body;
  }
}

/** A body with observed tools; the body and the tools of the caller are not changed. */
function withObservedTools(body: unknown, telemetry: CallRecorder): unknown {
  const params = asObject(body);
  if (params === undefined) return body;
  const tools = asArray(params.tools)?.map((tool) => observedTool(tool, telemetry));
  const functions = asArray(params.functions)?.map((fn) => observed(fn, 'function', telemetry, nameOf(fn)));
  if (tools === undefined && functions === undefined) return body;
  return mirror(params, { ...(tools && { tools }), ...(functions && { functions }) });
}

/** `{type: 'function', function: {function, parse?}}`, or a tool of `zodFunction` with a hidden `$callback`. */
function observedTool(value: unknown, telemetry: CallRecorder): unknown {
  const tool = asObject(value);
  const definition = asObject(tool?.function);
  if (tool === undefined || definition === undefined) return value;
  if (typeof tool.$callback === 'function') return observed(tool, '$callback', telemetry, nameOf(definition));
  if (typeof definition.function !== 'function') return value;
  return mirror(tool, { function: observed(definition, 'function', telemetry, nameOf(definition)) });
}

function nameOf(definition: unknown): string {
  const { name, function: run } = asObject(definition) ?? {};
  return asString(name) ?? asString((run as { name?: unknown } | undefined)?.name) ?? 'unknown';
}

/**
 * An object that reads like `original`, except for `values`. Every property is read from the original at the time of use,
 * and methods run on the original: tools may be frozen, or instances of classes with getters and private members.
 */
function mirror(original: object, values: Readonly<Record<string, unknown>>): object {
  const copy: object = Object.create(Object.getPrototypeOf(original));
  for (
    let from: object | null = original;
    from !== null && from !== Object.prototype;
    from = Object.getPrototypeOf(from)
  ) {
    for (const key of Reflect.ownKeys(from)) {
      if (key === 'constructor' || Object.hasOwn(copy, key)) continue;
      const enumerable = from === original && Object.prototype.propertyIsEnumerable.call(original, key);
      const get = (): unknown => {
        const value: unknown =
          typeof key === 'string' && Object.hasOwn(values, key) ? values[key] : Reflect.get(original, key);
        return typeof value === 'function' ? onOriginal(value, copy, original) : value;
      };
      Object.defineProperty(copy, key, { get, enumerable, configurable: true });
    }
  }
  return copy;
}

/** Makes a method of `copy` run on `original`. */
function onOriginal(method: AnyFunction, copy: object, original: object): AnyFunction {
  const run = function (this: unknown, ...args: unknown[]): unknown {
    return Reflect.apply(method, this === copy ? original : this, args);
  };
  Object.defineProperty(run, 'name', { value: method.name, configurable: true });
  return run;
}

function observed(object: unknown, key: string, telemetry: CallRecorder, name: string): unknown {
  const original = asObject(object)?.[key];
  if (typeof original !== 'function') return object;
  const run = function (this: unknown, ...args: unknown[]): unknown {
    return runTool(
      telemetry,
      () => ({ name, type: 'function', id: callId(args[1], name, args[0]), arguments: args[0] }),
      () => Reflect.apply(original, this, args),
    );
  };
  Object.defineProperty(run, 'name', { value: original.name, configurable: true });
  return mirror(object as object, { [key]: run });
}

/** The tool call of the model's last message that an execution answers. The runner does not name the call. */
function callId(runner: unknown, name: string, args: unknown): string | undefined {
  const messages = asArray(asObject(runner)?.messages);
  const asking = messages?.findLast((message) => asArray(asObject(message)?.tool_calls) !== undefined);
  const message = asObject(asking);
  if (message === undefined) return undefined;
  const calls = (asArray(message.tool_calls) ?? []).map((call) => asObject(call) ?? {});
  return claimToolCall(
    message,
    calls
      .filter((call) => asObject(call.function)?.name === name)
      .map((call) => ({ id: call.id, hasSameInput: () => sameArguments(asObject(call.function)?.arguments, args) })),
  );
}

function sameArguments(text: unknown, args: unknown): boolean {
  if (text === args) return true;
  try {
    return typeof text === 'string' && JSON.stringify(JSON.parse(text)) === JSON.stringify(args);
  } catch {
    return false;
  }
}
