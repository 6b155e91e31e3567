/** The page of `llm-otel view` in a real Chromium. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { CLI } from '../cli/run-cli.ts';

/** Where a Chromium of the system is. */
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

/** True without a browser; says so in one line. */
export const hasNoBrowser = CHROMIUM === undefined;
if (hasNoBrowser) console.warn('skipped: the page of llm-otel view, because no Chromium is installed');

let browser: Browser | undefined;

/** Starts the browser before the tests of a file, and ends the browser afterwards. */
export function useBrowser(): void {
  beforeAll(async () => {
    if (CHROMIUM === undefined) return;
    // As root, as in most containers, Chromium starts without its sandbox alone.
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());
}

/** An open page. */
export interface OpenPage {
  readonly page: Page;
  readonly ui: string;
  readonly otlp: string;
  /** Errors of the console and of scripts, and requests to other places. */
  readonly complaints: readonly string[];
  /** Sends a request of OTLP JSON. */
  send(signal: 'traces' | 'logs' | 'metrics', request: object): Promise<void>;
  /** Ends the server. */
  stop(): Promise<void>;
}

/** Opens the page with requests of OTLP JSON that have arrived before. */
export async function openPage(
  requests: readonly object[] = [],
  { hash = '', args = [], ...options }: BrowserContextOptions & { hash?: string; args?: readonly string[] } = {},
): Promise<OpenPage> {
  const folder = mkdtempSync(join(tmpdir(), 'viewer-'));
  const file = join(folder, 'data.jsonl');
  writeFileSync(file, requests.map((request) => `${JSON.stringify(request)}\n`).join(''));
  const ports = ['--port', '0', '--ui-port', '0', '--grpc-port', '0'];
  const child = spawn(process.execPath, [CLI, 'view', ...ports, '--json', '--file', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    await endOf(child);
    rmSync(folder, { recursive: true, force: true });
  });
  const [line] = (await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line')) as [string];
  const { ui, otlp } = JSON.parse(line) as { ui: string; otlp: string };
  const context = await (browser as Browser).newContext({ viewport: { width: 1280, height: 800 }, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  page.on('pageerror', (error) => void complaints.push(error.message));
  page.on(
    'request',
    (request) => void (request.url().startsWith(ui) || complaints.push(`request to ${request.url()}`)),
  );
  await page.goto(ui + hash);
  return {
    page,
    ui,
    otlp,
    complaints,
    send: async (signal, request) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${otlp}/v1/${signal}`, { method: 'POST', headers, body: JSON.stringify(request) });
      if (!answer.ok) throw new Error(await answer.text());
    },
    stop: () => endOf(child),
  };
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
