/** Wraps the functions of the AI SDK for applications: reads the telemetry options of a call, starts an agent. */

import { AGENT_ID } from '../../../facts/semconv.ts';
import { activeContext, callWith } from '../../../otel/globals.ts';
import { abandonWhenCollected } from '../../../patching/streams/abandonment.ts';
import type { Patcher, Wrap } from '../../../patching/wrapping/patcher.ts';
import { swallow } from '../../../runtime/guard.ts';
import { startActivity } from '../../../telemetry/activity/activity.ts';
import type { CallRecorder } from '../../../telemetry/call/call-recorder.ts';
import { asObject, asSignal } from '../../reading/unknown-values.ts';
import type { ModelKind } from '../methods.ts';
import { patchModelClass } from '../patch-model.ts';
import { AgentRun } from './agent-run.ts';
import {
  agentOf,
  type CallSettings,
  callSettingsIn,
  contextWithCallSettings,
  isDefault,
  readCallSettings,
  runsTools,
} from './call-settings.ts';

/** Names of the functions inside the SDK, and the kind of model in the parameters of each function. */
export const ENTRY_FUNCTIONS = {
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
} as const satisfies Readonly<Record<string, ModelKind>>;

/** Functions that call the model again as long as the model asks for tools. */
const LOOPS: ReadonlySet<string> = new Set(['generateText', 'streamText']);

/** Wraps the function `name` of {@link ENTRY_FUNCTIONS}. */
export function wrapEntryFunction(patcher: Patcher, name: keyof typeof ENTRY_FUNCTIONS): Wrap {
  return (fn, recording) =>
    function (this: unknown, ...args: unknown[]): unknown {
      const telemetry = recording();
      if (telemetry === undefined) return Reflect.apply(fn, this, args);
      const settings = prepareCall(telemetry, patcher, name, args[0]);
      if (settings === undefined) return Reflect.apply(fn, this, args);
      const { agent } = settings;
      const context = contextWithCallSettings(agent?.context ?? activeContext(), settings);
      if (agent === undefined) return callWith(context, fn, this, args);
      return callAgent(agent, () => callWith(context, fn, this, args));
    };
}

/** Returns undefined if the model calls inside need no settings. */
function prepareCall(
  telemetry: CallRecorder,
  patcher: Patcher,
  name: keyof typeof ENTRY_FUNCTIONS,
  options: unknown,
): CallSettings | undefined {
  try {
    patchModelClass(patcher, ENTRY_FUNCTIONS[name], asObject(options)?.model);
    const settings = readCallSettings(name, options);
    const agent = settings.silent || !LOOPS.has(name) ? undefined : startAgent(telemetry, options, settings.traced);
    if (agent !== undefined) return { ...settings, agent };
    return isDefault(settings) && callSettingsIn(activeContext()) === undefined ? undefined : settings;
  } catch (error) {
    swallow(error); // getters of the application's options may throw
    return undefined;
  }
}

/** `traced`: the SDK makes a span for the agent, so the run is measured and gets no span from us. */
function startAgent(telemetry: CallRecorder, options: unknown, traced: boolean): AgentRun | undefined {
  const { name, id } = agentOf(options);
  if (name === undefined && !runsTools(options)) return undefined;
  const activity = startActivity(telemetry, () => ({
    operation: 'invoke_agent',
    traced: !traced,
    target: name,
    attributes: id === undefined ? {} : { [AGENT_ID]: id },
  }));
  return activity && new AgentRun(activity, asSignal(asObject(options)?.abortSignal));
}

/**
 * `generateText` ends with its promise. agent-end.ts sees the end of `streamText`; a result collected unread ends the
 * agent too.
 */
function callAgent(agent: AgentRun, call: () => unknown): unknown {
  let result: unknown;
  try {
    result = call();
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

/** Wraps a function whose parameter is a model, the name of a model, or options with a model. */
export function wrapModelParameter(patcher: Patcher, kind: ModelKind): Wrap {
  return (fn, recording) =>
    function (this: unknown, ...args: unknown[]): unknown {
      const parameter = args[0];
      if (recording() === undefined) return Reflect.apply(fn, this, args);
      if (typeof parameter !== 'string') {
        patchModelClass(patcher, kind, modelIn(parameter));
        return Reflect.apply(fn, this, args);
      }
      const result: unknown = Reflect.apply(fn, this, args);
      patchModelClass(patcher, kind, result);
      return result;
    };
}

function modelIn(parameter: unknown): unknown {
  const fields = asObject(parameter);
  return typeof fields?.specificationVersion === 'string' ? fields : fields?.model;
}
