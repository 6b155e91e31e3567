/**
 * Patches models that were not seen on load: objects passed to `patch()`, for applications with the packages in a bundle, and
 * packages loaded before the hooks.
 */
import type { Patcher } from '../../patching/wrapping/patcher.ts';
import type { ModelKind } from './methods.ts';
import { kindOfClass, kindOfModel } from './model-kind.ts';
import { patchModelClass } from './patch-model.ts';

/** Methods of AI SDK providers: each makes a model from a name, and sends nothing. */
const FACTORIES = {
  languageModel: 'language',
  chat: 'language',
  responses: 'language',
  completion: 'language',
  messages: 'language',
  embeddingModel: 'embedding',
  textEmbeddingModel: 'embedding',
  embedding: 'embedding',
  imageModel: 'image',
  image: 'image',
  speechModel: 'speech',
  speech: 'speech',
  transcriptionModel: 'transcription',
  transcription: 'transcription',
  rerankingModel: 'reranking',
  reranking: 'reranking',
} as const satisfies Readonly<Record<string, ModelKind>>;

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields | undefined =>
  (typeof value === 'object' && value !== null) || typeof value === 'function' ? (value as Fields) : undefined;

/**
 * Patches the models of a provider's package (`await import('@ai-sdk/openai')`), the models of a provider made by the
 * application, or a single model. Returns `false` for any other value.
 */
export function patchManually(target: unknown, patcher: Patcher): boolean {
  const exported = Object.entries(fieldsOf(target) ?? {});
  const patched = [
    patchValue(target, patcher),
    ...exported.map(([name, value]) => patchClass(name, value, patcher) || patchValue(value, patcher)),
  ];
  return patched.includes(true);
}

/** Patches `value` if `value` is a class of models, as some packages export. `name`: the name of the variable or the export. */
export function patchClass(name: string, value: unknown, patcher: Patcher): boolean {
  const kind = typeof value === 'function' ? kindOfClass(name) : undefined;
  return kind !== undefined && patchModelClass(patcher, kind, (value as { readonly prototype?: unknown }).prototype);
}

function patchValue(value: unknown, patcher: Patcher): boolean {
  const fields = fieldsOf(value);
  if (fields === undefined) return false;
  const kind = typeof fields.modelId === 'string' ? kindOfModel(fields) : undefined;
  let patched = kind !== undefined && patchModelClass(patcher, kind, fields);
  if (typeof fields.languageModel !== 'function' && typeof fields.textEmbeddingModel !== 'function') return patched;
  for (const [name, factory] of Object.entries(FACTORIES)) {
    const make = fields[name];
    if (typeof make !== 'function') continue;
    try {
      patchModelClass(patcher, factory, Reflect.apply(make, fields, ['-']));
      patched = true;
    } catch {
      // no models of this kind, or no settings for the provider in the environment
    }
  }
  return patched;
}
