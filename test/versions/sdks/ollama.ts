import type { VersionedSdk } from '../table.ts';

/** `ollama` in the matrix. */
export const ollama: VersionedSdk = {
  module: 'ollama',
  versions: [{ version: '0.5.0' }, { version: '0.6.4', slice: { otel: '2.12', node: '20' } }],
  app: {
    body: `
      const client = new sdk.Ollama({ host: url });
      const request = { model: 'llama3.2', messages: [{ role: 'user', content: 'Why is the sea blue?' }] };
      print((await client.chat({ ...request })).message.content);
      for await (const chunk of await client.chat({ ...request, stream: true })) print(chunk.message.content);`,
    spanName: 'chat llama3.2',
    instrumentation: 'OllamaInstrumentation',
    usage: { 'gen_ai.usage.input_tokens': 24, 'gen_ai.usage.output_tokens': 17 },
  },
};
