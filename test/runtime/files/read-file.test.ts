import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRegularFile } from '../../../src/runtime/files/read-file.ts';
import { runNode } from '../../support/spawn.ts';

let folder: string;
const inFolder = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llm-otel-files-'));
  execFileSync('mkfifo', [inFolder('fifo')]);
  writeFileSync(inFolder('empty'), '');
  writeFileSync(inFolder('exact'), 'x'.repeat(100_000));
  writeFileSync(inFolder('larger'), 'x'.repeat(100_001));
  writeFileSync(inFolder('huge'), '');
  truncateSync(inFolder('huge'), 5 * 1024 ** 3);
  symlinkSync(inFolder('exact'), inFolder('link'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(process.platform === 'win32')('a file that a user names', () => {
  it.each([
    ['exact', 100_000],
    ['link', 100_000],
    ['empty', 0],
  ])('%s is read', (name, size) => {
    const file = readRegularFile(inFolder(name), 100_000);
    expect('bytes' in file && file.bytes.length).toBe(size);
  });

  it.each([
    ['fifo', 'it is not a regular file'],
    ['.', 'it is not a regular file'],
    ['/dev/zero', 'it is not a regular file'],
    ['larger', 'it is larger than 97 KiB'],
    ['huge', 'it is larger than 97 KiB'],
  ])('%s is not read', (name, problem) => {
    expect(readRegularFile(name.startsWith('/') ? name : inFolder(name), 100_000)).toEqual({ problem });
  });

  it('that is missing has a code', () => {
    expect(readRegularFile(inFolder('missing'), 1)).toEqual({ problem: 'it cannot be read', code: 'ENOENT' });
  });

  it('is no reason to wait, in any variable', async () => {
    const source = `import OpenAI from 'openai';
      const fetch = async () => Response.json({ id: '1', model: 'gpt-4o', choices: [{ message: { role: 'assistant', content: 'a' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1 } });
      await new OpenAI({ apiKey: 'k', fetch }).chat.completions.create({ model: 'gpt-4o', messages: [] });
      process.exit(3);`;
    const { code, stderr } = await runNode({
      source,
      nodeArgs: ['--import', '@x/llm-otel/register'],
      env: {
        LLM_OTEL_PRICES: inFolder('fifo'),
        OTEL_EXPORTER_OTLP_CERTIFICATE: inFolder('fifo'),
        OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/dev/zero',
        OTEL_EXPORTER_OTLP_CLIENT_KEY: folder,
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
      },
    });
    expect(code).toBe(3);
    expect(stderr.match(/it is not a regular file/g)).toHaveLength(4);
  });
});
