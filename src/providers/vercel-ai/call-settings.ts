/** One call of a function of the AI SDK, as the model calls and tools that it makes have to know it. */
import type { Context } from '@opentelemetry/api';
import type { Activity } from '../../telemetry/activity/activity.ts';
import { addOpenOperation, type OpenOperation, removeOpenOperation } from '../../telemetry/call/open-operations.ts';
import { isAbort } from '../../telemetry/error.ts';
import { asObject, asString } from '../reading/unknown-values.ts';

/** Shared by all copies of this package in a process. */
const RUN_KEY = Symbol.for('@x/llm-otel.vercel-ai');

/** What the application said of the telemetry of a call, and what was made of it. */
export interface CallSettings {
  /** `isEnabled: false`: nothing of the call is recorded. */
  readonly silent: boolean;
  readonly inputs: boolean;
  readonly outputs: boolean;
  /** The SDK makes spans of its own for this call. */
  readonly traced: boolean;
  /** Those spans have one for the model call that is not active while it is made: it cannot be found. */
  readonly hidden: boolean;
  /** The agent that the call is, if it is one. */
  readonly agent?: AgentRun | undefined;
}

/** The call that is running in `context`. */
export function runIn(context: Context): CallSettings | undefined {
  return context.getValue(RUN_KEY) as CallSettings | undefined;
}

/** `context` inside of `run`. */
export function contextWithCallSettings(context: Context, run: CallSettings): Context {
  return context.setValue(RUN_KEY, run);
}

/** Nothing was said. */
const PLAIN: CallSettings = { silent: false, inputs: true, outputs: true, traced: false, hidden: false };

/** Functions of `ai` 7 that let an integration run the model call in its own context. */
const OPEN_TO_INTEGRATIONS: ReadonlySet<string> = new Set(['generateText', 'streamText']);

/** `telemetry` of `ai` 7, `experimental_telemetry` of 5 and 6. */
function telemetryOf(options: unknown): Readonly<Record<string, unknown>> | undefined {
  const { telemetry, experimental_telemetry } = asObject(options) ?? {};
  return asObject(telemetry ?? experimental_telemetry);
}

/** What the options of a call to the function `name` say; {@link isPlain} if they say nothing. */
export function runOf(name: string, options: unknown): CallSettings {
  const telemetry = telemetryOf(options);
  if (telemetry?.isEnabled === false) return { ...PLAIN, silent: true };
  const integrated = hasTracer(telemetry?.integrations ?? globalIntegrations());
  if (telemetry === undefined && !integrated) return PLAIN;
  return {
    silent: false,
    inputs: telemetry?.recordInputs !== false,
    outputs: telemetry?.recordOutputs !== false,
    traced: telemetry?.isEnabled === true || integrated,
    hidden: integrated && !OPEN_TO_INTEGRATIONS.has(name),
  };
}

/** Does a call with this need nothing but what is done for every call? */
export function isPlain(run: CallSettings): boolean {
  return run === PLAIN;
}

function globalIntegrations(): unknown {
  return (globalThis as { readonly AI_SDK_TELEMETRY_INTEGRATIONS?: unknown }).AI_SDK_TELEMETRY_INTEGRATIONS;
}

/** The integrations of `@ai-sdk/otel` keep their tracer in a property. */
function hasTracer(integrations: unknown): boolean {
  const list = Array.isArray(integrations) ? integrations : integrations === undefined ? [] : [integrations];
  return list.some((integration) => typeof asObject(asObject(integration)?.tracer)?.startSpan === 'function');
}

/** Name and id of the agent that a call is: its own, or the function that the application says it stands for. */
export function agentOf(options: unknown): { readonly name: string | undefined; readonly id: string | undefined } {
  const given = asObject(options) ?? {};
  const id = asString(given.id);
  return { name: asString(telemetryOf(options)?.functionId) ?? asString(given.name) ?? id, id };
}

/** Is there a tool that the SDK runs itself? Then the call is a loop of model calls and tools. */
export function runsTools(options: unknown): boolean {
  const tools = asObject(asObject(options)?.tools);
  return Object.values(tools ?? {}).some((tool) => typeof asObject(tool)?.execute === 'function');
}

/** An agent whose end is seen elsewhere than its start. Ended at exit like a model call. */
export class AgentRun implements OpenOperation {
  older: OpenOperation | undefined;
  newer: OpenOperation | undefined;
  retryOptions: unknown;
  readonly #activity: Activity;
  #failure: unknown;

  constructor(activity: Activity) {
    this.#activity = activity;
    addOpenOperation(this);
  }

  get context(): Context {
    return this.#activity.context;
  }

  /** One of its model calls has failed: that is not its end yet. */
  failed(error: unknown): void {
    this.#failure = error;
  }

  /** It came to its end, or was left. */
  end(): void {
    removeOpenOperation(this);
    this.#failure = undefined;
    this.#activity.end();
  }

  /** It threw `error`. */
  fail(error: unknown): void {
    removeOpenOperation(this);
    const cause = this.#causeOf(error);
    this.#failure = undefined;
    if (isAbort(cause)) this.#activity.end();
    else this.#activity.fail(cause);
  }

  /** What was thrown last, of an error that stands for several attempts or says only that nothing came. */
  #causeOf(error: unknown): unknown {
    const { name, lastError } = asObject(error) ?? {};
    if (name === 'AI_RetryError') return lastError ?? error;
    return name === 'AI_NoOutputGeneratedError' ? (this.#failure ?? error) : error;
  }

  /** The process is about to exit, or nobody reads the answer. */
  abandon(): void {
    this.end();
  }
}
