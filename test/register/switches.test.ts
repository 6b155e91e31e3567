import { cp, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { ROOT } from '../support/spawn.ts';
import { LOADED, runApplication, TYPES, WORK } from './application.ts';

const GLOBALS = `
console.log(JSON.stringify({
  api: Object.keys(globalThis[Symbol.for('opentelemetry.js.api.1')] ?? {}),
  logs: Symbol.for('io.opentelemetry.js.api.logs') in globalThis,
  loaded: Object.keys(require.cache).filter((file) => /dist.register/.test(file)).map((file) => file.replace(/.*dist./, '')),
  listeners: ['exit', 'beforeExit', 'SIGTERM', 'SIGINT', 'newListener'].map((name) => process.listenerCount(name)),
}));`;

describe.concurrent('switched off', () => {
  for (const type of TYPES)
    it.each([
      { OTEL_SDK_DISABLED: 'true' },
      { OTEL_SDK_DISABLED: 'TRUE' },
      { LLM_OTEL_ENABLED: 'false' },
      { LLM_OTEL_ENABLED: '0' },
      { LLM_OTEL_ENABLED: 'Off' },
    ])(`by %o (${type}) it loads and patches nothing`, async (env) => {
      const bare = await runApplication(GLOBALS, { type, nodeArgs: [] });
      const off = await runApplication(GLOBALS, { type, env });
      const { loaded, ...rest } = JSON.parse(off.stdout) as { loaded: string[] };
      expect(rest).toEqual({ ...JSON.parse(bare.stdout), loaded: undefined });
      expect(loaded).toEqual(['register.cjs']);
      expect(off.stderr).toBe('');
    });

  it('by LLM_OTEL_SDK=off it starts no SDK', async () => {
    const { stdout, stderr } = await runApplication(GLOBALS, { env: { LLM_OTEL_SDK: 'off' } });
    expect(JSON.parse(stdout)).toMatchObject({ api: [], logs: false });
    expect(stdout).not.toContain('pipeline-sdk');
    expect(stderr).toBe('');
  });

  it('by exporters that are all "none" it starts no SDK', async () => {
    const env = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
    const { stdout } = await runApplication(GLOBALS, { env });
    expect(stdout).not.toContain('pipeline-sdk');
  });

  it('with LLM_OTEL_SDK=lazy it loads no SDK before it is used', async () => {
    const { stdout } = await runApplication(GLOBALS, { env: { LLM_OTEL_SDK: 'lazy' } });
    expect(stdout).not.toContain('pipeline-sdk');
  });
});

describe.concurrent('loaded more than once', () => {
  it('by both flags and from two copies of the package, it starts once', async () => {
    const receiver = await startOtlpReceiver();
    const copy = await mkdtemp(join(ROOT, '.copy-'));
    await cp(join(ROOT, 'dist'), join(copy, 'dist'), { recursive: true });
    const nodeArgs = [...LOADED.cjs, ...LOADED.mjs, '--require', join(copy, 'dist', 'register.cjs')];
    const result = await runApplication(WORK, {
      nodeArgs,
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, LLM_OTEL_LOG: 'info' },
    });
    await rm(copy, { recursive: true });
    expect(result.stderr.match(/traces to/g)).toHaveLength(1);
    expect(receiver.spans()).toHaveLength(2);
    await receiver.close();
  });
});

describe.concurrent('messages', () => {
  it('says nothing at start unless asked', async () => {
    const { stderr } = await runApplication('');
    expect(stderr).toBe('');
  });

  it('says so once where LLM_OTEL_LOG is no level', async () => {
    const { stderr } = await runApplication('', { env: { LLM_OTEL_LOG: 'loud' } });
    expect(stderr).toBe(
      '@x/llm-otel: warning: LLM_OTEL_LOG: "loud" cannot be used, expected one of none, error, warn, info, debug.\n',
    );
  });

  it.each([
    [{ LLM_OTEL_ENABLED: 'no' }, 'switched off by LLM_OTEL_ENABLED, nothing is recorded.'],
    [{ OTEL_SDK_DISABLED: 'true' }, 'switched off by OTEL_SDK_DISABLED, nothing is recorded.'],
    [
      { LLM_OTEL_DISABLED_INSTRUMENTATIONS: 'langchain' },
      '@langchain/core is not recorded, LLM_OTEL_DISABLED_INSTRUMENTATIONS switches langchain off.',
    ],
  ])('says at info what is off: %o', async (env, line) => {
    const { stderr } = await runApplication('', { env: { ...env, LLM_OTEL_LOG: 'info' } });
    expect(stderr).toContain(line);
  });

  it.each(['--import', '--require'])('names the flag that is meant: %s @x/llm-otel', async (flag) => {
    const { stderr } = await runApplication('', { nodeArgs: [flag, '@x/llm-otel'] });
    expect(stderr).toBe(
      `@x/llm-otel: warning: ${flag} @x/llm-otel records nothing, the flag needs another file: ${flag} @x/llm-otel/register.\n`,
    );
    const both = await runApplication('', {
      nodeArgs: [flag, '@x/llm-otel'],
      env: { NODE_OPTIONS: '--require @x/llm-otel/register' },
    });
    expect(both.stderr).toBe('');
  });

  it.each(['bun', 'deno'])('names instrument() in %s', async (runtime) => {
    const before = `Object.defineProperty(process.versions, '${runtime}', { value: '1.0.0' }); require('@x/llm-otel/register');`;
    const { stderr } = await runApplication(before, { type: 'cjs', nodeArgs: [] });
    expect(stderr).toMatch(
      /^@x\/llm-otel: warning: (Bun|Deno) cannot load SDKs .* instrument\(\) of @x\/llm-otel\/manual\.\n$/,
    );
  });

  it.each([{ LLM_OTEL_LOG: 'info' }, { OTEL_LOG_LEVEL: 'info' }])('says what goes where with %o', async (env) => {
    const settings = { OTEL_SERVICE_NAME: 'shop', OTEL_TRACES_EXPORTER: 'zipkin', OTEL_LOGS_EXPORTER: 'none' };
    const { stderr } = await runApplication('', { env: { ...settings, ...env } });
    expect(stderr).toMatch(
      /^@x\/llm-otel: \d+\.\d+\.\d+: service shop, traces to http:\/\/localhost:9411\/api\/v2\/spans, metrics to http:\/\/localhost:4318\/v1\/metrics, logs to nowhere\n$/,
    );
  });
});
