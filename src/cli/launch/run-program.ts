import { type CommandContext, type CommandLine, UsageError } from '../command.ts';
import { commandProgram, fileProgram } from './program.ts';
import { programEnvironment } from './program-environment.ts';
import { endLike, startProgram } from './start-program.ts';

/** `run FILE ARGS...` or `run -- COMMAND ARGS...`: runs a program with `register`, and ends as the program ends. */
export async function run(line: CommandLine, { env }: CommandContext): Promise<number> {
  const { options, repeated, operands, program } = line;
  const wishes = {
    content: options.content === true,
    console: options.console === true,
    otlp: options.otlp === true,
    envFiles: repeated['env-file'] ?? [],
  };
  if (operands.length === 0 && (program ?? []).length === 0)
    throw new UsageError('run: expected a file, or -- and a command; llm-otel run --help has examples');
  const variables = programEnvironment(env, wishes);
  const started = operands.length > 0 ? fileProgram(operands, variables) : commandProgram(program ?? [], variables);
  return endLike(await startProgram(started));
}
