/** Recorded methods of LangChain's classes that make a request without an SDK: chat models and retrievers. */
import type { CallReader } from '../../facts/call.ts';
import { RETRIEVAL_TOP_K } from '../../facts/semconv.ts';
import { googleFailure } from '../reading/error-codes.ts';
import { asCount, asObject, asString } from '../reading/unknown-values.ts';
import { langchainMessages } from './content.ts';
import { chatRequest } from './request.ts';
import { generationFacts, generationOutput } from './response.ts';
import { ChunkReader } from './stream.ts';

/** Reader of `_generate`, or with `stream` of `_streamResponseChunks`, of a chat model. */
export function chatReader(stream: boolean): CallReader {
  return {
    operation: 'chat',
    request: (self, args) => chatRequest(self, args[1], stream),
    response: generationFacts,
    stream: (content, limit) => new ChunkReader(content ? limit : undefined),
    input: (args) => ({ messages: langchainMessages(args[0]) }),
    output: generationOutput,
    failure: googleFailure,
  };
}

/** Reader of `invoke` of a retriever. The vector store names the provider, if the retriever has a vector store. */
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
