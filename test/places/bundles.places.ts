import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { nodeFileTrace } from '@vercel/nft';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runApplication } from '../support/application.ts';
import { nodeBinary, packProject, prepareApplication } from '../support/folders.ts';

/** Bundles that keep the package in node_modules, traced by @vercel/nft and run in a folder that has only the traced files. */
const DEPENDENCIES = { '@opentelemetry/api': '1.9.1', '@vercel/ncc': '0.45.0', esbuild: '0.28.2', openai: '7.59.0' };

interface Place {
  readonly name: string;
  readonly format: 'mjs' | 'cjs';
  /** Packages that stay out of the bundle. */
  readonly external: readonly string[];
  readonly bundler: 'esbuild' | 'ncc';
  readonly options: Readonly<Record<string, string>>;
  readonly node: string;
}

const OURS = '@x/llm-otel';
const PLACES: readonly Place[] = [
  {
    name: 'esbuild, ES module, SDK outside',
    format: 'mjs',
    bundler: 'esbuild',
    external: [OURS, `${OURS}/register`, 'openai'],
    options: { NODE_OPTIONS: `--import ${OURS}/register` },
    node: '24',
  },
  {
    name: 'esbuild, CommonJS, SDK inside and `instrument()`',
    format: 'cjs',
    bundler: 'esbuild',
    external: [OURS, `${OURS}/register`],
    options: { NODE_OPTIONS: `--require ${OURS}/register` },
    node: '24',
  },
  {
    name: 'ncc, CommonJS, SDK outside, an old Node',
    format: 'cjs',
    bundler: 'ncc',
    external: [OURS, `${OURS}/register`, 'openai'],
    options: { NODE_OPTIONS: `--require ${OURS}/register` },
    node: '20.16.0',
  },
];

/** The first line makes the package a part of what is traced; the flag loads the same file earlier. */
const SOURCE = `
import '@x/llm-otel/register';
import { instrument, tool } from '@x/llm-otel';
import OpenAI from 'openai';
const openai = instrument(new OpenAI({ apiKey: 'test', baseURL: process.env.PROVIDER_URL + '/v1' }));
const look = tool('look', () => 'blue');
async function main() {
  const messages = [{ role: 'user', content: 'Why is the sea blue?' }];
  const answer = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages });
  const stream = await openai.chat.completions.create({ model: 'gpt-4o', messages, stream: true, stream_options: { include_usage: true } });
  for await (const _chunk of stream);
  look();
  console.log(answer.choices[0].message.role);
}
main();
`;

async function bundle(folder: string, { bundler, external, format }: Place, into: string): Promise<string> {
  const entry = join(into, 'source.mjs');
  const file = join(into, `bundle.${format}`);
  writeFileSync(entry, SOURCE);
  const run = (program: string, args: string[]) =>
    promisify(execFile)(join(folder, 'node_modules/.bin', program), args, { cwd: folder });
  if (bundler === 'esbuild') {
    const options = ['--bundle', '--platform=node', `--format=${format === 'mjs' ? 'esm' : 'cjs'}`, '--keep-names'];
    await run('esbuild', [entry, ...options, ...external.map((name) => `--external:${name}`), `--outfile=${file}`]);
    return file;
  }
  const out = join(into, 'ncc');
  await run('ncc', ['build', entry, '--out', out, ...external.flatMap((name) => ['--external', name])]);
  cpSync(out, into, { recursive: true });
  return join(into, 'index.mjs');
}

/** Copies what the bundle needs, and nothing else, to another folder. */
async function move(folder: string, file: string): Promise<{ place: string; file: string }> {
  const place = mkdtempSync(join(realpathSync(tmpdir()), 'llm-otel-place-'));
  const { fileList, warnings } = await nodeFileTrace([file], { base: folder });
  expect([...warnings].filter(({ message }) => message.includes(OURS))).toEqual([]);
  for (const name of fileList) cpSync(join(folder, name), join(place, name), { recursive: true });
  return { place, file: join(place, file.slice(folder.length + 1)) };
}

describe.each(PLACES)('$name', (row) => {
  let folder: string;
  let moved: { place: string; file: string };

  beforeAll(async () => {
    folder = realpathSync((await prepareApplication('places-bundles', DEPENDENCIES, await packProject())).path);
    const into = join(folder, `bundle-${row.bundler}-${row.format}`);
    rmSync(into, { recursive: true, force: true });
    mkdirSync(into);
    moved = await move(folder, await bundle(folder, row, into));
  });
  afterAll(() => rmSync(moved?.place, { recursive: true, force: true }));

  test('its spans arrive', async () => {
    const { result, spans, metrics } = await runApplication({
      node: await nodeBinary(row.node),
      file: moved.file,
      cwd: moved.place,
      env: { OTEL_SERVICE_NAME: 'places', ...row.options },
    });
    expect(result).toMatchObject({ code: 0, stdout: 'assistant\n', stderr: '' });
    expect(spans.map(({ name }) => name).sort()).toEqual(['chat gpt-4o', 'chat gpt-4o-mini', 'execute_tool look']);
    expect(metrics.map(({ name }) => name)).toContain('gen_ai.client.inference.duration');
  });
});
