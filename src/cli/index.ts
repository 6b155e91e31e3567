/** The command line: `llm-otel <command>`. Loads the code of a command when the command runs. */
import { VERSION } from '../runtime/version.ts';
import { type Command, type CommandContext, type ExitCode, UsageError } from './command.ts';
import { COMMANDS } from './commands.ts';
import { commandHelp, generalHelp } from './help-text.ts';
import { parseCommandLine, suggestion } from './parse-command-line.ts';
import { printable } from './printable.ts';

const HELP: ReadonlySet<string> = new Set(['--help', '-h', 'help']);
const commands: Readonly<Record<string, Command>> = COMMANDS;

const context: CommandContext = {
  env: process.env,
  print: (...lines) => void process.stdout.write(lines.map((line) => `${printable(line)}\n`).join('')),
  report: (message) => void process.stderr.write(`llm-otel: ${printable(message)}\n`),
};

/** Runs the command line and sets the exit code of the process. */
export async function main(args: readonly string[]): Promise<void> {
  // A reader such as `head` has seen enough: no error.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 2));
  process.stderr.on('error', () => {});
  try {
    process.exitCode = await runCommand(args);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    context.report(error.message);
    process.exitCode = 2;
  }
}

async function runCommand([name, ...args]: readonly string[]): Promise<ExitCode> {
  if (name === undefined) {
    for (const line of generalHelp(commands)) process.stderr.write(`${line}\n`);
    return 2;
  }
  if (name === '--version' || name === '-v') return printLines([VERSION]);
  if (HELP.has(name)) {
    const [topic] = args;
    return printLines(topic === undefined ? generalHelp(commands) : commandHelp(topic, commandOf(topic)));
  }
  const command = commandOf(name);
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  if (own.some((arg) => arg === '--help' || arg === '-h')) return printLines(commandHelp(name, command));
  const line = parseCommandLine(name, command, args);
  return (await command.load()).run(line, context);
}

function printLines(lines: readonly string[]): ExitCode {
  context.print(...lines);
  return 0;
}

function commandOf(name: string): Command {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command !== undefined) return command;
  const kind = name.startsWith('-') ? 'option' : 'command';
  throw new UsageError(`unknown ${kind} "${name}"${suggestion(name, [...Object.keys(commands), 'help'])}`);
}
