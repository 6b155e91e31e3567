import { USAGE } from '../apps.ts';
import type { VersionedSdk } from '../table.ts';

/** `@anthropic-ai/sdk` in the matrix. */
export const anthropic: VersionedSdk = {
  module: '@anthropic-ai/sdk',
  versions: [
    { version: '0.27.3' },
    { version: '0.40.1' },
    { version: '0.60.0' },
    { version: '0.80.0' },
    { version: '0.137.0' },
    { version: '1.0.0' },
    { version: '1.10.0' },
    { version: '1.14.0', slice: { otel: '2.12', node: '20' } },
  ],
  app: {
    body: `
      const client = new (sdk.Anthropic ?? sdk.default)({ apiKey: 'test', baseURL: url, maxRetries: 0 });
      const request = {
        model: 'claude-sonnet', max_tokens: 99, messages: [{ role: 'user', content: 'Why is the sea blue?' }],
      };
      const answer = await client.messages.create(request);
      print(answer.content[0].text);
      for await (const event of await client.messages.create({ ...request, stream: true })) print(event.delta?.text ?? '');`,
    spanName: 'chat claude-sonnet',
    instrumentation: 'AnthropicInstrumentation',
    // Anthropic's own input count leaves out what was cached.
    usage: { ...USAGE, 'gen_ai.usage.input_tokens': 32, 'gen_ai.usage.cache_write.input_tokens': 0 },
  },
};
