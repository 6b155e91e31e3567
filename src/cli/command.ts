import type { TerminalLook } from './terminal-look.ts';

/** One option of a command. */
export interface CommandOption {
  /** Name of the value in the help, such as `FILE`; undefined for switches. */
  readonly value?: string;
  readonly help: string;
  /** Shown in the help. */
  readonly default?: string;
  /** The value is a whole number between the two. */
  readonly range?: readonly [least: number, most: number];
  /** The option may stand several times: all values are in {@link CommandLine.repeated}. */
  readonly repeats?: true;
}

/** The words of the user behind the name of a command. */
export interface CommandLine {
  /** Values by name. Of an option that stands several times, the last value. */
  readonly options: Readonly<Record<string, string | true>>;
  /** All values of the options that may stand several times. */
  readonly repeated: Readonly<Record<string, readonly string[]>>;
  /** What is no option, in order. Everything behind `--` too, unless the command runs a program. */
  readonly operands: readonly string[];
  /** The words behind `--`; undefined without `--`, and for a command that runs no program. */
  readonly program: readonly string[] | undefined;
}

/** The environment and the outputs of a command. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes lines of the result to stdout. Control characters are written out. */
  print(...lines: readonly string[]): void;
  /** Writes a text to stdout as the text is: colours included, and without any control character of data. */
  write(text: string): void;
  /** Writes a line beside the results to stderr. */
  report(message: string): void;
  /** How to draw on stdout. */
  look(): TerminalLook;
}

/** Exit codes of all commands: done; the answer is bad; wrong usage, or the command cannot do its work. */
export type ExitCode = 0 | 1 | 2;

/** The code of a command, which is loaded when the command runs. Another code than {@link ExitCode} is the code of a program. */
export interface CommandCode {
  run(line: CommandLine, context: CommandContext): Promise<number> | number;
}

/** A command of `llm-otel`. */
export interface Command {
  readonly summary: string;
  /** What stands behind the name of the command, such as `ls|send|rm DIR`. A line for each form. */
  readonly operands: string | readonly string[];
  readonly options: Readonly<Record<string, CommandOption>>;
  readonly example: string;
  /**
   * The command runs a program. `behind-dashes`: the words behind `--`. `behind-operand`: the words behind the first operand as
   * well, so an option behind the operand is an option of the program.
   */
  readonly program?: 'behind-dashes' | 'behind-operand';
  load(): Promise<CommandCode>;
}

/** Wrong usage: the command ends with 2 and this one sentence. */
export class UsageError extends Error {}
