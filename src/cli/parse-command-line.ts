import { nearestName } from '../config/nearest-name.ts';
import { type Command, type CommandLine, UsageError } from './command.ts';

/** `, did you mean "..."?` where a name is near. */
export function suggestion(name: string, names: readonly string[], prefix = ''): string {
  const nearest = nearestName(name, names);
  return nearest === undefined ? '' : `, did you mean "${prefix}${nearest}"?`;
}

/** Reads `--name value`, `--name=value` and operands; `--` ends the options. Throws {@link UsageError}. */
export function parseCommandLine(command: string, { options }: Command, args: readonly string[]): CommandLine {
  const found: Record<string, string | true> = {};
  const operands: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '--') return { options: found, operands: [...operands, ...args.slice(at + 1)] };
    if (!arg.startsWith('-') || arg === '-') {
      operands.push(arg);
      continue;
    }
    const [written = '', ...values] = arg.split('=');
    const name = written.replace(/^--?/, '');
    const option = written.startsWith('--') && Object.hasOwn(options, name) ? options[name] : undefined;
    if (option === undefined)
      throw new UsageError(
        `unknown option "${written}" for "${command}"${suggestion(name, Object.keys(options), '--')}`,
      );
    if (option.value === undefined && values.length > 0) throw new UsageError(`--${name}: expected no value`);
    const value = values.length > 0 ? values.join('=') : option.value === undefined ? true : args[++at];
    if (value === undefined || value === '') throw new UsageError(`--${name}: expected ${option.value}`);
    found[name] = value;
  }
  return { options: found, operands };
}
