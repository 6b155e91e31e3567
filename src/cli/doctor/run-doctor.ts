import { resolve } from 'node:path';
import { VERSION } from '../../runtime/version.ts';
import { type CommandContext, type CommandLine, type ExitCode, UsageError } from '../command.ts';
import { commandCounts, commandFindings, commandPatched } from './command/command-findings.ts';
import { type CommandReport, runCommand } from './command/run-command.ts';
import { diagnose } from './diagnose.ts';
import { findingLines, worstStatus } from './print-findings.ts';

/** `doctor [-- COMMAND ARGS...]`: says whether model calls of the project are recorded and arrive, and what to do. */
export async function run({ options, operands, program }: CommandLine, context: CommandContext): Promise<ExitCode> {
  if (operands.length > 0)
    throw new UsageError(`doctor: expected no operand, got "${operands[0]}"; did you mean --dir?`);
  const dir = resolve(typeof options.dir === 'string' ? options.dir : '.');
  const findings = await diagnose({
    dir,
    env: context.env,
    nodeVersion: process.versions.node,
    network: options['no-network'] !== true,
    send: options.send === true,
    timeoutMs: Number(options.timeout ?? 5000),
  });
  if (findings === undefined) {
    context.report(`doctor: no readable package.json in ${dir}`);
    return 1;
  }
  const report = program === undefined || program.length === 0 ? undefined : await runCommand(program, context.env);
  if (report !== undefined) findings.push(...commandFindings(report, context.env));
  const status = worstStatus(findings);
  if (options.json === true)
    context.print(JSON.stringify({ ...about(dir), status, findings, ...commandAnswer(report) }));
  else context.write(`${findingLines(findings, context.look()).join('\n')}\n`);
  return status === 'fail' || (status === 'warn' && options.strict === true) ? 1 : 0;
}

const about = (dir: string) => ({
  schema: 1,
  version: VERSION,
  node: process.versions.node,
  platform: `${process.platform} ${process.arch}`,
  dir,
});

/** The command in the JSON answer. */
function commandAnswer(report: CommandReport | undefined): object {
  if (report === undefined) return {};
  const { argv, end } = report;
  return {
    command: {
      argv,
      exitCode: end.code,
      signal: end.signal,
      patched: commandPatched(report),
      ...commandCounts(report),
    },
  };
}
