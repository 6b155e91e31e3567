/** The command line: `llm-otel <command>`. Loads the code of a command when the command runs. */
import { escapeControls } from '../pipeline/escape-controls.ts';
import { messagesTo } from '../runtime/log.ts';
import { VERSION } from '../runtime/version.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';
import { COMMANDS } from './commands.ts';
import { commandHelp, generalHelp } from './help-text.ts';
import { parseCommandLine, suggestion } from './parse-command-line.ts';
import { terminalLook } from './terminal-look.ts';

const HELP: ReadonlySet<string> = new Set(['--help', '-h', 'help']);
const commands: Readonly<Record<string, Command>> = COMMANDS;

/**
 * The outputs are opened with the first text: Node makes a pipe non-blocking when the stream is opened, and the program of `run`
 * has the same pipe.
 */
const outputs: Partial<Record<'stdout' | 'stderr', NodeJS.WriteStream>> = {};

function output(name: 'stdout' | 'stderr'): NodeJS.WriteStream {
  const stream = outputs[name] ?? process[name];
  // A reader such as `head` has seen enough: no error.
  if (outputs[name] === undefined)
    stream.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (name === 'stdout') process.exit(code === 'EPIPE' ? 0 : 2);
    });
  outputs[name] = stream;
  return stream;
}

const context: CommandContext = {
  env: process.env,
  print: (...lines) => void output('stdout').write(lines.map((line) => `${escapeControls(line)}\n`).join('')),
  write: (text) => void output('stdout').write(text),
  report: (message) => void output('stderr').write(`llm-otel: ${escapeControls(message)}\n`),
  look: () => terminalLook(process.env, output('stdout')),
};

/** Runs the command line and sets the exit code of the process. */
export async function main(args: readonly string[]): Promise<void> {
  messagesTo((level, message) => context.report(level === 'warn' ? `warning: ${message}` : message));
  try {
    process.exitCode = await runCommand(args);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    context.report(error.message);
    process.exitCode = 2;
  }
}

async function runCommand([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined) {
    output('stderr').write(`${generalHelp(commands).join('\n')}\n`);
    return 2;
  }
  if (name === '--version' || name === '-v') return printLines([VERSION]);
  if (HELP.has(name)) {
    const [topic] = args;
    return printLines(topic === undefined ? generalHelp(commands) : commandHelp(topic, commandOf(topic)));
  }
  const command = commandOf(name);
  const line = parseCommandLine(name, command, args);
  if (line === 'help') return printLines(commandHelp(name, command));
  return (await command.load()).run(line, context);
}

function printLines(lines: readonly string[]): number {
  context.print(...lines);
  return 0;
}

function commandOf(name: string): Command {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command !== undefined) return command;
  const kind = name.startsWith('-') ? 'option' : 'command';
  throw new UsageError(`unknown ${kind} "${name}"${suggestion(name, [...Object.keys(commands), 'help'])}`);
}
