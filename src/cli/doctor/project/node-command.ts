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

/** Reads the words of a line. Words in front of `node` belong to the shell, but for the flags of NODE_OPTIONS. */
export function nodeCommand(text: string): NodeCommand {
  // Flags in NODE_OPTIONS stand in front of `node`.
  const options = text.search(/\bNODE_OPTIONS\b/);
  const words = wordsOf(options < 0 ? text : text.slice(options).replace(/^NODE_OPTIONS[=\s]*/, ''));
  const start = words.findIndex((word) => NODE.test(word));
  const preloads: Preload[] = [];
  const late: Preload[] = [];
  const flags: string[] = [];
  let script: string | undefined;
  for (let i = options < 0 ? start + 1 : 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const [flag = '', ...values] = word.split('=');
    const takes = values.length === 0 && (PRELOAD.test(flag) || WITH_VALUE.test(flag));
    const value = values.length > 0 ? values.join('=') : takes ? (words[++i] ?? '') : '';
    if (PRELOAD.test(flag)) (script === undefined ? preloads : late).push({ flag, module: value });
    if (word.startsWith('-')) {
      if (script === undefined) flags.push(takes ? `${word}=${value}` : word);
    } else if (start >= 0 && i > start && !takes) script ??= word;
  }
  return { preloads, late, script, flags };
}
