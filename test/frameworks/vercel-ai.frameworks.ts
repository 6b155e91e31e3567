import { beforeAll, describe, expect, test } from 'vitest';
import { complaints, runApplication } from '../support/application.ts';
import { type Folder, nodeBinary, packProject, prepareApplication } from '../support/folders.ts';

const VERSIONS = [
  { name: '5', dependencies: { ai: '5.0.277', '@ai-sdk/openai': '2.0.131', zod: '4.6.7' }, formats: ['mjs', 'cjs'] },
] as const;

const SOURCE = `
const openai = createOpenAI({ apiKey: 'test', baseURL: process.env.PROVIDER_URL + '/v1' });
async function main() {
  const { text, usage } = await generateText({ model: openai.chat('gpt-4o-mini'), prompt: 'Why is the sea blue?' });
  console.log(text, usage.totalTokens);
}
main();
`;

const LOAD = {
  mjs: `import { generateText } from 'ai';\nimport { createOpenAI } from '@ai-sdk/openai';\n`,
  cjs: `const { generateText } = require('ai');\nconst { createOpenAI } = require('@ai-sdk/openai');\n`,
} as const;

describe.each(VERSIONS)('ai $name', ({ name, dependencies, formats }) => {
  let folder: Folder;
  beforeAll(async () => {
    folder = await prepareApplication(`ai-${name}`, dependencies, await packProject());
  });

  test.each(formats)('%s: an application does the same with and without us', async (type) => {
    const run = async (nodeArgs: readonly string[]) =>
      runApplication({ node: await nodeBinary('24'), nodeArgs, source: LOAD[type] + SOURCE, type, cwd: folder.path });
    const plain = await run([]);
    const seen = await run(['--import', '@x/llm-otel/register']);
    expect(plain.result).toMatchObject({ code: 0, stdout: expect.stringMatching(/^The sea .* 41\n$/) });
    expect(seen.result).toMatchObject({ code: 0, stdout: plain.result.stdout });
    expect(complaints(seen.result.stderr)).toEqual([]);
    expect(seen.requests).toEqual(plain.requests);
  });
});
