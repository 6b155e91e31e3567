import { wordsOf } from '../../launch/preload-flag.ts';

/** A preload of a command line. */
export interface Preload {
  readonly flag: string;
  readonly module: string;
}

/** The parts of a line that starts Node. */
export interface NodeCommand {
  /** Preloads in front of the script: the preloads that Node sees. */
  readonly preloads: readonly Preload[];
  /** Preloads behind the script: arguments of the script. */
  readonly late: readonly Preload[];
  /** The script; undefined for words that hold flags alone. */
  readonly script: string | undefined;
  /** Words in front of the script. */
  readonly flags: readonly string[];
}

const PRELOAD = /^(?:--import|--require|-r|--loader|--experimental-loader)$/;
const WITH_VALUE =
  /^(?:--env-file|--env-file-if-exists|--conditions|-C|--input-type|--inspect-port|--title|--watch-path)$/;
const NODE = /^(?:\S*\/)?(?:node|nodejs|nodemon|tsx|ts-node|node-dev|pm2-runtime)$/;

/** Reads the words of a line. Words in front of `node` belong to the shell. */
export function nodeCommand(text: string): NodeCommand {
  const words = wordsOf(text.replaceAll(/(?<=\s|^)(?:ENV\s+)?NODE_OPTIONS[=\s]/g, ''));
  const start = words.findIndex((word) => NODE.test(word));
  const preloads: Preload[] = [];
  const late: Preload[] = [];
  const flags: string[] = [];
  let script: string | undefined;
  const rest = words.slice(start + 1);
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] ?? '';
    const [flag = '', ...values] = word.split('=');
    const takes = values.length === 0 && (PRELOAD.test(flag) || WITH_VALUE.test(flag));
    const value = values.length > 0 ? values.join('=') : takes ? (rest[++i] ?? '') : '';
    if (PRELOAD.test(flag)) (script === undefined ? preloads : late).push({ flag, module: value });
    if (word.startsWith('-')) {
      if (script === undefined) flags.push(takes ? `${word}=${value}` : word);
    } else if (start >= 0 && !takes) script ??= word;
  }
  return { preloads, late, script, flags };
}
