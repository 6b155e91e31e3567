import type { Env } from '../../config/env.ts';
import { type CommandContext, type CommandLine, UsageError } from '../command.ts';
import { commandProgram, fileProgram, type Program } from './program.ts';
import { programEnvironment } from './program-environment.ts';
import { endLike, startProgram } from './start-program.ts';

/** `run FILE ARGS...` or `run -- COMMAND ARGS...`: runs a program with `register`, and ends as the program ends. */
export async function run(line: CommandLine, context: CommandContext): Promise<number> {
  const { options, repeated, operands, program } = line;
  const { env } = context;
  const wishes = {
    content: options.content === true,
    console: options.console === true,
    otlp: options.otlp === true,
    envFiles: repeated['env-file'] ?? [],
  };
  if (operands.length === 0 && (program ?? []).length === 0)
    throw new UsageError('run: expected a file, or -- and a command; llm-otel run --help has examples');
  const start = (variables: Env): Program =>
    operands.length > 0 ? fileProgram(operands, variables) : commandProgram(program ?? [], variables);
  if (options.view === true) {
    const { viewProgram } = await import('../view/run-view.ts');
    return viewProgram(programEnvironment(env, { ...wishes, content: true, otlp: true }), start, context);
  }
  return endLike(await startProgram(start(programEnvironment(env, wishes))));
}
