import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nearestName } from '../../src/config/nearest-name.ts';
import { ROOT, runNode } from '../support/spawn.ts';
import { freshWarnings } from '../support/warnings.ts';

const said = freshWarnings();

async function check(env: Record<string, string>): Promise<string> {
  const { checkVariableNames } = await import('../../src/config/options.ts');
  checkVariableNames(env);
  return said().replaceAll('@x/llm-otel: warning: ', '');
}

function namesIn(folder: string): string[] {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  const texts = files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(ROOT, folder, file), 'utf8'));
  return texts
    .flatMap((text) => text.match(/'(?:LLM_OTEL|OTEL_INSTRUMENTATION_GENAI)_\w+'/g) ?? [])
    .map((name) => name.slice(1, -1));
}

describe('names of variables', () => {
  it('are all known that the sources read', async () => {
    const names = [...new Set([...namesIn('src'), ...namesIn('register')])];
    expect(names.length).toBeGreaterThan(20);
    expect(await check(Object.fromEntries(names.map((name) => [name, 'x'])))).toBe('');
  });

  it.each([
    ['LLM_OTEL_CAPTURE_MESSAGES', 'did you mean LLM_OTEL_CAPTURE_MEDIA?'],
    ['LLM_OTEL_CHUNK_EVENT', 'did you mean LLM_OTEL_CHUNK_EVENTS?'],
    ['LLM_OTEL_CAPTURE_MESSAGE_CONTENT', 'did you mean OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT?'],
    ['OTEL_INSTRUMENTATION_GENAI_CAPTURE_CONTENT', 'did you mean LLM_OTEL_CAPTURE_CONTENT?'],
    ['LLM_OTEL_DISABLED_INSTRUMENTATION', 'did you mean LLM_OTEL_DISABLED_INSTRUMENTATIONS?'],
    ['LLM_OTEL_WITHOUT_ANY_LIKENESS_AT_ALL', 'lists all variables.'],
  ])('%s: %s', async (name, advice) => {
    const text = await check({ [name]: 'true', OTEL_SERVICE_NAME: 'a', PATH: '/', LLM_OTEL_COSTS: '' });
    expect(text).toMatch(new RegExp(`^${name} is no variable of @x/llm-otel and has no effect.*\\n$`));
    expect(text).toContain(advice);
  });

  it.each(['UPLOAD_TIMEOUT', 'EMITTERS', 'EMITTERS_SPAN', 'EVALS_EVALUATORS'])(
    'OTEL_INSTRUMENTATION_GENAI_%s is of another language',
    async (name) => {
      expect(await check({ [`OTEL_INSTRUMENTATION_GENAI_${name}`]: 'x' })).toBe('');
    },
  );
});

describe('names of options', () => {
  it.each([
    [
      { captureMessageContent: true },
      'option captureMessageContent is no option of @x/llm-otel and has no effect, did you mean captureContent?',
    ],
    [{ requireParentSpan: true }, 'option requireParentSpan is no option of @x/llm-otel and has no effect. The README'],
    [{ capturecontent: 'SPAN_ONLY' }, 'did you mean captureContent?'],
    [{ onResponses: () => {} }, 'did you mean onResponse?'],
    [{ enabled: true, captureContent: 'SPAN_ONLY', requestHook: () => {}, responseHook: () => {} }, undefined],
  ])('%o', async (options, warning) => {
    const { resolveConfig } = await import('../../src/config/options.ts');
    resolveConfig(options as object, {});
    if (warning === undefined) expect(said()).toBe('');
    else expect(said()).toContain(warning);
  });

  it('have aliases, and the first name wins', async () => {
    const { resolveConfig } = await import('../../src/config/options.ts');
    const [a, b] = [() => {}, () => {}];
    expect(resolveConfig({ requestHook: a, responseHook: b }, {})).toMatchObject({ onRequest: a, onResponse: b });
    expect(resolveConfig({ requestHook: a, onRequest: b }, {}).onRequest).toBe(b);
    const env = { LLM_OTEL_CAPTURE_CONTENT: 'yes' };
    expect(resolveConfig({}, env).captureContent).toBe('SPAN_ONLY');
    const both = { ...env, OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'EVENT_ONLY' };
    expect(resolveConfig({}, both).captureContent).toBe('EVENT_ONLY');
  });
});

it('a name is near by changes of letters', () => {
  expect(nearestName('captureContnet', ['captureMedia', 'captureContent'])).toBe('captureContent');
  expect(nearestName('zzz', ['captureMedia'])).toBeUndefined();
});

it('a process warns once, worker threads included', async () => {
  const source = `const { Worker, isMainThread } = require('node:worker_threads');
    const { getLlmInstrumentations } = require('@x/llm-otel');
    getLlmInstrumentations();
    if (isMainThread) new Worker(__filename);`;
  const nodeArgs = ['--require', '@x/llm-otel/register'];
  const { stderr } = await runNode({
    source,
    type: 'cjs',
    nodeArgs,
    env: { LLM_OTEL_CAPTUR_MEDIA: '1', OTEL_TRACES_EXPORTER: 'none' },
  });
  expect(stderr).toBe(
    '@x/llm-otel: warning: LLM_OTEL_CAPTUR_MEDIA is no variable of @x/llm-otel and has no effect, did you mean LLM_OTEL_CAPTURE_MEDIA?\n',
  );
});
