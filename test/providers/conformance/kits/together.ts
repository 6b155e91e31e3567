import { json } from '../server.ts';
import type { Kit } from '../types.ts';
import { openaiShapedKit } from './openai-shaped.ts';

/** Kit of the `together-ai` package. */
export const together: Kit = openaiShapedKit({
  module: 'together-ai',
  clientClass: 'Together',
  instrumentation: 'TogetherInstrumentation',
  cases: [
    {
      name: 'together: rerank',
      spans: [{ operation: 'rerank', finishReasons: null }],
      run: async (t) => {
        const { client } = t.open(json({ model: 'rank-1', results: [{ index: 0, relevance_score: 1 }] }));
        const { rerank } = client as { readonly rerank: { create(body: object): Promise<object> } };
        return await rerank.create({ model: 'rank-1', query: 'sea', documents: ['blue'] });
      },
    },
  ],
});
