import type { Provider } from '../../patching/provider.ts';
import { isRecorded } from '../../patching/wrapping/patcher.ts';
import { asObject } from '../reading/unknown-values.ts';
import { sdks } from '../sdks.ts';
import { openChannelSpan, recordSpan } from './agent-end.ts';
import { CALLS, call, wrapModelParameter } from './calls.ts';
import type { Kind } from './methods.ts';
import { patchByHand } from './patch-manually.ts';
import { executeToolCall, selectAttributes } from './tools.ts';

/** Kinds of models in the names of the functions that take one. */
const MODEL_KIND_NAMES = {
  Language: 'language',
  Embedding: 'embedding',
  Image: 'image',
  Speech: 'speech',
  Transcription: 'transcription',
  Reranking: 'reranking',
} as const satisfies Readonly<Record<string, Kind>>;

/**
 * The Vercel AI SDK, `ai` 5 to 7. It calls `fetch` itself, so its models are what is patched, and nothing that it exports
 * leads to them: the functions by which it takes a model are replaced in the scope of its module. One mechanism for all
 * three major versions, because it alone is exact. The hooks of 7 know of one call where there were three attempts, are
 * not told of the model call of `generateObject` and `embed` while it runs, and are passed over by a call that brings
 * integrations of its own; those of 5 and 6 are a tracer, which sees neither chunks nor the provider's token counts.
 */
export const vercelAI = {
  ...sdks.vercelAI,
  patch(exports, patcher, bindings) {
    if (bindings === undefined) {
      const own = asObject(exports)?.generateText; // `ai` itself: without its scope there is nothing to patch in it
      return own === undefined ? patchByHand(exports, patcher) : isRecorded(own);
    }
    for (const name of Object.keys(CALLS) as (keyof typeof CALLS)[])
      patcher.rebind(bindings[name], call(patcher, name));
    let models = false;
    for (const [word, kind] of Object.entries(MODEL_KIND_NAMES))
      for (const name of [`resolve${word}Model`, `as${word}ModelV3`, `as${word}ModelV4`, `wrap${word}Model`])
        models = patcher.rebind(bindings[name], wrapModelParameter(patcher, kind)) || models;
    patcher.rebind(bindings.recordSpan, recordSpan);
    patcher.rebind(bindings.selectTelemetryAttributes, selectAttributes);
    patcher.rebind(bindings.executeToolCall, executeToolCall);
    patcher.rebind(bindings.openTelemetryChannelSpanContext, openChannelSpan);
    return models;
  },
} as const satisfies Provider;
