import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Env } from '../../../config/env.ts';
import { commandProgram } from '../../launch/program.ts';
import { programEnvironment } from '../../launch/program-environment.ts';
import { type ProgramEnd, startProgram } from '../../launch/start-program.ts';
import type { ProcessReport } from './process-report.ts';

/** The records of the processes of a command, and the end of the command. */
export interface CommandReport {
  readonly argv: readonly string[];
  readonly end: ProgramEnd;
  /** A report for each process with `register`. */
  readonly processes: readonly ProcessReport[];
}

/** Runs a command as `run` does, with the output on stderr. */
export async function runCommand(argv: readonly string[], env: Env): Promise<CommandReport> {
  const folder = mkdtempSync(join(tmpdir(), 'llm-otel-report-'));
  try {
    const wishes = { content: false, console: false, otlp: false, envFiles: [] };
    const variables = { ...programEnvironment(env, wishes), LLM_OTEL_REPORT_FOLDER: folder };
    const end = await startProgram(commandProgram(argv, variables, { report: true }), 2);
    return { argv, end, processes: readReports(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const readReports = (folder: string): ProcessReport[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as ProcessReport);
