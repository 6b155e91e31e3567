/** What LangChain's run configuration says of a call. */
import type { Attributes, Context } from '@opentelemetry/api';
import { CONVERSATION_ID } from '../../facts/semconv.ts';
import { contextWithAttributes } from '../../scope/custom-attributes.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `RunnableConfig`, by whose fields everything is known that does not come from the object itself. */
export type RunConfig = Fields;

/** Shared by all copies of this package: one may record the chain and another the tool in it. */
const RUN_KEY = Symbol.for('@x/llm-otel.langchain.run');

/** A chain, a graph or a tool that is running. */
export interface RunAround {
  /** Without callbacks LangChain hands the run name of a chain down to what runs in it. */
  readonly runName: string | undefined;
}

/** The run that `context` is in. */
export function runAround(context: Context): RunAround | undefined {
  return context.getValue(RUN_KEY) as RunAround | undefined;
}

/** `context` inside of a run. */
export function contextWithRun(context: Context, run: RunAround): Context {
  return context.setValue(RUN_KEY, run);
}

/** Options of a call; older versions take a list of callbacks in their place. */
export function configOf(options: unknown): RunConfig {
  return asObject(asArray(options)?.[0] ?? options) ?? {};
}

/** The name the application gave to this run: not one that was handed down, nor that of a node of a graph. */
export function runNameOf(config: RunConfig, around: RunAround | undefined): string | undefined {
  const name = asString(config.runName);
  if (name === undefined || name === around?.runName) return undefined;
  return name === asObject(config.metadata)?.langgraph_node ? undefined : name;
}

/** `context` with the conversation that the configuration, or that of the graph, names. */
export function contextWithThread(context: Context, ...configs: readonly unknown[]): Context {
  for (const config of configs) {
    const id = asObject(asObject(config)?.configurable)?.thread_id;
    if ((typeof id === 'string' && id !== '') || typeof id === 'number')
      return contextWithAttributes(context, { [CONVERSATION_ID]: String(id) });
  }
  return context;
}

/** Did the run fail with `error`? Not if the application gave up, nor if a graph was interrupted to ask somebody. */
export function failedWith(config: RunConfig): (error: unknown) => boolean {
  const { signal } = config;
  return (error) => {
    if (asObject(error)?.is_bubble_up === true) return false;
    if (!(signal instanceof AbortSignal) || !signal.aborted) return true;
    return asObject(signal.reason)?.name === 'TimeoutError';
  };
}

/** Metadata that LangChain and LangGraph write themselves. */
const OWN_METADATA = /^(?:ls_|lc_|langgraph_|checkpoint_|__|thread_id$|timeoutMs$)/;
const OWN_TAGS = /^(?:seq:step:|map:key:|graph:step:|langsmith:)/;

/** What only LangChain knows of a model call: run name, tags and metadata. */
export function callAttributes(self: unknown, config: RunConfig, around: RunAround | undefined): Attributes {
  const model = asObject(self) ?? {};
  const inherited = asObject(config.callbacks) ?? {};
  const attributes: Attributes = {};
  const runName = runNameOf(config, around);
  if (runName !== undefined) attributes['llm_otel.langchain.run_name'] = runName;
  const tags = [inherited.inheritableTags, config.tags, model.tags].flatMap((list) => asArray(list) ?? []);
  const named = [...new Set(tags.filter((tag) => typeof tag === 'string' && !OWN_TAGS.test(tag)))] as string[];
  if (named.length > 0) attributes['llm_otel.langchain.tags'] = named;
  const metadata = {
    ...asObject(inherited.inheritableMetadata),
    ...asObject(config.metadata),
    ...asObject(model.metadata),
  };
  for (const [name, value] of Object.entries(metadata))
    if (!OWN_METADATA.test(name) && isPlain(value)) attributes[`llm_otel.langchain.metadata.${name}`] = value;
  return attributes;
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
