/** Retrievers: `retrieval`, whatever they search. */
import type { CallReader } from '../../facts/call.ts';
import { RETRIEVAL_TOP_K } from '../../facts/semconv.ts';
import { asCount, asObject, asString } from '../reading/unknown-values.ts';

/** How `invoke` of a retriever is read: what it searches says its vector store, if it has one. */
export const retrieverReader: CallReader = {
  operation: 'retrieval',
  request(self) {
    const { vectorStore, k } = asObject(self) ?? {};
    const type = asObject(vectorStore)?._vectorstoreType;
    const provider = typeof type === 'function' ? asString(type.call(vectorStore)) : undefined;
    const topK = asCount(k);
    return {
      operation: 'retrieval',
      provider: provider ?? 'langchain',
      attributes: topK === undefined ? {} : { [RETRIEVAL_TOP_K]: topK },
    };
  },
  response: () => ({}),
};
