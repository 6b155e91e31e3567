/** Reads LangChain's run configuration (`RunnableConfig`). */
import type { Attributes, Context } from '@opentelemetry/api';
import { CONVERSATION_ID } from '../../facts/semconv.ts';
import { contextWithAttributes } from '../../scope/custom-attributes.ts';
import { asArray, asObject, asSignal, asString } from '../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `RunnableConfig`, with fields of unknown shape. */
export type RunConfig = Fields;

/** Shared by all copies of this package: a copy may record the chain, and another copy the tool inside. */
const RUN_KEY = Symbol.for('@x/llm-otel.langchain.run');

/** A chain, a graph or a tool while it runs. */
export interface EnclosingRun {
  /** Without callbacks LangChain passes the run name of a chain to the runs inside the chain. */
  readonly runName: string | undefined;
}

/** The innermost run around `context`. */
export function enclosingRun(context: Context): EnclosingRun | undefined {
  return context.getValue(RUN_KEY) as EnclosingRun | undefined;
}

/** A child of `context` inside `run`. */
export function contextWithRun(context: Context, run: EnclosingRun): Context {
  return context.setValue(RUN_KEY, run);
}

/** The configuration in the options of a call. Older versions take a list of callbacks in place of the options. */
export function configOf(options: unknown): RunConfig {
  return asObject(asArray(options)?.[0] ?? options) ?? {};
}

/** The run name from the application: neither the name of the enclosing run nor the name of a node of a graph. */
export function runNameOf(config: RunConfig, outerRun: EnclosingRun | undefined): string | undefined {
  const name = asString(config.runName);
  if (name === undefined || name === outerRun?.runName) return undefined;
  return name === asObject(config.metadata)?.langgraph_node ? undefined : name;
}

/** A child of `context` with the conversation of the first configuration that names one (`thread_id`). */
export function contextWithThread(context: Context, ...configs: readonly unknown[]): Context {
  for (const config of configs) {
    const id = asObject(asObject(config)?.configurable)?.thread_id;
    if ((typeof id === 'string' && id !== '') || typeof id === 'number')
      return contextWithAttributes(context, { [CONVERSATION_ID]: String(id) });
  }
  return context;
}

/**
 * Tells whether an error is a failure of the run: an abort of the application or the interrupt of a graph is no
 * failure.
 */
export function isFailureIn(config: RunConfig): (error: unknown) => boolean {
  const signal = asSignal(config.signal);
  return (error) => {
    if (asObject(error)?.is_bubble_up === true) return false;
    if (signal?.aborted !== true) return true;
    return asObject(signal.reason)?.name === 'TimeoutError';
  };
}

/** Metadata written by LangChain and LangGraph. */
const FRAMEWORK_METADATA = /^(?:ls_|lc_|langgraph_|checkpoint_|__|thread_id$|timeoutMs$)/;
const FRAMEWORK_TAGS = /^(?:seq:step:|map:key:|graph:step:|langsmith:)/;

/** Attributes of a model call that only LangChain knows: run name, tags and metadata. */
export function callAttributes(self: unknown, config: RunConfig, outerRun: EnclosingRun | undefined): Attributes {
  const model = asObject(self) ?? {};
  const inherited = asObject(config.callbacks) ?? {};
  const attributes: Attributes = {};
  const runName = runNameOf(config, outerRun);
  if (runName !== undefined) attributes['llm_otel.langchain.run_name'] = runName;
  const tags = [inherited.inheritableTags, config.tags, model.tags].flatMap((list) => asArray(list) ?? []);
  const applicationTags = [
    ...new Set(tags.filter((tag) => typeof tag === 'string' && !FRAMEWORK_TAGS.test(tag))),
  ] as string[];
  if (applicationTags.length > 0) attributes['llm_otel.langchain.tags'] = applicationTags;
  const metadata = {
    ...asObject(inherited.inheritableMetadata),
    ...asObject(config.metadata),
    ...asObject(model.metadata),
  };
  for (const [name, value] of Object.entries(metadata))
    if (!FRAMEWORK_METADATA.test(name) && isPlain(value)) attributes[`llm_otel.langchain.metadata.${name}`] = value;
  return attributes;
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
