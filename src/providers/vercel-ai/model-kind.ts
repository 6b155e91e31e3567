/** Finds the kind of a model, by the name of its class and by its methods. */
import type { ModelKind } from './methods.ts';

/** Last words of the names of classes in the packages `@ai-sdk/*`. The class of a model for videos has no row. */
const KIND_BY_LAST_WORD = {
  LanguageModel: 'language',
  EmbeddingModel: 'embedding',
  ImageModel: 'image',
  SpeechModel: 'speech',
  TranscriptionModel: 'transcription',
  RerankingModel: 'reranking',
} as const satisfies Readonly<Record<string, ModelKind>>;

/** The kind of a model whose class has the name `className`. */
export function kindOfClass(className: string): ModelKind | undefined {
  return Object.entries(KIND_BY_LAST_WORD).find(([word]) => className.endsWith(word))?.[1];
}

/**
 * The kind of `model`. Models for transcriptions may have the methods of a language model, so the name of the class goes before
 * the methods; minifiers shorten the name. Several kinds of models have `doGenerate` alone.
 */
export function kindOfModel(model: object): ModelKind | undefined {
  const fields = model as Readonly<Record<string, unknown>>;
  const { constructor: modelClass, doGenerate, doStream, doEmbed, doRerank } = fields;
  const isMethod = [doGenerate, doStream, doEmbed, doRerank].map((method) => typeof method === 'function');
  if (!isMethod.includes(true)) return undefined;
  const byName = typeof modelClass === 'function' ? kindOfClass(String(modelClass.name)) : undefined;
  if (byName !== undefined) return byName;
  const [generates, streams, embeds, reranks] = isMethod;
  if (embeds) return 'embedding';
  if (reranks) return 'reranking';
  return generates && streams ? 'language' : undefined;
}
