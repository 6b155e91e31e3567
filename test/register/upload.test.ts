import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runApplication } from '../support/application.ts';

const BASE = 'OTEL_INSTRUMENTATION_GENAI_UPLOAD_BASE_PATH';
const HOOK = { OTEL_INSTRUMENTATION_GENAI_COMPLETION_HOOK: 'upload' };
const CAPTURE = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llm-otel-upload-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const source = (end = '', before = ''): string => `${before}
import OpenAI from 'openai';
const client = new OpenAI({ apiKey: 'test', baseURL: process.env.PROVIDER_URL + '/v1' });
const messages = [{ role: 'user', content: 'Why? Mail ann@mail.example' }];
await client.chat.completions.create({ model: 'gpt-4o', messages });
${end}`;

async function run(env: Record<string, string | undefined>, text = source(), register = true) {
  const seen = await runApplication({
    nodeArgs: register ? ['--import', '@x/llm-otel/register'] : [],
    source: text,
    env: { OTEL_METRICS_EXPORTER: 'none', ...HOOK, ...env },
  });
  const attributes = seen.spans.find(({ name }) => name === 'chat gpt-4o')?.attributes ?? {};
  const references = Object.entries(attributes).filter(([name]) => name.endsWith('_ref'));
  return { ...seen, attributes, references: Object.fromEntries(references) as Record<string, string> };
}

const fileAt = (url: string | undefined): string => fileURLToPath(url ?? 'file:///none');
const INPUT = 'gen_ai.input.messages';
const QUESTION = [{ role: 'user', parts: [{ type: 'text', content: 'Why? Mail [redacted:email]' }] }];

describe('messages go to files', () => {
  test.each<[ending: string, end: string]>([
    ['by itself', ''],
    ['by process.exit()', 'process.exit(0);'],
    ['by a signal', "process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 60_000);"],
    ['by an error', "throw new Error('of the application');"],
  ])('the process ends %s', async (_ending, end) => {
    const base = join(folder, 'content');
    const { attributes, references } = await run({ [BASE]: base }, source(end));
    expect(Object.keys(references).sort()).toEqual([`${INPUT}_ref`, 'gen_ai.output.messages_ref']);
    expect(attributes).not.toHaveProperty([INPUT]);
    const file = fileAt(references[`${INPUT}_ref`]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(QUESTION);
    expect(readFileSync(fileAt(references['gen_ai.output.messages_ref']), 'utf8')).toContain('"role":"assistant"');
    const names = readdirSync(base);
    expect(names.filter((name) => !name.startsWith('.'))).toHaveLength(2);
    // A draft that is opened while the process ends holds nothing.
    for (const draft of names.filter((name) => name.startsWith('.'))) expect(statSync(join(base, draft)).size).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(base).mode & 0o777).toBe(0o700);
  });

  test('content stays on the span where the capture says so, and events have the references', async () => {
    const { attributes, references, logs } = await run({
      [BASE]: pathToFileURL(folder).href,
      [CAPTURE]: 'SPAN_AND_EVENT',
    });
    expect(JSON.parse(String(attributes[INPUT]))).toEqual(QUESTION);
    const details = logs.find(({ eventName }) => eventName === 'gen_ai.client.inference.operation.details');
    expect(details?.attributes).toMatchObject(references);
    expect(Object.keys(references)).toHaveLength(2);
  });

  test('a configuration file, with a path from its folder and lines of JSON', async () => {
    const path = join(folder, 'otel.yaml');
    writeFileSync(
      path,
      'distribution: { llm_otel: { completion_hook: upload, upload_base_path: ./store, upload_format: jsonl } }',
    );
    const { references } = await run({ LLM_OTEL_CONFIG: path, OTEL_INSTRUMENTATION_GENAI_COMPLETION_HOOK: undefined });
    expect(references[`${INPUT}_ref`]).toMatch(/_inputs\.jsonl$/);
    const [name] = readdirSync(join(folder, 'store')).filter((one) => one.endsWith('_inputs.jsonl'));
    expect(readFileSync(join(folder, 'store', String(name)), 'utf8')).toBe(
      `${JSON.stringify({ ...QUESTION[0], index: 0 })}\n`,
    );
  });

  test('options in code', async () => {
    const before = `import { flush } from '@x/llm-otel';
import { startTelemetry } from '@x/llm-otel/start';
startTelemetry({ completionHook: 'upload', uploadBasePath: ${JSON.stringify(folder)}, otlp: true, environment: 'test' });`;
    const text = source('await flush();', before).replace(
      "import OpenAI from 'openai';",
      "const { default: OpenAI } = await import('openai');",
    );
    const { references } = await run({ OTEL_INSTRUMENTATION_GENAI_COMPLETION_HOOK: undefined }, text, false);
    expect(JSON.parse(readFileSync(fileAt(references[`${INPUT}_ref`]), 'utf8'))).toEqual(QUESTION);
  });
});

describe('a module stores files', () => {
  const STORE = `import { writeFileSync } from 'node:fs';
export async function put(path, bytes) {
  await new Promise((resolve) => setTimeout(resolve, 10));
  writeFileSync(new URL(path.split('/').at(-1), import.meta.url), bytes);
}`;

  test('put(path, bytes) gets the address that the span has', async () => {
    const module = join(folder, 'store.mjs');
    writeFileSync(module, STORE);
    const { references } = await run({ [BASE]: 's3://bucket/content/', LLM_OTEL_UPLOAD_MODULE: module });
    const address = references[`${INPUT}_ref`] ?? '';
    expect(address).toMatch(/^s3:\/\/bucket\/content\/[\da-f-]+_inputs\.json$/);
    expect(JSON.parse(readFileSync(join(folder, address.split('/').at(-1) ?? ''), 'utf8'))).toEqual(QUESTION);
  });

  test('without put: a warning, and the application runs', async () => {
    const module = join(folder, 'empty.mjs');
    writeFileSync(module, 'export const get = 1;');
    const { result } = await run({ [BASE]: 's3://bucket', LLM_OTEL_UPLOAD_MODULE: module });
    expect(result.code).toBe(0);
    expect(result.stderr).toContain('could not be stored in s3://bucket: Error:');
    expect(result.stderr).toContain('exports no function put');
  });
});

describe('a setting that cannot be used', () => {
  test.each<[env: Record<string, string>, warning: string]>([
    [{}, 'messages go to no files, because no address is set. Set OTEL_INSTRUMENTATION_GENAI_UPLOAD_BASE_PATH'],
    [{ [BASE]: 'gs://bucket' }, 'messages go to no files, because gs:// needs a module that stores files.'],
    [{ ...HOOK, OTEL_INSTRUMENTATION_GENAI_COMPLETION_HOOK: 'mine' }, 'expected one of none, upload'],
  ])('%o', async (env, warning) => {
    const { result, references } = await run(env);
    expect(result).toMatchObject({ code: 0 });
    expect(result.stderr).toContain(warning);
    expect(references).toEqual({});
  });

  test('a folder that cannot be made: the loss is told with its number', async () => {
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'x'));
    const { result } = await run({ [BASE]: join(folder, 'file/below') });
    expect(result.code).toBe(0);
    expect(result.stderr).toMatch(/1 file with content could not be stored in file:.*ENOTDIR/);
  });
});
