/**
 * One table of what applications do with an SDK, run with and without the instrumentation: the application must not be
 * able to tell the difference, and every span must end as `docs/telemetry.md` says.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildChild } from './conformance/build.ts';
import { CASES } from './conformance/cases/index.ts';
import type { Assignment } from './conformance/child.ts';
import { KITS, type Provider } from './conformance/kits/index.ts';
import type { CaseReport, Mode } from './conformance/types.ts';
import { spanProblems } from './conformance/verdict.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** Longest a child may take; a healthy one takes a few seconds. */
const CHILD_LIMIT = 150_000;

/** For a look at one case, see docs/contributing/debugging.md: words of its name, and a folder for what the children say. */
const { CONFORMANCE_ONLY, CONFORMANCE_KEEP, LLM_OTEL_LOG } = process.env;

/** One run of the table. */
export interface ConformanceRun {
  readonly provider: Provider;
  readonly mode: Mode;
  /** Folder whose `node_modules` holds the SDK. Default: this repository. */
  readonly sdkDir?: string | undefined;
  /** Node to run on. Default: the one this runs on. */
  readonly node?: string | undefined;
  /** Folder of the built package. Default: `dist`. */
  readonly dist?: string | undefined;
  /** Instrument each client by `instrument(client)`, and not the SDK by hooks. */
  readonly clients?: boolean | undefined;
  /** Only cases whose name holds this. */
  readonly only?: string | undefined;
}

/** What both processes of a run saw, by the name of the case. */
export interface ConformanceReport {
  readonly plain: ReadonlyMap<string, CaseReport>;
  readonly instrumented: ReadonlyMap<string, CaseReport>;
}

/** Runs the table in two child processes, without and with the instrumentation. */
async function runConformance(run: ConformanceRun): Promise<ConformanceReport> {
  const [plain, instrumented] = await Promise.all([runChild(run, false), runChild(run, true)]);
  return { plain, instrumented };
}

/** Runs the table once. */
async function runChild(run: ConformanceRun, instrumented: boolean): Promise<Map<string, CaseReport>> {
  const { module } = KITS[run.provider];
  const cwd = run.sdkDir ?? ROOT;
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const report = join(folder, 'report.jsonl');
  const { version } = JSON.parse(readFileSync(join(cwd, 'node_modules', module, 'package.json'), 'utf8')) as {
    version: string;
  };
  const entry = run.mode === 'esm' ? 'index.mjs' : 'index.cjs';
  const assignment: Assignment = {
    provider: run.provider,
    mode: run.mode,
    version,
    distribution: instrumented ? pathToFileURL(join(run.dist ?? join(ROOT, 'dist'), entry)).href : undefined,
    report,
    clients: run.clients,
    only: run.only ?? CONFORMANCE_ONLY,
  };
  const child = JSON.stringify(pathToFileURL(join(buildChild(ROOT), 'child.js')).href);
  // Evaluated, not a file: its imports and requires then resolve from the folder it runs in, the SDK's.
  const load = run.mode === 'esm' ? `() => import('${module}')` : `() => require('${module}')`;
  const code = `import(${child}).then(({ run }) => run(${JSON.stringify(assignment)}, ${load}))`;
  try {
    const { failure, stdout, stderr } = await execute(run.node ?? process.execPath, run.mode, code, cwd);
    if (CONFORMANCE_KEEP !== undefined) {
      writeFileSync(join(folder, 'stdout.txt'), stdout);
      writeFileSync(join(folder, 'stderr.txt'), stderr);
      const name = `${run.provider}-${run.mode}-${instrumented ? 'instrumented' : 'plain'}`;
      cpSync(folder, join(CONFORMANCE_KEEP, name), { recursive: true });
    }
    const lines = readReport(report);
    if (failure !== undefined)
      throw new Error(`the child stopped after ${lines.at(-1)?.name ?? 'no case'}: ${failure}`);
    return new Map(lines.map((line) => [line.name, line]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How a child ended: what it printed, and why it stopped before its end if it did. */
interface ChildEnd {
  readonly failure: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

function execute(node: string, mode: Mode, code: string, cwd: string): Promise<ChildEnd> {
  const type = mode === 'esm' ? 'module' : 'commonjs';
  const log = LLM_OTEL_LOG === undefined ? {} : { LLM_OTEL_LOG };
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...log };
  return new Promise((resolve) => {
    execFile(
      node,
      ['--expose-gc', `--input-type=${type}`, '--eval', code],
      { cwd, env, timeout: CHILD_LIMIT, killSignal: 'SIGKILL', maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const failure = error === null ? undefined : `${error.message.split('\n')[0]}\n${stdout}\n${stderr}`;
        resolve({ failure, stdout, stderr });
      },
    );
  });
}

function readReport(path: string): CaseReport[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as CaseReport);
  } catch {
    return [];
  }
}

/** Declares one test a case for each module system. */
export function describeConformance(run: Omit<ConformanceRun, 'mode'>, modes: readonly Mode[] = ['esm', 'cjs']): void {
  const kit = KITS[run.provider];
  const how = run.clients === true ? ', clients instrumented one by one' : '';
  describe.each(modes)(`${run.provider} keeps the application's view (%s${how})`, (mode) => {
    let report: ConformanceReport;
    beforeAll(async () => {
      report = await runConformance({ ...run, mode });
    }, CHILD_LIMIT + 10_000);

    const cases = [...CASES, ...kit.cases].filter(({ name }) => name.includes(CONFORMANCE_ONLY ?? ''));
    for (const testCase of cases) {
      it(testCase.name, ({ skip }) => {
        const [before, after] = [report.plain.get(testCase.name), report.instrumented.get(testCase.name)];
        if (before?.skipped) skip('not in this version of the SDK');
        expect(after?.seen).toEqual(before?.seen);
        expect(after && spanProblems(testCase, kit, after)).toEqual([]);
      });
    }
  });
}
