/** Register on real Nodes that are older than the tested Nodes; `npm run test:old-nodes` installs the Nodes from npm. */
import { describe, expect, it } from 'vitest';
import { nodeBinary } from '../support/folders.ts';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { startProviderServer } from '../support/provider-server.ts';
import { runNode } from '../support/spawn.ts';

/** What register does on a version of Node: `none` where the flag does not exist. */
const NODES = {
  '16.20.2': { require: 'warns', import: 'none' },
  '18.20.8': { require: 'warns', import: 'warns' },
  '20.15.1': { require: 'warns', import: 'warns' },
  '22.1.0': { require: 'warns', import: 'warns' },
  '20.16.0': { require: 'records', import: 'records' },
  '22.3.0': { require: 'records', import: 'records' },
  '22.11.0': { require: 'records', import: 'records' },
} as const satisfies Readonly<Record<string, Readonly<Record<'require' | 'import', 'warns' | 'records' | 'none'>>>>;

const CALL = `client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] })
  .then((answer) => console.log(answer.choices[0].message.role));`;
const CLIENT = "new OpenAI({ apiKey: 'k', baseURL: process.env.PROVIDER_URL + '/v1' })";
/** Applications without newer syntax; the SDK itself needs Node 20. */
const APPLICATIONS = {
  records: {
    mjs: `import OpenAI from 'openai'; const client = ${CLIENT}; ${CALL}`,
    cjs: `const { OpenAI } = require('openai'); const client = ${CLIENT}; ${CALL}`,
  },
  warns: { mjs: "console.log('assistant');", cjs: "console.log('assistant');" },
} as const;

const WARNING = (version: string): string =>
  `@x/llm-otel: warning: @x/llm-otel/register needs process.getBuiltinModule, and Node v${version} has no such function, so nothing is recorded. Use Node 20.19, 22.15 or newer.\n`;

describe.each(Object.entries(NODES))('Node %s', (version, expected) => {
  const rows = (['require', 'import'] as const)
    .filter((flag) => expected[flag] !== 'none')
    .flatMap((flag) =>
      (['mjs', 'cjs'] as const).flatMap((type) => [false, true].map((options) => ({ flag, type, options }))),
    );

  it.each(rows)('--$flag, $type (NODE_OPTIONS: $options)', async ({ flag, type, options }) => {
    const [node, provider, receiver] = await Promise.all([
      nodeBinary(version),
      startProviderServer(),
      startOtlpReceiver(),
    ]);
    const does = expected[flag] as 'warns' | 'records';
    const run = await runNode({
      node,
      type,
      source: APPLICATIONS[does][type],
      nodeArgs: options ? [] : [`--${flag}`, '@x/llm-otel/register'],
      env: {
        PROVIDER_URL: provider.url,
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        ...(options ? { NODE_OPTIONS: `--${flag} @x/llm-otel/register` } : {}),
      },
    });
    expect(run).toMatchObject({ code: 0, stdout: 'assistant\n', stderr: does === 'warns' ? WARNING(version) : '' });
    expect(receiver.spans().map(({ name }) => name)).toEqual(does === 'warns' ? [] : ['chat gpt-4o-mini']);
    await Promise.all([provider.close(), receiver.close()]);
  });

  it('is quiet at LLM_OTEL_LOG=none, and says at info what is the matter', async () => {
    const node = await nodeBinary(version);
    const nodeArgs = ['--require', '@x/llm-otel/register'];
    const common = { node, type: 'cjs', source: '', nodeArgs } as const;
    expect((await runNode({ ...common, env: { LLM_OTEL_LOG: 'none' } })).stderr).toBe('');
    const { stderr } = await runNode({ ...common, env: { LLM_OTEL_LOG: 'info' } });
    expect(stderr).toContain(expected.require === 'warns' ? WARNING(version) : `Node ${version} is not tested.`);
  });
});
