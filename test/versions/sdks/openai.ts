import { USAGE } from '../apps.ts';
import type { VersionedSdk } from '../table.ts';

/** `openai` in the matrix. */
export const openai: VersionedSdk = {
  module: 'openai',
  versions: [
    { version: '4.28.0' },
    { version: '4.104.0', slice: { otel: '1.30', node: '20' } },
    { version: '5.23.2' },
    { version: '6.49.0', slice: { otel: '2.12', node: '20' } },
    { version: '7.55.0' },
    { version: '7.59.0', slice: { otel: '3.1', node: '24' } },
  ],
  app: {
    body: `
      const client = new sdk.OpenAI({ apiKey: 'test', baseURL: url + '/v1', maxRetries: 0 });
      const request = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Why is the sea blue?' }] };
      const answer = await client.chat.completions.create(request);
      print(answer.choices[0].message.content);
      const stream = await client.chat.completions.create({
        ...request, stream: true, stream_options: { include_usage: true },
      });
      for await (const chunk of stream) print(chunk.choices[0]?.delta.content ?? '');`,
    spanName: 'chat gpt-4o-mini',
    instrumentation: 'OpenAIInstrumentation',
    usage: { ...USAGE, 'gen_ai.usage.audio.input_tokens': 0, 'gen_ai.usage.audio.output_tokens': 0 },
  },
};
