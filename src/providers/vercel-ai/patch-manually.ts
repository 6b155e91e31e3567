/** Patches objects passed to `patch()`, for applications with `ai` in a bundle: no file of `ai` is loaded then. */
import type { Patcher } from '../../patching/wrapping/patcher.ts';
import { swallow } from '../../runtime/guard.ts';
import type { ModelKind } from './methods.ts';
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

/**
 * Methods by which a model's kind is recognised. `doGenerate` is missing, because several kinds of models have the
 * method.
 */
const KIND_BY_METHOD = { doStream: 'language', doEmbed: 'embedding', doRerank: 'reranking' } as const satisfies Record<
  string,
  ModelKind
>;

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields | undefined =>
  (typeof value === 'object' && value !== null) || typeof value === 'function' ? (value as Fields) : undefined;

/**
 * Patches the models of a provider's package (`await import('@ai-sdk/openai')`), the models of a provider made by the
 * application, or a single model. Returns `false` for any other value.
 */
export function patchManually(target: unknown, patcher: Patcher): boolean {
  const patched = [target, ...Object.values(fieldsOf(target) ?? {})].map((value) => patchValue(value, patcher));
  return patched.includes(true);
}

function patchValue(value: unknown, patcher: Patcher): boolean {
  const fields = fieldsOf(value);
  if (fields === undefined) return false;
  let patched = false;
  for (const [name, kind] of Object.entries(KIND_BY_METHOD)) {
    if (typeof fields[name] !== 'function' || typeof fields.modelId !== 'string') continue;
    patchModelClass(patcher, kind, fields);
    patched = true;
  }
  if (typeof fields.languageModel !== 'function' && typeof fields.textEmbeddingModel !== 'function') return patched;
  for (const [name, kind] of Object.entries(FACTORIES)) {
    const factory = fields[name];
    if (typeof factory !== 'function') continue;
    try {
      patchModelClass(patcher, kind, Reflect.apply(factory, fields, ['-']));
      patched = true;
    } catch (error) {
      swallow(error); // the provider has no models of this kind
    }
  }
  return patched;
}
