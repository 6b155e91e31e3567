/** Spans of chains and graphs: `invoke_workflow`, or `invoke_agent` for the graph of an agent. */

import { AGENT_DESCRIPTION } from '../../facts/semconv.ts';
import { activeContext } from '../../otel/globals.ts';
import type { ContextRun, StartRun } from '../../patching/calls/run-in-context.ts';
import {
  type Activity,
  type ActivityContent,
  type ActivityFacts,
  startActivity,
} from '../../telemetry/activity/activity.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';
import {
  configOf,
  contextWithRun,
  contextWithThread,
  enclosingRun,
  isFailureIn,
  type RunConfig,
  runNameOf,
} from './config.ts';
import { langchainMessages } from './content.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Run names of the chains made by `withStructuredOutput`. */
const STRUCTURED_OUTPUT = /StructuredOutput(?:Runnable)?$/;

/** True for a model with structured output: a chain of a model and a parser, but a model for the application. */
function isModelWithParser(self: unknown, name: string | undefined): boolean {
  if (name !== undefined) return STRUCTURED_OUTPUT.test(name);
  const first = asObject(asObject(self)?.first);
  const model = asObject(asObject(first?.steps)?.raw) ?? first;
  return [model?.defaultOptions, model?.config, model?.kwargs].some(
    (options) => asObject(options)?.ls_structured_output_format !== undefined,
  );
}

/** Names that LangChain gives by default. */
const DEFAULT_NAMES: ReadonlySet<unknown> = new Set(['LangGraph', 'RunnableSequence', 'RunnableMap', 'RunnableLambda']);

function applicationName(self: unknown): string | undefined {
  const name = asString(asObject(self)?.name);
  return DEFAULT_NAMES.has(name) ? undefined : name;
}

/** Starts the span of a chain: of the outermost run, or with `named` of every run with a name from the application. */
export function chain(named: boolean): StartRun {
  return (telemetry, self, args) => {
    const config = configOf(args[1]);
    const parent = activeContext();
    const outerRun = enclosingRun(parent);
    const runName = runNameOf(config, outerRun);
    const name = runName ?? applicationName(self);
    if (outerRun !== undefined && !(named && name !== undefined)) return undefined;
    const context = contextWithThread(parent, config);
    const silent = isHidden(config) || isModelWithParser(self, name);
    const activity = silent
      ? undefined
      : startActivity(telemetry, () => ({ operation: 'invoke_workflow', target: name }), context);
    return contextRun(activity, activity?.context ?? context, config, runName);
  };
}

const isHidden = (config: RunConfig): boolean => asArray(config.tags)?.includes('langsmith:hidden') === true;

function contextRun(
  activity: Activity | undefined,
  context: ContextRun['context'],
  config: RunConfig,
  runName?: string,
): ContextRun {
  return { activity, context: contextWithRun(context, { runName }), failed: isFailureIn(config) };
}

/** Starts the span of a compiled graph of LangGraph. A graph inside a run has a span only as an agent or with a name. */
export const graph: StartRun = (telemetry, self, args) => {
  const config = configOf(args[1]);
  const fields = asObject(self) ?? {};
  const parent = activeContext();
  const outerRun = enclosingRun(parent);
  const runName = runNameOf(config, outerRun);
  const agent = isAgent(fields);
  // For an agent its own name goes before the run name: the metrics of agents are grouped by name.
  const target = agent ? (applicationName(self) ?? runName) : (runName ?? applicationName(self));
  if (outerRun !== undefined && !agent && target === undefined) return undefined;
  const context = contextWithThread(parent, config, fields.config);
  const describe = (): ActivityFacts => graphFacts(fields, agent, target, args[0]);
  const activity = startActivity(telemetry, describe, context);
  return { ...contextRun(activity, activity?.context ?? context, config, runName), content: outputOf };
};

/** The newest message of the final state, if the graph's stream ended with a state. */
function outputOf(state: unknown): ActivityContent {
  const newest = asArray(asObject(state)?.messages)?.at(-1);
  return newest === undefined ? {} : { output: langchainMessages([newest]) };
}

function graphFacts(fields: Fields, agent: boolean, target: string | undefined, input: unknown): ActivityFacts {
  const description = agent ? asString(fields.description) : undefined;
  return {
    operation: agent ? 'invoke_agent' : 'invoke_workflow',
    target,
    attributes: description === undefined ? {} : { [AGENT_DESCRIPTION]: description },
    content: () => ({ input: langchainMessages(asObject(input)?.messages) }),
  };
}

/** True for a graph of LangGraph, local or remote. */
export const isGraph = (self: unknown): boolean => asObject(self)?.lg_is_pregel === true;

/**
 * True for a loop of a model and its tools: built by `createAgent`, by `createReactAgent`, or with nodes of the same
 * names.
 */
function isAgent({ nodes, config }: Fields): boolean {
  if (asObject(asObject(config)?.metadata)?.ls_integration === 'langchain_create_agent') return true;
  const names = asObject(nodes) ?? {};
  return 'model_request' in names || ('agent' in names && 'tools' in names);
}
