import { expect, test, vi } from 'vitest';
import { freshWarnings } from '../support/warnings.ts';

const said = freshWarnings();

async function logWithConfig(): Promise<typeof import('../../src/runtime/log.ts')> {
  await import('../../src/config/options.ts');
  return import('../../src/runtime/log.ts');
}

test.each([
  [{ LLM_OTEL_LOG: 'none' }, []],
  [{ LLM_OTEL_LOG: 'error' }, []],
  [{}, ['warn']],
  [{ LLM_OTEL_LOG: ' ' }, ['warn']],
  [{ OTEL_LOG_LEVEL: 'none' }, ['warn']],
  [{ OTEL_LOG_LEVEL: 'INFO' }, ['warn', 'info']],
  [{ LLM_OTEL_LOG: 'debug', OTEL_LOG_LEVEL: 'none' }, ['warn', 'info', 'debug']],
])('with %o the levels %o are said', async (env, levels) => {
  vi.stubEnv('LLM_OTEL_LOG', undefined);
  vi.stubEnv('OTEL_LOG_LEVEL', undefined);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const log = await logWithConfig();
  log.warnOnce('warn');
  log.info('info');
  log.debug('debug');
  vi.unstubAllEnvs();
  expect(said().split('\n').filter(Boolean)).toEqual(
    levels.map((level) => `@x/llm-otel: ${level === 'warn' ? 'warning: ' : ''}${level}`),
  );
});

test.each(['nonsense', 'constructor'])('LLM_OTEL_LOG=%s is reported once, and warnings are said', async (value) => {
  vi.stubEnv('LLM_OTEL_LOG', value);
  const log = await logWithConfig();
  log.info('info');
  log.warnOnce('warn');
  vi.unstubAllEnvs();
  expect(said()).toBe(
    `@x/llm-otel: warning: LLM_OTEL_LOG: "${value}" cannot be used, expected one of none, error, warn, info, debug.\n` +
      '@x/llm-otel: warning: warn\n',
  );
});

test('a variable that the application sets later counts from then on', async () => {
  vi.stubEnv('LLM_OTEL_LOG', 'none');
  const log = await logWithConfig();
  log.warnOnce('before');
  vi.stubEnv('LLM_OTEL_LOG', 'debug');
  log.debug('after');
  vi.unstubAllEnvs();
  expect(said()).toBe('@x/llm-otel: after\n');
});

test('without src/config, warnings are said, whatever the environment', async () => {
  vi.stubEnv('LLM_OTEL_LOG', 'debug');
  const log = await import('../../src/runtime/log.ts');
  log.debug('debug');
  log.warnOnce('warn');
  vi.unstubAllEnvs();
  expect(said()).toBe('@x/llm-otel: warning: warn\n');
});
