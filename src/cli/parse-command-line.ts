import { nearestName } from '../config/nearest-name.ts';
import { type Command, type CommandLine, type CommandOption, UsageError } from './command.ts';

/** `, did you mean "..."?` where a name is near. */
export function suggestion(name: string, names: readonly string[], prefix = ''): string {
  const nearest = nearestName(name, names);
  return nearest === undefined ? '' : `, did you mean "${prefix}${nearest}"?`;
}

/**
 * Reads `--name value`, `--name=value` and operands; `--` ends the options. Throws {@link UsageError}.
 * @returns `help` where the user asks for the help of the command
 */
export function parseCommandLine(
  name: string,
  { options, program }: Pick<Command, 'options' | 'program'>,
  args: readonly string[],
): CommandLine | 'help' {
  const values: Record<string, string | true> = {};
  const repeated: Record<string, string[]> = {};
  const operands: string[] = [];
  const words = [...args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--') {
      if (program !== undefined) return { options: values, repeated, operands, program: words };
      operands.push(...words);
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      if (program !== 'behind-operand') continue;
      operands.push(...words);
      break;
    }
    if (word === '--help' || word === '-h') return 'help';
    const { option, key, value: written } = readOption(name, options, word);
    const value = written ?? (option.value === undefined ? true : takeValue(words));
    values[key] = checked(key, option, value);
    if (option.repeats && typeof value === 'string') repeated[key] = [...(repeated[key] ?? []), value];
  }
  return { options: values, repeated, operands, program: undefined };
}

/** An option as the user wrote the option. */
interface WrittenOption {
  readonly key: string;
  readonly option: CommandOption;
  readonly value: string | undefined;
}

function readOption(command: string, options: Command['options'], word: string): WrittenOption {
  const [written = '', ...values] = word.split('=');
  const key = written.replace(/^--?/, '');
  const option = written.startsWith('--') && Object.hasOwn(options, key) ? options[key] : undefined;
  if (option === undefined)
    throw new UsageError(`unknown option "${written}" for "${command}"${suggestion(key, Object.keys(options), '--')}`);
  if (option.value === undefined && values.length > 0) throw new UsageError(`--${key}: expected no value`);
  return { key, option, value: values.length > 0 ? values.join('=') : undefined };
}

/** The value of an option in a word of its own. Another option is no value: the value was forgotten. */
const takeValue = (words: string[]): string | undefined => (words[0]?.startsWith('--') ? undefined : words.shift());

function checked(key: string, { value: name, range }: CommandOption, value: string | true | undefined): string | true {
  const expected = range === undefined ? name : `${range[0]} to ${range[1]}`;
  if (value === undefined || value === '') throw new UsageError(`--${key}: expected ${expected}`);
  if (range === undefined || value === true) return value;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < range[0] || number > range[1])
    throw new UsageError(`--${key}: expected ${expected}, got "${value}"`);
  return value;
}
