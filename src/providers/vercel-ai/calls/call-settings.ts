/** Telemetry settings of one call of the AI SDK, carried in the context for the model calls and tools inside the call. */
import type { Context } from '@opentelemetry/api';
import { SILENCED_KEY } from '../../../otel/globals.ts';
import { asObject, asString } from '../../reading/unknown-values.ts';
import type { AgentRun } from './agent-run.ts';

/** Shared by all copies of this package in a process. */
const SETTINGS_KEY = Symbol.for('@x/llm-otel.vercel-ai');

/** Telemetry options of a call, and the agent started for the call. */
export interface CallSettings {
  /** `isEnabled: false`: nothing of the call is recorded. */
  readonly silent: boolean;
  readonly inputs: boolean;
  readonly outputs: boolean;
  /** The SDK makes its own spans for this call. */
  readonly traced: boolean;
  /** The integration's span for the model call is not active during the model call, so we cannot find the span. */
  readonly hidden: boolean;
  /** Set if the call is the run of an agent. */
  readonly agent?: AgentRun | undefined;
}

/** Settings of the call running in `context`. */
export function callSettingsIn(context: Context): CallSettings | undefined {
  return context.getValue(SETTINGS_KEY) as CallSettings | undefined;
}

/** A child of `context` with `settings`. */
export function contextWithCallSettings(context: Context, settings: CallSettings): Context {
  const marked = settings.silent ? context.setValue(SILENCED_KEY, true) : context;
  return marked.setValue(SETTINGS_KEY, settings);
}

/** Settings of a call without telemetry options. */
const DEFAULT_SETTINGS: CallSettings = { silent: false, inputs: true, outputs: true, traced: false, hidden: false };

/** Functions of `ai` 7 in which an integration can run the model call in a context of the integration. */
const OPEN_TO_INTEGRATIONS: ReadonlySet<string> = new Set(['generateText', 'streamText']);

/** `telemetry` of `ai` 7, `experimental_telemetry` of 5 and 6. */
function telemetryOf(options: unknown): Readonly<Record<string, unknown>> | undefined {
  const { telemetry, experimental_telemetry } = asObject(options) ?? {};
  return asObject(telemetry ?? experimental_telemetry);
}

/** Settings of a call of the function `functionName`; {@link isDefault} holds if the options set nothing. */
export function readCallSettings(functionName: string, options: unknown): CallSettings {
  const telemetry = telemetryOf(options);
  if (telemetry?.isEnabled === false) return { ...DEFAULT_SETTINGS, silent: true };
  const integrated = hasTracer(telemetry?.integrations ?? globalIntegrations());
  if (telemetry === undefined && !integrated) return DEFAULT_SETTINGS;
  return {
    silent: false,
    inputs: telemetry?.recordInputs !== false,
    outputs: telemetry?.recordOutputs !== false,
    traced: telemetry?.isEnabled === true || integrated,
    hidden: integrated && !OPEN_TO_INTEGRATIONS.has(functionName),
  };
}

/** True if `settings` change nothing: the context of the call then needs no settings. */
export function isDefault(settings: CallSettings): boolean {
  return settings === DEFAULT_SETTINGS;
}

function globalIntegrations(): unknown {
  return (globalThis as { readonly AI_SDK_TELEMETRY_INTEGRATIONS?: unknown }).AI_SDK_TELEMETRY_INTEGRATIONS;
}

/** The integrations of `@ai-sdk/otel` keep their tracer in a property. */
function hasTracer(integrations: unknown): boolean {
  const list = Array.isArray(integrations) ? integrations : integrations === undefined ? [] : [integrations];
  return list.some((integration) => typeof asObject(asObject(integration)?.tracer)?.startSpan === 'function');
}

/** Name and id of the agent: `functionId` of the telemetry options names the agent before `name` and `id` do. */
export function agentOf(options: unknown): { readonly name: string | undefined; readonly id: string | undefined } {
  const fields = asObject(options) ?? {};
  const id = asString(fields.id);
  return { name: asString(telemetryOf(options)?.functionId) ?? asString(fields.name) ?? id, id };
}

/** True if the SDK executes at least one tool: the call is then a loop of model calls and tools. */
export function runsTools(options: unknown): boolean {
  const tools = asObject(asObject(options)?.tools);
  return Object.values(tools ?? {}).some((tool) => typeof asObject(tool)?.execute === 'function');
}
