/** Servers that a test starts on free ports of 127.0.0.1 and stops at its end. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that runs. */
export interface Server {
  /** A folder for its data, deleted at the end. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** What to start. `args` and `env` may need the folder. */
export interface ServerOptions {
  readonly command: string;
  args(folder: string): readonly string[];
  env?(folder: string): Readonly<Record<string, string>>;
  /** Answers with a status below 400 once the server works. */
  readonly ready: string;
  /** Seconds until that must be so. Default 60. */
  readonly seconds?: number;
}

/** Starts a server and waits until it works; what it said is in the error if it does not. */
export async function startServer({ command, args, env, ready, seconds = 60 }: ServerOptions): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'llm-otel-backend-'));
  const child = spawn(command, args(folder), {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...env?.(folder) },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: servers in Python start more processes.
    detached: true,
  });
  let said = '';
  const hear = (text: Buffer): void => {
    said = `${said}${text}`.slice(-5000);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', (error) => {
      said += String(error);
      resolve();
    });
  });
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(-(child.pid ?? Number.NaN), name);
    } catch {} // gone already
  };
  const stop = async (): Promise<void> => {
    signal('SIGTERM');
    await Promise.race([ended, sleep(5000)]);
    signal('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  const works = await eventually(
    async () => (await fetch(ready)).status < 400,
    seconds * 1000,
    () => child.exitCode !== null,
  );
  if (works) return { folder, stop };
  await stop();
  throw new Error(`${command} did not answer at ${ready} within ${seconds} s. It said:\n${said}`);
}

/** Asks until the answer is true, or the time is over, or `hopeless` says that no answer will come. */
async function eventually(
  ask: () => Promise<boolean>,
  ms: number,
  hopeless: () => boolean = () => false,
): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end && !hopeless(); await sleep(200))
    if (await ask().catch(() => false)) return true;
  return false;
}

/** Asks a backend until the answer is complete; the last answer after `ms`, complete or not, for the test to judge. */
export async function askUntil<T>(ask: () => Promise<T>, complete: (answer: T) => boolean, ms = 30_000): Promise<T> {
  for (const end = Date.now() + ms; ; await sleep(300)) {
    try {
      const answer = await ask();
      if (complete(answer) || Date.now() > end) return answer;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/** Spans of a trace of the burst. */
const TRACE_SPANS = 100;

/** Ids of the spans of `traceIds`. `ask` has the ids that a backend has stored of a trace so far; `ms` for each trace. */
export async function storedSpanIds(
  traceIds: readonly string[],
  ask: (traceId: string) => Promise<readonly string[]>,
  ms: number,
): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const traceId of traceIds) {
    const found = await askUntil(
      () => ask(traceId),
      ({ length }) => length >= TRACE_SPANS,
      ms,
    );
    for (const id of found) ids.add(id);
  }
  return ids;
}

/** The JSON that an address answers with; an error names the address. */
export async function getJson<T>(url: string, init?: RequestInit): Promise<T> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} of ${url}: ${text.slice(0, 500)}`);
  return JSON.parse(text) as T;
}
