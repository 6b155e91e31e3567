// The tests of a provider.

/** Paths and texts. */
export function testFiles(sdk) {
  const { name } = sdk;
  return {
    [`test/providers/${name}/conformance.test.ts`]: `import { describeConformance } from '../conformance.ts';

describeConformance({ provider: '${name}' });
`,
    [`test/providers/${name}/readers.test.ts`]: readers(sdk),
    [`test/providers/conformance/kits/${name}.ts`]: kit(sdk),
    [`test/versions/sdks/${name}.ts`]: versions(sdk),
  };
}

const kit = ({ key, module, client, className }) => `import type { Kit } from '../types.ts';
import { openaiShapedKit } from './openai-shaped.ts';

/** Kit of the \`${module}\` package. */
export const ${key}: Kit = openaiShapedKit({
  module: '${module}',
  clientClass: '${client}',
  instrumentation: '${className}Instrumentation',
});
`;

const versions = ({ key, module, client, className, version }) => `import { USAGE } from '../apps.ts';
import type { VersionedSdk } from '../table.ts';

/** \`${module}\` in the matrix. */
export const ${key}: VersionedSdk = {
  module: '${module}',
  versions: [{ version: '${version}', slice: { otel: '2.12', node: '20' } }],
  app: {
    body: \`
      const client = new sdk.${client}({ apiKey: 'test', baseURL: url + '/v1', maxRetries: 0 });
      const request = { model: 'model-1', messages: [{ role: 'user', content: 'Why is the sea blue?' }] };
      const answer = await client.chat.completions.create(request);
      print(answer.choices[0].message.content);
      const stream = await client.chat.completions.create({
        ...request, stream: true, stream_options: { include_usage: true },
      });
      for await (const chunk of stream) print(chunk.choices[0]?.delta.content ?? '');\`,
    spanName: 'chat model-1',
    instrumentation: '${className}Instrumentation',
    usage: { ...USAGE, 'gen_ai.usage.audio.input_tokens': 0, 'gen_ai.usage.audio.output_tokens': 0 },
  },
};
`;

const readers = ({ name, provider }) => `import { METHODS } from '../../../src/providers/${name}/methods.ts';
import { describeChatReaders } from '../chat-readers.ts';

describeChatReaders(METHODS, '${provider}');
`;
