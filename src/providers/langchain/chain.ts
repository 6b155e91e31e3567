/** Chains and graphs: `invoke_workflow`, and `invoke_agent` for a graph that is an agent. */

import { AGENT_DESCRIPTION } from '../../facts/semconv.ts';
import { activeContext } from '../../otel/globals.ts';
import type { ContextRun, StartRun } from '../../patching/calls/run-in-context.ts';
import { type Activity, type ActivityContent, startActivity } from '../../telemetry/activity/activity.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';
import {
  configOf,
  contextWithRun,
  contextWithThread,
  failedWith,
  type RunConfig,
  runAround,
  runNameOf,
} from './config.ts';
import { langchainMessages } from './content.ts';

/** Run names of what `withStructuredOutput` makes of a model. */
const STRUCTURED_OUTPUT = /StructuredOutput(?:Runnable)?$/;

/** A model with structured output is a chain of a model and a parser; for the application it is the model. */
function isModel(self: unknown, name: string | undefined): boolean {
  if (name !== undefined) return STRUCTURED_OUTPUT.test(name);
  const first = asObject(asObject(self)?.first);
  const model = asObject(asObject(first?.steps)?.raw) ?? first;
  return [model?.defaultOptions, model?.config, model?.kwargs].some(
    (options) => asObject(options)?.ls_structured_output_format !== undefined,
  );
}

/** Names that nobody gave. */
const DEFAULT_NAMES: ReadonlySet<unknown> = new Set(['LangGraph', 'RunnableSequence', 'RunnableMap', 'RunnableLambda']);

function givenName(self: unknown): string | undefined {
  const name = asString(asObject(self)?.name);
  return DEFAULT_NAMES.has(name) ? undefined : name;
}

/** A chain has a span if it is the outermost run, or (`named`) if the application gave it a name. */
export function chain(named: boolean): StartRun {
  return (telemetry, self, args) => {
    const config = configOf(args[1]);
    const parent = activeContext();
    const around = runAround(parent);
    const runName = runNameOf(config, around);
    const name = runName ?? givenName(self);
    if (around !== undefined && !(named && name !== undefined)) return undefined;
    const context = contextWithThread(parent, config);
    const silent = isHidden(config) || isModel(self, name);
    const activity = silent
      ? undefined
      : startActivity(telemetry, () => ({ operation: 'invoke_workflow', target: name }), context);
    return inRun(activity, activity?.context ?? context, config, runName);
  };
}

const isHidden = (config: RunConfig): boolean => asArray(config.tags)?.includes('langsmith:hidden') === true;

function inRun(
  activity: Activity | undefined,
  context: ContextRun['context'],
  config: RunConfig,
  runName?: string,
): ContextRun {
  return { activity, context: contextWithRun(context, { runName }), failed: failedWith(config) };
}

/** A compiled graph of LangGraph. One inside of another has a span if it is an agent or has a name. */
export const graph: StartRun = (telemetry, self, args) => {
  const config = configOf(args[1]);
  const own = asObject(self) ?? {};
  const parent = activeContext();
  const around = runAround(parent);
  const runName = runNameOf(config, around);
  const agent = isAgent(own);
  // A run name says what this run is for; an agent is called by its own name, which is what its metrics are told apart by.
  const name = agent ? (givenName(self) ?? runName) : (runName ?? givenName(self));
  if (around !== undefined && !agent && name === undefined) return undefined;
  const context = contextWithThread(parent, config, own.config);
  const activity = startGraph(telemetry, agent, name, own, args[0], context);
  return { ...inRun(activity, activity?.context ?? context, config, runName), content: outputOf };
};

/** The newest message of a state, if the graph's stream ended with a state. */
function outputOf(state: unknown): ActivityContent {
  const newest = asArray(asObject(state)?.messages)?.at(-1);
  return newest === undefined ? {} : { output: langchainMessages([newest]) };
}

function startGraph(
  telemetry: CallRecorder,
  agent: boolean,
  target: string | undefined,
  own: Readonly<Record<string, unknown>>,
  input: unknown,
  context: ContextRun['context'],
): Activity | undefined {
  const description = agent ? asString(own.description) : undefined;
  return startActivity(
    telemetry,
    () => ({
      operation: agent ? 'invoke_agent' : 'invoke_workflow',
      target,
      attributes: description === undefined ? {} : { [AGENT_DESCRIPTION]: description },
      content: () => ({ input: langchainMessages(asObject(input)?.messages) }),
    }),
    context,
  );
}

/** Is it a graph of LangGraph, of this process or a remote one? */
export const isGraph = (self: unknown): boolean => asObject(self)?.lg_is_pregel === true;

/** The loop of a model and its tools: what `createAgent` and `createReactAgent` build, or the same by hand. */
function isAgent({ nodes, config }: Readonly<Record<string, unknown>>): boolean {
  if (asObject(asObject(config)?.metadata)?.ls_integration === 'langchain_create_agent') return true;
  const names = asObject(nodes) ?? {};
  return 'model_request' in names || ('agent' in names && 'tools' in names);
}
