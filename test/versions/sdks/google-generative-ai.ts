import { GOOGLE_USAGE } from '../apps.ts';
import type { VersionedSdk } from '../table.ts';

/** `@google/generative-ai` in the matrix. */
export const googleGenerativeAI: VersionedSdk = {
  module: '@google/generative-ai',
  versions: [{ version: '0.1.3' }, { version: '0.12.0' }, { version: '0.24.1', slice: { otel: '2.12', node: '20' } }],
  app: {
    // The first versions have no option for the URL.
    body: `
      const { fetch } = globalThis;
      globalThis.fetch = (to, init) => fetch(String(to).replace('https://generativelanguage.googleapis.com', url), init);
      const model = new sdk.GoogleGenerativeAI('test').getGenerativeModel({ model: 'gemini-flash' });
      const { response } = await model.generateContent('Why is the sea blue?');
      print(response.text());
      const { stream } = await model.generateContentStream('Why is the sea blue?');
      for await (const chunk of stream) print(chunk.text());`,
    spanName: 'generate_content gemini-flash',
    instrumentation: 'GoogleGenerativeAIInstrumentation',
    usage: GOOGLE_USAGE,
  },
};
