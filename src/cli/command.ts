/** One option of a command. */
export interface CommandOption {
  /** Name of the value in the help, such as `FILE`; undefined for switches. */
  readonly value?: string;
  readonly help: string;
  /** Shown in the help. */
  readonly default?: string;
}

/** What the user wrote behind the name of a command. */
export interface CommandLine {
  readonly options: Readonly<Record<string, string | true>>;
  /** What is no option, in order; everything behind `--` too. */
  readonly operands: readonly string[];
}

/** What a command works with. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes lines of the result to stdout. */
  print(...lines: readonly string[]): void;
  /** Writes a line that is no result to stderr. */
  report(message: string): void;
}

/** Exit codes of all commands: done; the answer is bad; wrong usage, or the command cannot do its work. */
export type ExitCode = 0 | 1 | 2;

/** The code of a command, which is loaded when the command runs. */
export interface CommandCode {
  run(line: CommandLine, context: CommandContext): Promise<ExitCode> | ExitCode;
}

/** A command of `llm-otel`. */
export interface Command {
  readonly summary: string;
  /** What stands behind the name of the command, such as `ls|send|rm DIR`. */
  readonly operands: string;
  readonly options: Readonly<Record<string, CommandOption>>;
  readonly example: string;
  load(): Promise<CommandCode>;
}

/** Wrong usage: the command ends with 2 and this one sentence. */
export class UsageError extends Error {}
