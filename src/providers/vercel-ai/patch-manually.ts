/** What an application passes to `patch()`: its bundle holds `ai`, so that no file of it is ever loaded. */
import type { Patcher } from '../../patching/wrapping/patcher.ts';
import { swallow } from '../../runtime/guard.ts';
import type { Kind } from './methods.ts';
import { patchModelClass } from './models.ts';

/** How the methods of providers are called that make a model from its name. They send nothing. */
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
} as const satisfies Readonly<Record<string, Kind>>;

/** Methods that tell what kind of model has them. `doGenerate` alone does not. */
const METHODS = { doStream: 'language', doEmbed: 'embedding', doRerank: 'reranking' } as const satisfies Record<
  string,
  Kind
>;

type Loose = Readonly<Record<string, unknown>>;

const loose = (value: unknown): Loose | undefined =>
  (typeof value === 'object' && value !== null) || typeof value === 'function' ? (value as Loose) : undefined;

/**
 * Patches the models of a provider's package (`await import('@ai-sdk/openai')`), of a provider that the application has
 * made, or one model. `false` if it is none of these.
 */
export function patchByHand(given: unknown, patcher: Patcher): boolean {
  const all = [given, ...Object.values(loose(given) ?? {})].map((value) => patchOne(value, patcher));
  return all.includes(true);
}

function patchOne(value: unknown, patcher: Patcher): boolean {
  const thing = loose(value);
  if (thing === undefined) return false;
  let known = false;
  for (const [name, kind] of Object.entries(METHODS)) {
    if (typeof thing[name] !== 'function' || typeof thing.modelId !== 'string') continue;
    patchModelClass(patcher, kind, thing);
    known = true;
  }
  if (typeof thing.languageModel !== 'function' && typeof thing.textEmbeddingModel !== 'function') return known;
  for (const [name, kind] of Object.entries(FACTORIES)) {
    const factory = thing[name];
    if (typeof factory !== 'function') continue;
    try {
      patchModelClass(patcher, kind, Reflect.apply(factory, thing, ['-']));
      known = true;
    } catch (error) {
      swallow(error); // a provider without models of this kind
    }
  }
  return known;
}
