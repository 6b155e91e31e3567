/** Runs a child `node` the way a user would, in an environment that holds nothing of the caller's telemetry settings. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What to run: `file`, or `source`, which is written to a temporary file inside `cwd` so that its imports resolve from there. */
export interface RunOptions {
  /** Flags of node itself, before the file: `['--import', '@x/llm-otel/register']`. */
  nodeArgs?: readonly string[];
  /** Arguments after the file; without a file, everything node gets. */
  args?: readonly string[];
  file?: string;
  source?: string;
  /** What `source` is. Default `mjs`. */
  type?: 'mjs' | 'cjs';
  /** Added to the clean environment; `undefined` removes a variable. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Default: the package's root. */
  cwd?: string;
  /** Path of the node binary. Default: this one. */
  node?: string;
  /** Kills the child (SIGKILL) after so many milliseconds. Default 60,000. */
  timeoutMs?: number;
  /** Sees stdout as it comes, with the child, to signal or kill it at a point of its run. */
  onStdout?: (soFar: string, kill: (signal: NodeJS.Signals) => void) => void;
  /** Written to the child's stdin, which is then closed. */
  input?: string;
}

/** How the child ended. */
export interface RunResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
  readonly timedOut: boolean;
}

/** The package's root folder. */
export const ROOT = join(import.meta.dirname, '..', '..');

const FOREIGN =
  /^(OTEL_|LLM_OTEL_|OPENAI_|AZURE_OPENAI_|ANTHROPIC_|GEMINI_|GOOGLE_|NODE_OPTIONS$|NODE_ENV$|NO_COLOR$|FORCE_COLOR$|VITEST)/;

/** The caller's environment without what would steer telemetry, SDKs or node itself. */
export function cleanEnv(extra: RunOptions['env'] = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) if (!FOREIGN.test(name)) env[name] = value;
  for (const [name, value] of Object.entries(extra)) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  return env;
}

/** Runs node to its end. Never rejects because of how the child ended; look at `code`, `signal`, `timedOut`. */
export async function runNode(options: RunOptions): Promise<RunResult> {
  const { cwd = ROOT, source, type = 'mjs' } = options;
  if (source === undefined) return start(options, options.file, cwd);
  const folder = await mkdtemp(join(cwd, '.run-'));
  try {
    const file = join(folder, `main.${type}`);
    await writeFile(file, source);
    return await start(options, file, cwd);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function start(options: RunOptions, file: string | undefined, cwd: string): Promise<RunResult> {
  const { nodeArgs = [], args = [], env, node = process.execPath, timeoutMs = 60_000, onStdout, input } = options;
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const argv = [...nodeArgs, ...(file === undefined ? [] : [file]), ...args];
    const child = spawn(node, argv, { cwd, env: cleanEnv(env) });
    const result = { stdout: '', stderr: '', timedOut: false };
    const timer = setTimeout(() => {
      result.timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      result.stdout += text;
      onStdout?.(result.stdout, (signal) => child.kill(signal));
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      result.stderr += text;
    });
    // A child that ends without reading its input breaks the pipe; that is its right.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ ...result, code, signal, ms: performance.now() - began });
    });
  });
}
