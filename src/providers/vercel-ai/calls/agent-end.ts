/** Sees the end of streamed agents, in two functions of the SDK that are called at the end of a stream. */

import { activeContext } from '../../../otel/globals.ts';
import type { Wrap } from '../../../patching/wrapping/patcher.ts';
import type { AnyFunction } from '../../../runtime/any-function.ts';
import { asObject } from '../../reading/unknown-values.ts';
import type { AgentRun } from './agent-run.ts';
import { callSettingsIn } from './call-settings.ts';
import { spanView } from './span-view.ts';
import { toolSpan } from './tools.ts';

/** `recordSpan` of `ai` 5 and 6: all work of the SDK goes through the function, traced or not. */
export const recordSpan: Wrap = (fn, recording) =>
  function (this: unknown, ...args: unknown[]): unknown {
    const telemetry = recording();
    const options = asObject(args[0]);
    const body = options?.fn;
    if (telemetry === undefined || typeof body !== 'function') return Reflect.apply(fn, this, args);
    const settings = callSettingsIn(activeContext());
    if (settings?.silent === true) return Reflect.apply(fn, this, args);
    let replaced: AnyFunction | undefined;
    if (options?.name === 'ai.toolCall') replaced = toolSpan(telemetry, options.attributes, body);
    else if (options?.name === 'ai.streamText' && settings?.agent !== undefined)
      replaced = rootSpan(settings.agent, body);
    return Reflect.apply(fn, this, replaced === undefined ? args : [{ ...options, fn: replaced }]);
  };

/** The SDK ends the root span of `streamText` after the whole stream has been read and every callback has run. */
function rootSpan(agent: AgentRun, body: AnyFunction): AnyFunction {
  return async (span: object): Promise<unknown> => {
    const observedSpan = spanView(span, { end: () => agent.end() });
    try {
      return (await Reflect.apply(body, undefined, [observedSpan])) as unknown;
    } catch (error) {
      agent.fail(error);
      throw error;
    }
  };
}

/** `openTelemetryChannelSpanContext` of `ai` 7: its argument has a promise for the end of every long-lived span. */
export const openChannelSpan: Wrap = (fn, recording) =>
  function (this: unknown, ...args: unknown[]): unknown {
    const agent = recording() && callSettingsIn(activeContext())?.agent;
    const options = asObject(args[0]);
    const { completion } = options ?? {};
    if (agent !== undefined && asObject(options?.message)?.type === 'streamText' && completion instanceof Promise)
      completion.then(
        () => agent.end(),
        (error: unknown) => agent.fail(error),
      );
    return Reflect.apply(fn, this, args);
  };
