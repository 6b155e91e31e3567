import { beforeAll, describe, expect, test } from 'vitest';
import { complaints, runApplication } from '../support/application.ts';
import { modelSpans } from '../support/duplicates.ts';
import { type Folder, nodeBinary, packProject, prepareApplication } from '../support/folders.ts';

/**
 * contrib's instrumentation of AWS beside register: one model span, ours. Its span is the span of the transport, without
 * attributes of a model call, and its metrics of model calls are not recorded.
 */
const CONTRIB = '@opentelemetry/instrumentation-aws-sdk';

const VERSIONS = [
  { contrib: '0.79.0', api: '1.10.0', sdk: '0.301.0' },
  { contrib: '0.78.0', api: '1.9.1', sdk: '0.223.0' },
] as const;

const SOURCE = `
const { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } = require('@aws-sdk/client-bedrock-runtime');
const { NodeHttpHandler } = require('@smithy/node-http-handler');
(async () => {
  const client = new BedrockRuntimeClient({
    region: 'us-east-1', endpoint: process.env.PROVIDER_URL, requestHandler: new NodeHttpHandler(),
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  });
  const input = { modelId: 'model-1', messages: [{ role: 'user', content: [{ text: 'Why is the sea blue?' }] }] };
  console.log((await client.send(new ConverseCommand(input))).output.message.content[0].text);
  const { stream } = await client.send(new ConverseStreamCommand(input));
  for await (const event of stream) console.log(Object.keys(event)[0]);
})();`;

const TELEMETRY = `
const { NodeSDK } = require('@opentelemetry/sdk-node');
const { AwsInstrumentation } = require('${CONTRIB}');
const sdk = new NodeSDK({ instrumentations: [new AwsInstrumentation()] });
sdk.start();
process.once('beforeExit', () => sdk.shutdown());
`;

describe.each(VERSIONS)('contrib $contrib', ({ contrib, api, sdk }) => {
  let folder: Folder;
  beforeAll(async () => {
    const dependencies = {
      '@aws-sdk/client-bedrock-runtime': '3.1164.0',
      '@smithy/node-http-handler': '4.14.2',
      '@opentelemetry/api': api,
      '@opentelemetry/sdk-node': sdk,
      [CONTRIB]: contrib,
    };
    folder = await prepareApplication('aws-sdk', dependencies, await packProject());
  });

  const run = async (register: 'none' | 'first' | 'last', env: Record<string, string> = {}) => {
    const load = `require('@x/llm-otel/register');\n`;
    const source = { none: TELEMETRY, first: load + TELEMETRY, last: TELEMETRY + load }[register] + SOURCE;
    return runApplication({
      node: await nodeBinary('24'),
      nodeArgs: [],
      source,
      type: 'cjs',
      cwd: folder.path,
      env: { OTEL_TRACES_EXPORTER: 'otlp', OTEL_METRICS_EXPORTER: 'otlp', OTEL_LOGS_EXPORTER: 'none', ...env },
    });
  };

  test.each(['first', 'last'] as const)('register %s', async (order) => {
    const plain = await run('none');
    const seen = await run(order);
    expect(seen.result).toMatchObject({ code: 0, stdout: plain.result.stdout });
    expect(complaints(seen.result.stderr)).toEqual([]);
    expect(modelSpans(seen.spans)).toEqual(Array(2).fill('@x/llm-otel/aws-bedrock'));
    const theirs = seen.spans.filter(({ scope }) => scope.name === CONTRIB);
    expect(theirs.map(({ name }) => name).sort()).toEqual(['BedrockRuntime.Converse', 'BedrockRuntime.ConverseStream']);
    const names = theirs.flatMap(({ attributes }) => Object.keys(attributes));
    expect(names.filter((name) => name.startsWith('gen_ai.'))).toEqual([]);
    const recorders = seen.metrics.filter(({ name }) => name.startsWith('gen_ai.')).map(({ scope }) => scope.name);
    expect(new Set(recorders)).toEqual(new Set(['@x/llm-otel/aws-bedrock']));
  });

  test('keep', async () => {
    const seen = await run('first', { LLM_OTEL_OTHER_INSTRUMENTATIONS: 'keep' });
    expect(modelSpans(seen.spans).sort()).toEqual([
      ...Array(2).fill(CONTRIB),
      ...Array(2).fill('@x/llm-otel/aws-bedrock'),
    ]);
  });
});
