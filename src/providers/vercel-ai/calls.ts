/** Catches the functions of the AI SDK that an application calls: what they say of telemetry, and whether they are agents. */

import { AGENT_ID } from '../../facts/semconv.ts';
import { activeContext, callWith } from '../../otel/globals.ts';
import { abandonWhenCollected } from '../../patching/streams/abandonment.ts';
import type { Patcher, Wrap } from '../../patching/wrapping/patcher.ts';
import { swallow } from '../../runtime/guard.ts';
import { startActivity } from '../../telemetry/activity/activity.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import { asObject } from '../reading/unknown-values.ts';
import {
  AgentRun,
  agentOf,
  type CallSettings,
  contextWithCallSettings,
  isPlain,
  runIn,
  runOf,
  runsTools,
} from './call-settings.ts';
import type { Kind } from './methods.ts';
import { patchModelClass } from './models.ts';

/** The functions by the names that they have inside the SDK, and the kind of model each takes. */
export const CALLS = {
  generateText: 'language',
  streamText: 'language',
  generateObject: 'language',
  streamObject: 'language',
  embed: 'embedding',
  embedMany: 'embedding',
  generateImage: 'image',
  generateSpeech: 'speech',
  transcribe: 'transcription',
  rerank: 'reranking',
} as const satisfies Readonly<Record<string, Kind>>;

/** The functions that go on as long as the model asks for tools. */
const LOOPS: ReadonlySet<string> = new Set(['generateText', 'streamText']);

/** Wraps the function `name` of {@link CALLS}. */
export function call(patcher: Patcher, name: keyof typeof CALLS): Wrap {
  return (fn, recording) =>
    function (this: unknown, ...args: unknown[]): unknown {
      const telemetry = recording();
      if (telemetry === undefined) return Reflect.apply(fn, this, args);
      const run = begin(telemetry, patcher, name, args[0]);
      if (run === undefined) return Reflect.apply(fn, this, args);
      const { agent } = run;
      const context = contextWithCallSettings(agent?.context ?? activeContext(), run);
      if (agent === undefined) return callWith(context, fn, this, args);
      return callAgent(agent, () => callWith(context, fn, this, args));
    };
}

/** `undefined` if there is nothing that the model calls have to know. */
function begin(
  telemetry: CallRecorder,
  patcher: Patcher,
  name: keyof typeof CALLS,
  options: unknown,
): CallSettings | undefined {
  try {
    patchModelClass(patcher, CALLS[name], asObject(options)?.model);
    const run = runOf(name, options);
    const agent = run.silent || !LOOPS.has(name) ? undefined : startAgent(telemetry, options, run.traced);
    if (agent !== undefined) return { ...run, agent };
    return isPlain(run) && runIn(activeContext()) === undefined ? undefined : run;
  } catch (error) {
    swallow(error); // options of the application's with getters that throw
    return undefined;
  }
}

/** `traced`: the SDK makes a span of its own for it, so that it is only measured. */
function startAgent(telemetry: CallRecorder, options: unknown, traced: boolean): AgentRun | undefined {
  const { name, id } = agentOf(options);
  if (name === undefined && !runsTools(options)) return undefined;
  const activity = startActivity(telemetry, () => ({
    operation: 'invoke_agent',
    traced: !traced,
    target: name,
    attributes: id === undefined ? {} : { [AGENT_ID]: id },
  }));
  return activity && new AgentRun(activity);
}

/**
 * `generateText` ends with its promise, `streamText` is seen to end by `lifetime.ts`, or with its result if nobody holds that
 * any more.
 */
function callAgent(agent: AgentRun, run: () => unknown): unknown {
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    agent.fail(error);
    throw error;
  }
  if (!(result instanceof Promise)) {
    if (typeof result === 'object' && result !== null) abandonWhenCollected(result, agent);
    return result;
  }
  return result.then(
    (value: unknown) => {
      agent.end();
      return value;
    },
    (error: unknown) => {
      agent.fail(error);
      throw error;
    },
  );
}

/** A function that takes a model, the name of one or options with one in them, before it is called. */
export function wrapModelParameter(patcher: Patcher, kind: Kind): Wrap {
  return (fn, recording) =>
    function (this: unknown, ...args: unknown[]): unknown {
      const given = args[0];
      if (recording() === undefined) return Reflect.apply(fn, this, args);
      if (typeof given !== 'string') {
        patchModelClass(patcher, kind, modelIn(given));
        return Reflect.apply(fn, this, args);
      }
      const result: unknown = Reflect.apply(fn, this, args);
      patchModelClass(patcher, kind, result);
      return result;
    };
}

function modelIn(given: unknown): unknown {
  const options = asObject(given);
  return typeof options?.specificationVersion === 'string' ? options : options?.model;
}
