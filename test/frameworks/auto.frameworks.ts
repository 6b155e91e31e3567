import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { runApplication } from '../support/application.ts';
import { type Folder, installFolder, nodeBinary, packProject, prepareApplication } from '../support/folders.ts';
import { runNode } from '../support/spawn.ts';

/** `LLM_OTEL_AUTO` with the real packages of OpenTelemetry: one trace from the HTTP request to the model call. */
const BUNDLE = { '@opentelemetry/auto-instrumentations-node': '0.82.0' };
const APPLICATION = { '@opentelemetry/api': '1.10.0', express: '5.1.0', fastify: '5.6.1', openai: '6.49.0' };

const BODY = `
const client = new OpenAI({ apiKey: 'test', baseURL: process.env.PROVIDER_URL + '/v1' });
const app = express();
app.use(requestMiddleware());
app.get('/ask/:id', async (request, response) => {
  await client.chat.completions.create({ model: 'gpt-4o', messages: [] });
  response.send('answered');
});
const server = app.listen(0, '127.0.0.1', async () => {
  const response = await fetch('http://127.0.0.1:' + server.address().port + '/ask/7');
  console.log(await response.text());
  server.close();
  server.closeAllConnections();
});`;
const SOURCES = {
  esm: `import express from 'express';
import OpenAI from 'openai';
import { requestMiddleware } from '@x/llm-otel/pipeline';
${BODY}`,
  cjs: `const express = require('express');
const { OpenAI } = require('openai');
const { requestMiddleware } = require('@x/llm-otel/pipeline');
${BODY}`,
} as const;
type Format = keyof typeof SOURCES;

let folder: Folder;
beforeAll(async () => {
  folder = await prepareApplication('auto', { ...APPLICATION, ...BUNDLE }, await packProject());
});

interface Run {
  readonly node?: '20' | '24';
  readonly format?: Format;
  readonly env: Record<string, string>;
  readonly source?: string;
  readonly nodeArgs?: readonly string[];
}

async function run({ node = '24', format = 'esm', env, source = SOURCES[format], nodeArgs }: Run) {
  const seen = await runApplication({
    node: await nodeBinary(node),
    nodeArgs: nodeArgs ?? [format === 'esm' ? '--import' : '--require', '@x/llm-otel/register'],
    source,
    type: format === 'esm' ? 'mjs' : 'cjs',
    cwd: folder.path,
    env: { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', ...env },
  });
  expect(seen.result).toMatchObject({ code: 0, stdout: 'answered\n' });
  return seen;
}

type Spans = Awaited<ReturnType<typeof run>>['spans'];

/** The spans from `name` up to the root, as scope and name. */
function pathTo(spans: Spans, name: string): string[] {
  const path: string[] = [];
  for (let span = spans.find((one) => one.name === name); span !== undefined; ) {
    path.unshift(`${span.scope.name.replace('@opentelemetry/instrumentation-', '')} ${span.name}`);
    const { parentSpanId }: { readonly parentSpanId: string | undefined } = span;
    span = spans.find((one) => one.spanId === parentSpanId);
  }
  return path;
}

const PATH = ['undici GET', 'http GET /ask/:id', 'express request handler', '@x/llm-otel/openai chat gpt-4o'];

describe.each(['20', '24'] as const)('Node %s', (node) => {
  test.each(['esm', 'cjs'] as const)('names, %s', async (format) => {
    const { spans, result } = await run({ node, format, env: { LLM_OTEL_AUTO: 'http,express,undici' } });
    expect(pathTo(spans, 'chat gpt-4o')).toEqual(PATH);
    // The span of the request comes from the instrumentation of HTTP: the middleware stands aside.
    expect(spans.filter(({ kind }) => kind === 1).map(({ scope }) => scope.name)).toEqual([
      '@opentelemetry/instrumentation-http',
    ]);
    expect(result.stderr).toBe('');
  });
});

test('all: one span for each model call, and none for requests of this package', async () => {
  const { spans, result } = await run({ env: { LLM_OTEL_AUTO: 'true', LLM_OTEL_LOG: 'info' } });
  expect(pathTo(spans, 'chat gpt-4o').at(-1)).toBe('@x/llm-otel/openai chat gpt-4o');
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBeLessThanOrEqual(2);
  expect(spans.filter(({ scope }) => scope.name.endsWith('openai'))).toHaveLength(1);
  const listed = /instrumentations of OpenTelemetry: (.*)\./.exec(result.stderr)?.[1]?.split(', ') ?? [];
  expect(listed).toEqual(expect.arrayContaining(['http', 'express', 'pg', 'redis']));
  expect(listed).not.toContain('openai');
});

test('a model provider gets no trace context, unless the user asks for that', async () => {
  const program = (env: Record<string, string>) => run({ env: { LLM_OTEL_AUTO: 'undici', ...env } });
  const [quiet, asked] = await Promise.all([program({}), program({ LLM_OTEL_PROPAGATE_TO_PROVIDERS: 'true' })]);
  // The instrumentation of fetch has a span of each request in both runs.
  expect(quiet.spans.filter(({ name }) => name === 'POST')).toHaveLength(1);
  expect(quiet.traceHeaders).toEqual([undefined]);
  const post = asked.spans.find(({ name }) => name === 'POST');
  expect(asked.traceHeaders).toEqual([`00-${post?.traceId}-${post?.spanId}-01`]);
});

test('startTelemetry({ auto }) for modules that are loaded later', async () => {
  const source = `import { startTelemetry } from '@x/llm-otel/start';
startTelemetry({ auto: ['@opentelemetry/instrumentation-http', 'express'], otlp: true, environment: 'test' });
const { default: express } = await import('express');
const { default: OpenAI } = await import('openai');
const { requestMiddleware } = await import('@x/llm-otel/pipeline');
${BODY}`;
  const { spans } = await run({ env: {}, source, nodeArgs: [] });
  expect(pathTo(spans, 'chat gpt-4o')).toEqual(PATH.slice(1));
});

test('a worker thread has the instrumentations too', async () => {
  const source = `import { isMainThread, Worker } from 'node:worker_threads';
if (isMainThread) new Worker(new URL(import.meta.url));
else {
  const { default: express } = await import('express');
  const { default: OpenAI } = await import('openai');
  const { requestMiddleware } = await import('@x/llm-otel/pipeline');
  ${BODY}
}`;
  const { spans } = await run({ env: { LLM_OTEL_AUTO: 'http,express' }, source });
  expect(pathTo(spans, 'chat gpt-4o')).toEqual(PATH.slice(1));
});

test.each<[setting: string, warnings: readonly string[]]>([
  [
    'http,expres',
    ['"expres" (@opentelemetry/instrumentation-expres) is not installed and has no effect, did you mean express?'],
  ],
  ['fastify', ['"fastify" (@fastify/otel) is not installed and has no effect, install it: npm install @fastify/otel.']],
  ['openai', ['LLM_OTEL_AUTO: openai has no effect, because @x/llm-otel records the same itself.']],
  [
    '@opentelemetry/api',
    ['LLM_OTEL_AUTO: @opentelemetry/api cannot be used (Error: the package has no class of an instrumentation).'],
  ],
])('LLM_OTEL_AUTO=%s warns', async (setting, warnings) => {
  const { result } = await run({ env: { LLM_OTEL_AUTO: setting } });
  const lines = result.stderr.trim().split('\n');
  expect(lines).toEqual(warnings.map((warning) => expect.stringContaining(warning)));
});

test('without the package: one warning says what to install, and the application runs', async () => {
  const bare = await prepareApplication('auto-bare', { '@opentelemetry/api': '1.10.0' }, await packProject());
  const { code, stdout, stderr } = await runNode({
    nodeArgs: ['--import', '@x/llm-otel/register'],
    source: `console.log('answered');`,
    type: 'mjs',
    cwd: bare.path,
    env: { LLM_OTEL_AUTO: 'true' },
  });
  expect([code, stdout]).toEqual([0, 'answered\n']);
  expect(stderr).toBe(
    '@x/llm-otel: warning: LLM_OTEL_AUTO=true needs @opentelemetry/auto-instrumentations-node, which is not installed, so only model calls are recorded. Install it: npm install @opentelemetry/auto-instrumentations-node.\n',
  );
});

test('a package that only this package finds', async () => {
  const elsewhere = join(await installFolder('auto-elsewhere', { '@opentelemetry/api': '1.10.0' }), 'work');
  mkdirSync(elsewhere, { recursive: true });
  const { stderr } = await runNode({
    nodeArgs: ['--require', join(folder.path, 'node_modules/@x/llm-otel/dist/register.cjs')],
    source: 'setTimeout(() => {}, 1)',
    type: 'cjs',
    cwd: elsewhere,
    env: { LLM_OTEL_AUTO: 'http', LLM_OTEL_LOG: 'info' },
  });
  expect(stderr).toContain('instrumentations of OpenTelemetry: http.');
});
