/** Sees streamed agents end, by functions in which the SDK itself takes note of it. */

import { activeContext } from '../../otel/globals.ts';
import type { Wrap } from '../../patching/wrapping/patcher.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { asObject } from '../reading/unknown-values.ts';
import { type AgentRun, runIn } from './call-settings.ts';
import { spanView } from './span-view.ts';
import { toolSpan } from './tools.ts';

/** `recordSpan` of `ai` 5 and 6, through which all that they do goes, whether they trace it or not. */
export const recordSpan: Wrap = (fn, recording) =>
  function (this: unknown, ...args: unknown[]): unknown {
    const telemetry = recording();
    const given = asObject(args[0]);
    const body = given?.fn;
    if (telemetry === undefined || typeof body !== 'function') return Reflect.apply(fn, this, args);
    const run = runIn(activeContext());
    if (run?.silent === true) return Reflect.apply(fn, this, args);
    let replaced: AnyFunction | undefined;
    if (given?.name === 'ai.toolCall') replaced = toolSpan(telemetry, given.attributes, body);
    else if (given?.name === 'ai.streamText' && run?.agent !== undefined) replaced = rootSpan(run.agent, body);
    return Reflect.apply(fn, this, replaced === undefined ? args : [{ ...given, fn: replaced }]);
  };

/** The root span of `streamText` is ended when everything has been read and every callback has run. */
function rootSpan(agent: AgentRun, body: AnyFunction): AnyFunction {
  return async (span: object): Promise<unknown> => {
    const seen = spanView(span, { end: () => agent.end() });
    try {
      return (await Reflect.apply(body, undefined, [seen])) as unknown;
    } catch (error) {
      agent.fail(error);
      throw error;
    }
  };
}

/** `openTelemetryChannelSpanContext` of `ai` 7, which is told of the end of every long-lived span. */
export const openChannelSpan: Wrap = (fn, recording) =>
  function (this: unknown, ...args: unknown[]): unknown {
    const agent = recording() && runIn(activeContext())?.agent;
    const given = asObject(args[0]);
    const { completion } = given ?? {};
    if (agent !== undefined && asObject(given?.message)?.type === 'streamText' && completion instanceof Promise)
      completion.then(
        () => agent.end(),
        (error: unknown) => agent.fail(error),
      );
    return Reflect.apply(fn, this, args);
  };
