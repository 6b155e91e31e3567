import { expect, test } from 'vitest';
import { runNode } from './spawn.ts';

// Runs against dist, which `npm test` builds.
test('the demo shows every call of its applications and ends by itself', async () => {
  const { code, stdout } = await runNode({ file: 'examples/demo/run.mjs' });
  expect(stdout).toContain(
    '12 model calls · 1 tool run · 2,678 tokens in (2,304 cached) · 913 out (438 thought) · $0.006516 · 1 error',
  );
  expect(stdout).toContain('13 spans');
  expect(stdout).toMatch(/● chat gpt-4o .* 45 +1,412 +1,280 +187 +\$0.003800 +stop\n/);
  expect(stdout).toMatch(/● execute_tool get_weather .* ms\n/);
  expect(stdout).toMatch(/● chat gpt-4o .* 12 +cancelled\n/);
  expect(stdout).toMatch(/✗ chat gpt-4o-nano .* model_not_found\n/);
  expect(stdout).toMatch(/● chat claude-haiku-4-5 .* 1,033 +1,024 +61 +\$0.000416 +stop\n/);
  expect(stdout).toMatch(/● generate_content gemini-2.5-flash .* 6 +152 +118 +\$0.000382 +stop\n/);
  expect(stdout).toMatch(/● generate_content gemini-2.0-flash .* 5 +19 +\$0.000008 +stop\n/);
  expect(stdout).toContain('the provider saw 14 requests');
  expect(code).toBe(0);
});

test('--real without a key says what is missing', async () => {
  const { code, stdout } = await runNode({ file: 'examples/demo/run.mjs', args: ['--real'] });
  expect(stdout).toContain('OPENAI_API_KEY');
  expect(code).toBe(1);
});
