import { expect, test } from 'vitest';
import { runNode } from './spawn.ts';

// Runs against dist, which `npm test` builds.
test('the demo shows every call of its applications and ends by itself', async () => {
  const { code, stdout } = await runNode({ file: 'examples/demo/run.mjs', env: { COLUMNS: '80', FORCE_COLOR: '0' } });
  expect(stdout).toContain('\nΣ total: 12 model calls · 2,678 in · 913 out · $0.006516 · 1 error · 13 traces\n');
  expect(stdout).toContain('Sent as OTLP: 13 spans and ');
  expect(stdout).toMatch(/^● chat gpt-4o .* 1,412 +187 +\$0.003800 +stop$/m);
  expect(stdout).toMatch(/^● execute_tool get_weather +\S+ ms$/m);
  expect(stdout).toMatch(/^● chat gpt-4o .* cancelled$/m);
  expect(stdout).toMatch(/^✗ chat gpt-4o-nano .* model_not_f…\n! model_not_found: 404 model_not_found$/m);
  expect(stdout).toMatch(/^● chat claude-haiku-4-5 .* 1,033 +61 +\$0.000416 +stop$/m);
  expect(stdout).toMatch(/^● generate_content gemini… .* 6 +152 +\$0.000382 +stop$/m);
  expect(stdout).toMatch(/^● generate_content gemini… .* 5 +19 +\$0.000008 +stop$/m);
  expect(stdout).toContain('The provider saw 14 requests');
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(code).toBe(0);
});

test('--real without a key says what is missing', async () => {
  const { code, stdout } = await runNode({ file: 'examples/demo/run.mjs', args: ['--real'] });
  expect(stdout).toContain('OPENAI_API_KEY');
  expect(code).toBe(1);
});
