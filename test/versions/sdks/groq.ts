import { USAGE } from '../apps.ts';
import type { VersionedSdk } from '../table.ts';

/** `groq-sdk` in the matrix. */
export const groq: VersionedSdk = {
  module: 'groq-sdk',
  versions: [{ version: '0.3.0' }, { version: '1.6.0', slice: { otel: '2.12', node: '20' } }],
  app: {
    body: `
      const client = new sdk.Groq({ apiKey: 'test', baseURL: url, maxRetries: 0 });
      const request = { model: 'model-1', messages: [{ role: 'user', content: 'Why is the sea blue?' }] };
      const answer = await client.chat.completions.create(request);
      print(answer.choices[0].message.content);
      const stream = await client.chat.completions.create({
        ...request, stream: true, stream_options: { include_usage: true },
      });
      for await (const chunk of stream) print(chunk.choices[0]?.delta.content ?? '');`,
    spanName: 'chat model-1',
    instrumentation: 'GroqInstrumentation',
    usage: { ...USAGE, 'gen_ai.usage.audio.input_tokens': 0, 'gen_ai.usage.audio.output_tokens': 0 },
  },
};
