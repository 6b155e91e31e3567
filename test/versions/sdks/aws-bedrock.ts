import type { VersionedSdk } from '../table.ts';

/** `@aws-sdk/client-bedrock-runtime` in the matrix. */
export const awsBedrock: VersionedSdk = {
  module: '@aws-sdk/client-bedrock-runtime',
  // 3.587 is the first with Converse.
  versions: [{ version: '3.587.0' }, { version: '3.1164.0', slice: { otel: '2.12', node: '20' } }],
  app: {
    // The default handler speaks HTTP/2: the handler of the application makes a request with fetch.
    body: `
      const answer = async (request) => {
        const { protocol, hostname, port, path, method, headers, body } = request;
        const response = await fetch(protocol + '//' + hostname + ':' + port + path, { method, headers, body });
        return { response: { statusCode: response.status, headers: Object.fromEntries(response.headers), body: response.body } };
      };
      const client = new sdk.BedrockRuntimeClient({
        region: 'us-east-1', credentials: { accessKeyId: 'key', secretAccessKey: 'secret' }, endpoint: url,
        requestHandler: { metadata: { handlerProtocol: 'http/1.1' }, handle: answer },
      });
      const input = { modelId: 'model-1', messages: [{ role: 'user', content: [{ text: 'Why is the sea blue?' }] }] };
      const { output } = await client.send(new sdk.ConverseCommand(input));
      print(output.message.content[0].text);
      const { stream } = await client.send(new sdk.ConverseStreamCommand(input));
      for await (const event of stream) print(event.contentBlockDelta?.delta.text ?? '');`,
    spanName: 'chat model-1',
    instrumentation: 'AwsBedrockInstrumentation',
    usage: {
      'gen_ai.usage.input_tokens': 24,
      'gen_ai.usage.output_tokens': 17,
      'gen_ai.usage.cache_read.input_tokens': 8,
    },
  },
};
