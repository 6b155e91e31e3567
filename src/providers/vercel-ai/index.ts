import type { Provider } from '../../patching/provider.ts';
import type { Bindings } from '../../patching/wrapping/binding.ts';
import { isRecorded, type Patcher } from '../../patching/wrapping/patcher.ts';
import { asObject } from '../reading/unknown-values.ts';
import { sdks } from '../sdks.ts';
import { openChannelSpan, recordSpan } from './calls/agent-end.ts';
import { ENTRY_FUNCTIONS, wrapEntryFunction, wrapModelParameter } from './calls/entry-functions.ts';
import { executeToolCall, selectAttributes } from './calls/tools.ts';
import type { ModelKind } from './methods.ts';
import { patchClass, patchManually } from './patch-manually.ts';

/** Kinds of models, as written in the names of the SDK's functions with a model parameter. */
const MODEL_KIND_NAMES = {
  Language: 'language',
  Embedding: 'embedding',
  Image: 'image',
  Speech: 'speech',
  Transcription: 'transcription',
  Reranking: 'reranking',
} as const satisfies Readonly<Record<string, ModelKind>>;

/**
 * The Vercel AI SDK, `ai` 5 to 7. The SDK calls `fetch` directly, so we patch its models. No export leads to the models:
 * functions with a model parameter are replaced in the scope of the SDK's module. Models may also be called without the SDK, so
 * the classes of the packages `@ai-sdk/*` are patched on load. All three major versions are patched in
 * the same way, because only patched models give exact data. The hooks of 7 report three attempts as a single call, do not
 * run during the model call of `generateObject` and `embed`, and are skipped by a call with its own integrations. The hook
 * of 5 and 6 is a tracer: tracers see neither chunks nor the provider's token counts.
 */
export const vercelAI = {
  ...sdks.vercelAI,
  patch(exports, patcher, bindings) {
    if (bindings === undefined) {
      const generateText = asObject(exports)?.generateText; // only `ai` itself: nothing can be patched without its scope
      return generateText === undefined ? patchManually(exports, patcher) : isRecorded(generateText);
    }
    if (!('generateText' in bindings)) return patchClasses(bindings, patcher);
    for (const name of Object.keys(ENTRY_FUNCTIONS) as (keyof typeof ENTRY_FUNCTIONS)[])
      patcher.rebind(bindings[name], wrapEntryFunction(patcher, name));
    let patched = false;
    for (const [word, kind] of Object.entries(MODEL_KIND_NAMES))
      for (const name of [`resolve${word}Model`, `as${word}ModelV3`, `as${word}ModelV4`, `wrap${word}Model`])
        patched = patcher.rebind(bindings[name], wrapModelParameter(patcher, kind)) || patched;
    patcher.rebind(bindings.recordSpan, recordSpan);
    patcher.rebind(bindings.selectTelemetryAttributes, selectAttributes);
    patcher.rebind(bindings.executeToolCall, executeToolCall);
    patcher.rebind(bindings.openTelemetryChannelSpanContext, openChannelSpan);
    return patched;
  },
} as const satisfies Provider;

/** The classes of a package `@ai-sdk/*`. */
function patchClasses(bindings: Bindings, patcher: Patcher): boolean {
  const patched = Object.entries(bindings).map(([name, { get }]) => patchClass(name, get(), patcher));
  return patched.includes(true);
}
