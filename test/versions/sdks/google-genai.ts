import { GOOGLE_USAGE } from '../apps.ts';
import type { VersionedSdk } from '../table.ts';

/** `@google/genai` in the matrix. */
export const googleGenAI: VersionedSdk = {
  module: '@google/genai',
  versions: [
    { version: '1.0.0', formats: ['esm'] },
    { version: '1.52.0' },
    { version: '2.32.0' },
    { version: '3.1.0' },
    { version: '3.3.0', slice: { otel: '3.1', node: '24' } },
  ],
  app: {
    body: `
      const client = new sdk.GoogleGenAI({ apiKey: 'test', httpOptions: { baseUrl: url } });
      const request = { model: 'gemini-flash', contents: 'Why is the sea blue?' };
      print((await client.models.generateContent(request)).text);
      for await (const chunk of await client.models.generateContentStream(request)) print(chunk.text ?? '');`,
    spanName: 'generate_content gemini-flash',
    instrumentation: 'GoogleGenAIInstrumentation',
    usage: GOOGLE_USAGE,
  },
};
