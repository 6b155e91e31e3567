import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type ConfigFile, problemLine } from '../../src/config/file/index.ts';
import { samplerSettings } from '../../src/config/sampling/environment-sampler.ts';
import { tailOfEnvironment } from '../../src/config/sampling/tail-settings.ts';
import { readConfigFile } from '../../src/pipeline/config-file.ts';
import { createProviderSampler } from '../../src/pipeline/samplers/create-sampler.ts';
import { ask } from '../pipeline/samplers/support.ts';
import '../pipeline/support/parts.ts';
import { fail, tailPipeline } from '../pipeline/tail/support.ts';
import { runNode } from '../support/spawn.ts';

vi.mock(import('../../src/pipeline/load.ts'), () => import('../pipeline/support/load.ts'));

const warnings: string[] = [];
vi.mock(import('../../src/runtime/log.ts'), async (original) => ({
  ...(await original()),
  warnOnce: (message: string) => void warnings.push(message),
}));
beforeEach(() => {
  warnings.length = 0;
});

const page = readFileSync(join(import.meta.dirname, '../../docs/sampling.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text);

const folder = mkdtempSync(join(tmpdir(), 'llm-otel-docs-'));
const QUIET = { isCounted: false, isLogged: false };

/** Files of the page, with the module of the page beside them. */
function read(text: string): ConfigFile {
  const [module = ''] = blocks('js');
  writeFileSync(join(folder, 'sampler.mjs'), module);
  const path = join(folder, 'otel.yaml');
  writeFileSync(path, text);
  return readConfigFile({}, { path, variable: 'OTEL_CONFIG_FILE', isOverlay: false });
}

/** How many of 40 traces are sampled, all started in the same moment. */
function sampled(text: string, attributes: Record<string, string> = {}, name = 'GET /'): number {
  const settings = read(text).settings?.sdk.traces?.sampler;
  if (settings === undefined) throw new Error('unusable');
  const { sampler } = createProviderSampler(settings, { attributes: {} }, QUIET);
  return Array.from({ length: 40 }, () => ask(sampler, { name, attributes })).filter(({ decision }) => decision === 2)
    .length;
}

/** The file of the page that has `word`. */
const fileWith = (word: string): string => blocks('yaml').find((text) => text.includes(word)) ?? '';

test.each(blocks('yaml'))('a file of the page can be used: %s', (text) => {
  const { problems, warnings: minor } = read(text);
  expect([...problems, ...minor].map(problemLine)).toEqual([]);
  expect(warnings).toEqual([]);
});

describe('samplers of files do what the page says', () => {
  test('a rate for each model', () => {
    expect(sampled(fileWith('burst: 20'), { 'gen_ai.request.model': 'a' })).toBe(20);
  });

  test('rules', () => {
    const file = fileWith('llm_otel_rules');
    expect(sampled(file, {}, 'GET /health/live')).toBe(0);
    expect(sampled(file, { 'gen_ai.request.model': 'gpt-5-mini' })).toBe(40);
    expect(sampled(file)).toBe(1);
    expect(sampled(file, { tier: 'gold' })).toBeGreaterThan(5);
  });

  test('any and all', () => {
    expect(sampled(fileWith('llm_otel_any'))).toBeLessThan(20);
  });

  test('the composite sampler', () => {
    const file = fileWith('composite/development');
    expect(sampled(file, { 'http.route': '/healthcheck' })).toBe(0);
    expect(sampled(file)).toBe(40);
  });

  test('a module', () => {
    expect(sampled(fileWith('llm_otel_module'))).toBe(4);
  });
});

test('variables of the page can be used', () => {
  const environments = blocks('sh').map((text) =>
    Object.fromEntries(
      text
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    ),
  );
  expect(environments.map((env) => samplerSettings(env))).toMatchObject([
    { root: { kind: 'rate_limiting', tracesPerSecond: 50, burst: 100 } },
    { root: { kind: 'adaptive', tracesPerSecond: 50, min: 0.01, max: 1 } },
    { root: { kind: 'always_on' } },
  ]);
  expect(environments.map((env) => tailOfEnvironment(env)?.policies.length)).toEqual([undefined, undefined, 5]);
  expect(warnings).toEqual([]);
});

test('the tail of the page', async () => {
  const { tail } = read(fileWith('tail:')).settings?.sdk.traces?.pipelines[0] ?? {};
  const { clock, start, arrived } = tailPipeline(tail ?? {});
  start('GET /health').end();
  fail(start('GET /health'));
  fail(start('GET /chat'));
  start('chat', undefined, { attributes: { 'gen_ai.usage.cost': 0.06 } }).end();
  await clock.pass(10_000);
  expect(arrived.map(({ name, attributes }) => [name, attributes['llm_otel.sampling.policy']])).toEqual([
    ['GET /chat', 'errors'],
    ['chat', 'expensive'],
  ]);
});

test('the code of the page runs with an SDK', async () => {
  const source = blocks('js').find((text) => text.includes('@x/llm-otel/pipeline'));
  const { code, stderr } = await runNode({ source: source ?? '' });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^@x\/llm-otel: sampling: record health GET \/health [0-9a-f]{32}\n$/);
});
