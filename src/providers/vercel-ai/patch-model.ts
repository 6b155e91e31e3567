/**
 * Patches the classes of models. A model class may come from any package, so it is patched when the SDK takes the
 * model; the classes of the packages `@ai-sdk/*` already on load, for calls without the SDK.
 */
import { types } from 'node:util';
import type { CallReader } from '../../facts/call.ts';
import { OPERATION_NAME } from '../../facts/semconv.ts';
import { activeContext, callWith, spanOf } from '../../otel/globals.ts';
import { streamFieldCalls } from '../../patching/calls/stream-field-calls.ts';
import { type MakeCall, ownerOf, type Patcher, type Wrap } from '../../patching/wrapping/patcher.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { readSafely, swallow } from '../../runtime/guard.ts';
import { FrameworkOwnedSpan } from '../../telemetry/other-spans/framework-owned-span.ts';
import { SdkOwnedSpan } from '../../telemetry/other-spans/sdk-owned-span.ts';
import { asObject, asSignal } from '../reading/unknown-values.ts';
import { type CallSettings, callSettingsIn } from './calls/call-settings.ts';
import { MODEL_METHODS, type ModelKind, withoutContent } from './methods.ts';

/** Parts that are no chunks of the answer: added by the SDK before the first chunk, or copies of the response body. */
const NO_CHUNKS: ReadonlySet<unknown> = new Set(['stream-start', 'raw']);

const signalOf = (_self: unknown, [options]: readonly unknown[]): AbortSignal | undefined => {
  return asSignal(asObject(options)?.abortSignal);
};

const isChunk = (part: unknown): boolean => !NO_CHUNKS.has(asObject(part)?.type);

const makeCall: MakeCall = (operation, method, self, args) => {
  const agent = callSettingsIn(activeContext())?.agent;
  return streamFieldCalls(signalOf, isChunk, agent)(operation, method, self, args);
};

/** Records a method of a model, with the settings of the call in which the model is called. */
function recordedModelMethod(reader: CallReader): Wrap {
  return (method, recording) =>
    function (this: unknown, ...args: unknown[]): unknown {
      const telemetry = recording();
      const settings = telemetry && callSettingsIn(activeContext());
      if (telemetry === undefined || settings?.silent === true || isOfVersion1(this))
        return Reflect.apply(method, this, args);
      const permitted = settings === undefined ? reader : withoutContent(reader, settings.inputs, settings.outputs);
      const operation = telemetry.start(permitted, this, args, sdkSpanOf(reader, settings));
      if (operation === undefined) return Reflect.apply(method, this, args);
      if (operation.contextOnly) return callWith(operation.context, method, this, args);
      return makeCall(operation, method, this, args);
    };
}

/** Models for `ai` 4 have options and answers of a different form, and `ai` 5 to 7 refuse such a model. */
const isOfVersion1 = (model: unknown): boolean =>
  readSafely(() => (model as { readonly specificationVersion?: unknown }).specificationVersion === 'v1', false);

/** Names of the spans of `ai` 5 and 6, and of the older integrations of 7, for one model call. */
const SDK_SPAN = /^ai\.\w+\.do[A-Z]/;

/**
 * The span that the SDK itself has made for this model call, if any. Only an active, recording span counts: with telemetry
 * switched on the SDK still records nothing if its copy of the API does not know the application's provider.
 */
function sdkSpanOf(reader: CallReader, settings: CallSettings | undefined): SdkOwnedSpan | undefined {
  if (settings === undefined || !settings.traced) return undefined;
  if (settings.hidden) return new SdkOwnedSpan(false);
  try {
    const span = spanOf(activeContext());
    if (span?.isRecording() !== true) return undefined;
    const { name, attributes } = span as { readonly name?: unknown; readonly attributes?: unknown };
    const isSdkSpan = SDK_SPAN.test(String(name)) || asObject(attributes)?.[OPERATION_NAME] === reader.operation;
    return isSdkSpan ? new FrameworkOwnedSpan(span) : undefined;
  } catch (error) {
    swallow(error); // the getters of an application's span may throw
    return undefined;
  }
}

/**
 * Middleware may answer without the model, and the model behind the middleware is patched separately. Nothing but the
 * source text of the method tells the SDK's middleware from a model: the method calls `wrapGenerate` and the like, options of
 * the application, whose names minifiers keep. Checked with `ai` 5.0, 6.0 and 7.0: see "middleware" in
 * test/frameworks/vercel-ai/scenarios.ts.
 */
const isMiddleware = (method: AnyFunction): boolean => /\bwrap(?:Generate|Stream|Embed)\b/.test(String(method));

/**
 * Patches the class of `model`, or the model itself if the model is a plain object. `model` may be the prototype of a class.
 * Returns `false` if `model` has no method of `kind`. Never throws.
 */
export function patchModelClass(patcher: Patcher, kind: ModelKind, model: unknown): boolean {
  try {
    if (typeof model !== 'object' || model === null) return false;
    const owners = new Set<object>();
    let found = false;
    for (const [name, reader] of Object.entries(MODEL_METHODS[kind])) {
      const owner = ownerOf(model, name);
      if (owner === undefined) continue;
      found = true;
      // The SDK puts a proxy around a model of an older specification; the model behind the proxy is patched already.
      if (patcher.seenPrototypes.has(owner) || types.isProxy(owner)) continue;
      owners.add(owner);
      const method = (owner as Readonly<Record<string, unknown>>)[name];
      if (typeof method === 'function' && !isMiddleware(method)) patcher.wrap(owner, name, recordedModelMethod(reader));
    }
    for (const owner of owners) patcher.seenPrototypes.add(owner);
    return found;
  } catch (error) {
    swallow(error); // the traps of an application's proxy may throw
    return false;
  }
}
