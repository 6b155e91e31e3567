import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProviderServer, startProviderServer } from '../../support/provider-server.ts';
import { ROOT, runNode } from '../../support/spawn.ts';

/** Ways in which an application has a copy of the SDK that no hook can reach, and what has to be said about it. */
const DIST = JSON.stringify(`${ROOT}/dist/index.cjs`);
const CALL = `
  const client = new OpenAI({ apiKey: 'none', baseURL: process.env.PROVIDER + '/v1' });
  const answer = await client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] });
  console.log(answer.choices[0].message.role);
`;
const CASES: readonly { name: string; source: string; warns: boolean }[] = [
  {
    name: 'an ES module imported before the instrumentation',
    source: `import OpenAI from 'openai';
      const { OpenAIInstrumentation } = (await import(${DIST})).default;
      new OpenAIInstrumentation();${CALL}`,
    warns: true,
  },
  {
    name: 'the same, patched by hand',
    source: `import * as sdk from 'openai';
      const { OpenAIInstrumentation } = (await import(${DIST})).default;
      new OpenAIInstrumentation().patch(sdk);
      const OpenAI = sdk.default;${CALL}`,
    warns: false,
  },
  {
    name: 'a CommonJS module required before the instrumentation: it is found in the cache',
    source: `import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      const { OpenAI } = require('openai');
      const { OpenAIInstrumentation } = require(${DIST});
      new OpenAIInstrumentation();${CALL}`,
    warns: false,
  },
  {
    name: 'a minified bundle, whose classes have lost their names',
    source: `const { OpenAIInstrumentation } = (await import(${DIST})).default;
      new OpenAIInstrumentation();
      await fetch(process.env.PROVIDER, { headers: { 'user-agent': 'x/JS 7.55.0' } }).catch(() => {});
      console.log('assistant');`,
    warns: true,
  },
  {
    name: 'an SDK loaded after it',
    source: `const { OpenAIInstrumentation } = (await import(${DIST})).default;
      new OpenAIInstrumentation();
      const { OpenAI } = await import('openai');${CALL}`,
    warns: false,
  },
];

describe('an SDK that is not patched', () => {
  let server: ProviderServer;
  beforeAll(async () => {
    server = await startProviderServer();
  });
  afterAll(() => server.close());

  it.each(CASES)('$name: warns $warns', async ({ source, warns }) => {
    const run = await runNode({ source, cwd: ROOT, env: { PROVIDER: server.url } });
    expect(run).toMatchObject({ code: 0, stdout: 'assistant\n' });
    if (warns)
      expect(run.stderr).toMatch(
        /warning: openai \((?:OpenAI\/JS [\d.]+|x\/JS 7\.55\.0, minified)\) made a request that is not recorded.*register first/,
      );
    else expect(run.stderr).toBe('');
  });
});
