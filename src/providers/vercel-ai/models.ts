/** Catches what models are asked, whoever made their classes: a model is met where the SDK takes it. */
import { types } from 'node:util';
import type { CallReader } from '../../facts/call.ts';
import { OPERATION_NAME } from '../../facts/semconv.ts';
import { activeContext, callWith, spanOf } from '../../otel/globals.ts';
import { modelCalls } from '../../patching/calls/stream-field-calls.ts';
import { type MakeCall, ownerOf, type Patcher, type Wrap } from '../../patching/wrapping/patcher.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { swallow } from '../../runtime/guard.ts';
import { FrameworkOwnedSpan } from '../../telemetry/other-spans/framework-owned-span.ts';
import { SdkOwnedSpan } from '../../telemetry/other-spans/sdk-owned-span.ts';
import { asObject } from '../reading/unknown-values.ts';
import { type CallSettings, runIn } from './call-settings.ts';
import { KINDS, type Kind, withoutContent } from './methods.ts';

/** Parts that the SDK puts into a stream before the model has said anything, and copies of what came over the wire. */
const NO_CHUNKS: ReadonlySet<unknown> = new Set(['stream-start', 'raw']);

const signalOf = (_self: unknown, [options]: readonly unknown[]): AbortSignal | undefined => {
  const signal = asObject(options)?.abortSignal;
  return signal instanceof AbortSignal ? signal : undefined;
};

const isChunk = (part: unknown): boolean => !NO_CHUNKS.has(asObject(part)?.type);

const makeCall: MakeCall = (operation, method, self, args) => {
  const agent = runIn(activeContext())?.agent;
  return modelCalls(signalOf, isChunk, agent)(operation, method, self, args);
};

/** A method of a model, recorded as the call it is made for wants it. */
function recorded(reader: CallReader): Wrap {
  return (method, recording) =>
    function (this: unknown, ...args: unknown[]): unknown {
      const telemetry = recording();
      const run = telemetry && runIn(activeContext());
      if (telemetry === undefined || run?.silent === true) return Reflect.apply(method, this, args);
      const asked = run === undefined ? reader : withoutContent(reader, run.inputs, run.outputs);
      const operation = telemetry.start(asked, this, args, sdkSpanOf(reader, run));
      if (operation === undefined) return Reflect.apply(method, this, args);
      if (operation.contextOnly) return callWith(operation.context, method, this, args);
      return makeCall(operation, method, this, args);
    };
}

/** Names of the spans that `ai` 5 and 6, and the older of the integrations of 7, make for one model call. */
const OWN_SPAN = /^ai\.\w+\.do[A-Z]/;

/**
 * Stands for the span that the SDK itself makes for this model call, if it makes one. That is seen by the span that is
 * active and records: an SDK whose telemetry is switched on records nothing if its copy of the API does not know the
 * application's provider.
 */
function sdkSpanOf(reader: CallReader, run: CallSettings | undefined): SdkOwnedSpan | undefined {
  if (run === undefined || !run.traced) return undefined;
  if (run.hidden) return new SdkOwnedSpan(false);
  try {
    const span = spanOf(activeContext());
    if (span?.isRecording() !== true) return undefined;
    const { name, attributes } = span as { readonly name?: unknown; readonly attributes?: unknown };
    const same = OWN_SPAN.test(String(name)) || asObject(attributes)?.[OPERATION_NAME] === reader.operation;
    return same ? new FrameworkOwnedSpan(span) : undefined;
  } catch (error) {
    swallow(error); // a span of the application's
    return undefined;
  }
}

/** Middleware decides whether it asks the model at all, and the model that it asks is met by itself. */
const isMiddleware = (method: AnyFunction): boolean => /\bwrap(?:Generate|Stream|Embed)\b/.test(String(method));

/** Patches the class of `model`, or the model itself if it has none. Never throws. */
export function patchModelClass(patcher: Patcher, kind: Kind, model: unknown): void {
  try {
    if (typeof model !== 'object' || model === null) return;
    const owners = new Set<object>();
    for (const [name, reader] of Object.entries(KINDS[kind])) {
      const owner = ownerOf(model, name);
      // What the SDK makes of a model of an older specification is a proxy, and the model behind it has been met.
      if (owner === undefined || patcher.visited.has(owner) || types.isProxy(owner)) continue;
      owners.add(owner);
      const method = (owner as Readonly<Record<string, unknown>>)[name];
      if (typeof method === 'function' && !isMiddleware(method)) patcher.wrap(owner, name, recorded(reader));
    }
    for (const owner of owners) patcher.visited.add(owner);
  } catch (error) {
    swallow(error); // a proxy of the application's
  }
}
