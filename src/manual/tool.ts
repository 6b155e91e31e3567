import type { Attributes } from '@opentelemetry/api';
import { TOOL_CALL_ID, TOOL_DESCRIPTION, TOOL_TYPE } from '../facts/semconv.ts';
import { activeContext } from '../otel/globals.ts';
import { asString } from '../providers/reading/unknown-values.ts';
import { swallow } from '../runtime/guard.ts';
import { warnOnce } from '../runtime/log.ts';
import { entersRunningTool } from '../scope/running-tool.ts';
import { type Activity, type ActivityContent, startActivity } from '../telemetry/activity/activity.ts';
import { appRecorder } from './app-recorder.ts';
import { isFunction } from './is-function.ts';
import { runInActivity } from './run-in-activity.ts';

/** Options of {@link tool}. */
export interface ToolOptions<Args extends readonly unknown[] = readonly unknown[]> {
  /** `gen_ai.tool.type`: `function` (default), `extension`, `datastore` or a word of your own. */
  readonly type?: string | undefined;
  /** `gen_ai.tool.description` */
  readonly description?: string | undefined;
  /** Finds the id of the model's tool call in the arguments of a run, so that the span is linked to the model call. */
  readonly id?: ((...args: Args) => string | undefined) | undefined;
}

/** One run of a tool, for {@link withTool}. */
export interface ToolRun {
  /** `gen_ai.tool.name` */
  readonly name: string;
  /** Id of the model's tool call. The span is linked to the span of the model call. */
  readonly id?: string | undefined;
  /** `gen_ai.tool.type`: `function` (default), `extension`, `datastore` or a word of your own. */
  readonly type?: string | undefined;
  /** `gen_ai.tool.description` */
  readonly description?: string | undefined;
  /** The model's arguments, recorded with content capture on: an object or JSON text. */
  readonly arguments?: unknown;
}

/**
 * Wraps a function that does the work of a tool. Every call of the wrapper is recorded: an `execute_tool` span and
 * `gen_ai.execute_tool.duration`; with content capture on, also the arguments and the result. A call by an SDK or a
 * framework that already records the run under the same name is not recorded again.
 *
 * `this`, arguments, result and errors are passed on unchanged. The span lasts until a promise is settled or a stream is
 * read.
 *
 * @param name `gen_ai.tool.name`, the name for the model
 * @example
 * const getWeather = tool('get_weather', async ({ city }) => fetchWeather(city));
 */
export function tool<F extends (...args: never[]) => unknown>(
  name: string,
  fn: F,
  options: ToolOptions<Parameters<F>> = {},
): F {
  if (!isFunction(fn, 'tool', 'tool(name, fn)')) return fn;
  const toolName = asString(name) ?? asString(fn.name) ?? 'unknown';
  if (toolName !== name) warnOnce(`tool: expected a name, a string that is not empty; using ${toolName} instead.`);
  const wrapper = function (this: unknown, ...args: Parameters<F>): unknown {
    const work = (): unknown => Reflect.apply(fn, this, args);
    const activity = startTool(() => ({
      ...options,
      name: toolName,
      id: idOf(options, args),
      arguments: modelArguments(args),
    }));
    return activity === undefined ? work() : runInActivity(activity, work, resultOf);
  };
  for (const key of Reflect.ownKeys(fn))
    if (key !== 'prototype' && key !== 'arguments' && key !== 'caller')
      Object.defineProperty(wrapper, key, Object.getOwnPropertyDescriptor(fn, key) as PropertyDescriptor);
  return wrapper as unknown as F;
}

/**
 * Runs `fn` as one run of a tool: an `execute_tool` span and its metric. Returns the result of `fn` and throws the
 * errors of `fn`.
 *
 * @example
 * for (const call of message.tool_calls)
 *   await withTool({ name: call.function.name, id: call.id, arguments: call.function.arguments }, () => run(call));
 */
export function withTool<T>(run: ToolRun, fn: () => T): T {
  if (!isFunction(fn, 'withTool', 'withTool({ name }, fn)')) return fn as T;
  const activity = startTool(() => run);
  return activity === undefined ? fn() : runInActivity(activity, fn, resultOf);
}

/**
 * A function outside of the run: a closure would reference the arguments, and the arguments may reference the awaited
 * result.
 */
const resultOf = (result: unknown): ActivityContent => ({ result });

function startTool(describe: () => ToolRun): Activity | undefined {
  const telemetry = appRecorder();
  if (telemetry?.target() === undefined) return undefined;
  try {
    const run = describe();
    const name = nameOf(run);
    if (entersRunningTool(activeContext(), name)) return undefined;
    return startActivity(telemetry, () => ({
      operation: 'execute_tool',
      target: name,
      attributes: attributesOf(run),
      entered: true,
      content: () => ({ arguments: run.arguments }),
    }));
  } catch (error) {
    swallow(error);
    return undefined;
  }
}

function nameOf(run: ToolRun): string {
  const name = asString(run?.name);
  if (name === undefined)
    warnOnce('withTool: expected { name: ... }, a string that is not empty; using unknown instead.');
  return name ?? 'unknown';
}

function attributesOf(run: ToolRun): Attributes {
  const attributes: Attributes = { [TOOL_TYPE]: asString(run?.type) ?? 'function' };
  const [id, description] = [asString(run?.id), asString(run?.description)];
  if (id !== undefined) attributes[TOOL_CALL_ID] = id;
  if (description !== undefined) attributes[TOOL_DESCRIPTION] = description;
  return attributes;
}

function idOf<Args extends readonly unknown[]>(options: ToolOptions<Args>, args: Args): string | undefined {
  try {
    return options.id?.(...args);
  } catch (error) {
    swallow(error);
    return undefined;
  }
}

/** SDKs pass the arguments of the model as one object, followed by arguments of the SDK. */
function modelArguments(args: readonly unknown[]): unknown {
  const [first] = args;
  return args.length <= 1 || (typeof first === 'object' && first !== null) ? first : args;
}
