/** Spans of tools: `execute_tool`, with the id of the model's tool call if an agent passes the id on. */

import { TOOL_CALL_ID, TOOL_TYPE } from '../../facts/semconv.ts';
import { activeContext } from '../../otel/globals.ts';
import type { StartRun } from '../../patching/calls/run-in-context.ts';
import { startActivity } from '../../telemetry/activity/activity.ts';
import { asObject, asString } from '../reading/unknown-values.ts';
import { configOf, contextWithRun, contextWithThread, isFailureIn } from './config.ts';

/** Starts the span of one call of a tool, made by an agent or by the application. */
export const tool: StartRun = (telemetry, self, args) => {
  const config = configOf(args[1]);
  const target = asString(asObject(self)?.name);
  const call = toolCall(args[0]);
  const id = asString((call ?? toolCall(config.toolCall))?.id);
  const activity = startActivity(
    telemetry,
    () => ({
      operation: 'execute_tool',
      target,
      attributes: { [TOOL_TYPE]: 'function', ...(id !== undefined && { [TOOL_CALL_ID]: id }) },
      content: () => ({ arguments: call === undefined ? args[0] : call.args }),
    }),
    contextWithThread(activeContext(), config),
  );
  if (activity === undefined) return undefined;
  return {
    activity,
    context: contextWithRun(activity.context, { runName: target }),
    failed: isFailureIn(config),
    content: (result) => ({ result: resultOf(result) }),
  };
};

function toolCall(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const call = asObject(value);
  return call?.type === 'tool_call' && asString(call.id) !== undefined ? call : undefined;
}

/** LangChain wraps the answer to a model's tool call in a `ToolMessage`. */
function resultOf(result: unknown): unknown {
  const message = asObject(result);
  return message !== undefined && 'tool_call_id' in message ? message.content : result;
}
