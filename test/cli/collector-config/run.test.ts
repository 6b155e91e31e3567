import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileOf } from '../../config/file/files.ts';
import { runCli } from '../run-cli.ts';

const COMMAND = 'collector-config';
const folder = mkdtempSync(join(tmpdir(), 'llm-otel-collector-'));

test('writes to stdout, and what the Collector lacks and needs to stderr', async () => {
  const env = { LLM_OTEL_STEPS_LLM_ONLY: 'true', OTEL_EXPORTER_OTLP_HEADERS: 'x-key=hunter2' };
  const { code, stdout, stderr } = await runCli([COMMAND], { env });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^# Written by llm-otel collector-config/);
  expect(stdout).toContain('# not translated: pipeline otlp (traces): steps[0] filter llm_only: ');
  expect(stderr).toContain('llm-otel: not translated: pipeline otlp (traces): steps[0] filter llm_only: ');
  expect(stderr).toContain('llm-otel: the Collector needs the variables OTLP_HEADER_X_KEY, BACKEND_ENDPOINT\n');
  expect(stdout + stderr).not.toContain('hunter2');
});

test('--endpoint is the backend of all pipelines; --output is the file', async () => {
  const output = join(folder, 'collector.yaml');
  const env = { OTEL_TRACES_EXPORTER: 'otlp,console' };
  const { code, stdout, stderr } = await runCli(
    [COMMAND, '--endpoint', 'https://backend.example/', '--output', output],
    { env },
  );
  expect([code, stdout, stderr]).toEqual([0, '', '']);
  const text = readFileSync(output, 'utf8');
  expect(text).toContain("exporters:\n  otlp_http:\n    endpoint: 'https://backend.example'\nservice:");
  for (const name of ['traces/otlp', 'traces/console', 'metrics', 'logs']) expect(text).toContain(`    ${name}:\n`);
});

test.each([
  [
    ['--endpoint', 'backend'],
    {},
    2,
    /^llm-otel: --endpoint: expected an address such as https:\/\/\S+, got "backend"\n$/,
  ],
  [
    ['--endpoint', 'https://me:hunter2@backend.example'],
    {},
    2,
    /^llm-otel: --endpoint: expected an address without user, password and query; [^\n]*\n$/,
  ],
  [['x'], {}, 2, /^llm-otel: collector-config: expected no operand, got "x"\n$/],
  [['--output', join(folder, 'no/such/file')], {}, 2, /--output: ".*" cannot be written \(ENOENT\)\n$/],
  [
    [],
    { LLM_OTEL_CONSOLE: '1' },
    2,
    /no pipeline of the configuration sends OTLP; name a backend with --endpoint URL\n$/,
  ],
  [[], { OTEL_CONFIG_FILE: fileOf('file_format: "9"\n') }, 1, /otel\.yaml:1:/],
])('%j %j ends with %i', async (args, env, code, message) => {
  const result = await runCli([COMMAND, ...args], { env });
  expect([result.code, result.stdout, result.stderr]).toEqual([code, '', expect.stringMatching(message)]);
  expect(existsSync(join(folder, 'no'))).toBe(false);
});
