import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packProject, prepareApplication } from '../support/folders.ts';
import { freePort } from '../support/free-ports.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { cleanEnv } from '../support/spawn.ts';

/** Standalone builds of Next.js, moved to a folder that has nothing but the build. */
const VERSIONS = {
  'Next 15': { next: '15.5.29', react: '19.3.1' },
  'Next 16': { next: '16.4.6', react: '19.3.1' },
} as const;

/** What is in the environment of the server. `instrumentation.js` is in the build, and brings the package into the build. */
const WAYS = {
  'instrumentation.js alone': {},
  'NODE_OPTIONS=--require': { NODE_OPTIONS: '--require @x/llm-otel/register' },
} as const;
type Way = keyof typeof WAYS;

const FILES = {
  'app/layout.js': `export default function Layout({ children }) { return <html lang="en"><body>{children}</body></html>; }`,
  'app/page.js': `export default function Page() { return <p>hello</p>; }`,
  'app/ask/route.js': `
import OpenAI from 'openai';
export const dynamic = 'force-dynamic';
export async function GET() {
  const openai = new OpenAI({ apiKey: 'test', baseURL: process.env.PROVIDER_URL + '/v1' });
  const messages = [{ role: 'user', content: 'Why is the sea blue?' }];
  const answer = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages });
  return Response.json({ role: answer.choices[0].message.role });
}
`,
  'instrumentation.js': `
export async function register() {
  if (process.env.NEXT_RUNTIME === 'nodejs') await import('@x/llm-otel/register');
}
`,
  'next.config.mjs': `
export default {
  output: 'standalone',
  serverExternalPackages: ['openai', '@x/llm-otel'],
  outputFileTracingRoot: import.meta.dirname,
};
`,
} as const;

/** Builds the application in `folder`, and moves the build. */
async function build(folder: string): Promise<string> {
  rmSync(join(folder, '.next'), { recursive: true, force: true });
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  await promisify(execFile)(join(folder, 'node_modules/.bin/next'), ['build'], {
    cwd: folder,
    env: { ...cleanEnv(), NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', CI: '1' },
    maxBuffer: 2 ** 24,
  });
  const place = mkdtempSync(join(realpathSync(tmpdir()), 'llm-otel-next-'));
  cpSync(join(folder, '.next/standalone'), place, { recursive: true, verbatimSymlinks: true });
  // Nothing may be found in the folder of the build.
  rmSync(join(folder, '.next'), { recursive: true, force: true });
  return place;
}

describe.each(Object.entries(VERSIONS))('%s, standalone', (name, { next, react }) => {
  let place = '';
  let provider: ProviderServer;
  let receiver: OtlpReceiver;
  beforeAll(async () => {
    const dependencies = { '@opentelemetry/api': '1.9.1', next, openai: '7.59.0', react, 'react-dom': react };
    const start = `places-${name.toLowerCase().replace(' ', '-')}`;
    place = await build(realpathSync((await prepareApplication(start, dependencies, await packProject())).path));
    [provider, receiver] = await Promise.all([startProviderServer(), startOtlpReceiver()]);
  });
  afterAll(async () => {
    rmSync(place, { recursive: true, force: true });
    await Promise.all([provider?.close(), receiver?.close()]);
  });

  test.each(Object.keys(WAYS) as Way[])('%s: a call of a route is recorded below the request', async (way) => {
    receiver.reset();
    const port = await freePort();
    const env = {
      ...WAYS[way],
      PORT: String(port),
      HOSTNAME: '127.0.0.1',
      OTEL_SERVICE_NAME: 'places',
      PROVIDER_URL: provider.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    };
    const server = spawn(process.execPath, ['server.js'], { cwd: place, env: cleanEnv(env) });
    const ended = once(server, 'exit');
    let said = '';
    for (const stream of [server.stdout, server.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    try {
      await expect.poll(() => said, { timeout: 30_000 }).toContain('Ready');
      const answer = await fetch(`http://127.0.0.1:${port}/ask`);
      expect([await answer.text(), said]).toEqual(['{"role":"assistant"}', expect.any(String)]);
    } finally {
      // Like a platform that stops the application.
      server.kill('SIGTERM');
      await ended;
    }
    const spans = receiver.spans();
    const call = spans.find(({ name }) => name === 'chat gpt-4o-mini');
    expect(said).not.toContain('@x/llm-otel: warning');
    expect(call?.scope.name).toBe('@x/llm-otel/openai');
    expect(spans.find(({ spanId }) => spanId === call?.parentSpanId)?.scope.name).toBe('next.js');
  });
});
