import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeFakePackages } from '../providers/vercel-ai/fake-packages.ts';
import { complaints, runApplication } from '../support/application.ts';
import { LOADED, TYPES } from './application.ts';

/** Models of `@ai-sdk/*` called by the application itself, in a process with `register`. */

let packages: ReturnType<typeof writeFakePackages>;
beforeAll(() => {
  packages = writeFakePackages();
});
afterAll(() => packages.remove());

const IMPORTS = {
  mjs: `
    import { createDemo, demo } from '@ai-sdk/demo';
    import { createDemo as createCommunity } from 'community-provider';
    import { generateText } from 'ai';`,
  cjs: `
    const { createDemo, demo } = require('@ai-sdk/demo');
    const { createDemo: createCommunity } = require('community-provider');
    const { generateText } = require('ai');`,
} as const;

/** The provider made at import and a provider of the application; then models that `ai` alone brings. */
const BODY = `
async function main() {
  const answer = await demo.chat('m-exported').doGenerate({});
  const { stream } = await createDemo().chat('m-stream').doStream({});
  let parts = 0;
  for await (const part of stream) parts++;
  await createDemo().embedding('m-embed').doEmbed({ values: ['a'] });
  await createCommunity()('m-unseen').doGenerate({});
  await generateText({ model: createCommunity()('m-community') });
  const { text } = await generateText({ model: demo.chat('m-ai') });
  console.log(JSON.stringify([answer, parts, text, demo.chat('m').doGenerate.name, demo.chat('m').doGenerate.length]));
}
main();`;

describe.concurrent('models of @ai-sdk packages', () => {
  test.each(TYPES)('%s: one span a call, and the application sees no difference', async (type) => {
    const options = { type, source: IMPORTS[type] + BODY, cwd: packages.folder };
    const plain = await runApplication(options);
    const seen = await runApplication({ ...options, nodeArgs: LOADED[type], env: { LLM_OTEL_LOG: 'info' } });
    expect(plain.result.code).toBe(0);
    expect(seen.result).toMatchObject({ code: 0, stdout: plain.result.stdout });
    const names = seen.spans.map(({ name, attributes }) => [name, attributes['gen_ai.usage.input_tokens']]);
    expect(names).toEqual([
      ['chat m-exported', 24],
      ['chat m-stream', 24],
      ['embeddings m-embed', 24],
      ['chat m-community', 24],
      ['chat m-ai', 24],
    ]);
    const said = complaints(seen.result.stderr).join('\n');
    expect(said).toContain(`@ai-sdk/demo 3.0.0 (${type === 'mjs' ? 'ESM' : 'CommonJS'}) is recorded.`);
    expect(said).not.toContain('warning');
  });

  test('nothing is recorded if the variable switches the AI SDK off', async () => {
    const env = { LLM_OTEL_DISABLED_INSTRUMENTATIONS: 'vercel-ai' };
    const options = {
      type: 'mjs',
      source: IMPORTS.mjs + BODY,
      cwd: packages.folder,
      nodeArgs: LOADED.mjs,
      env,
    } as const;
    const { result, spans } = await runApplication(options);
    expect([result.code, spans]).toEqual([0, []]);
  });
});
