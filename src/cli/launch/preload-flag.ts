import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** How a program loads a file of this package before its own code. */
export type PreloadForm = 'import' | 'require';

/** Words for a preload with `--require`. */
const REQUIRES = /^(?:-r|--require(?:=.*)?)$/;

/** Whether words ask Node to preload a module with `-r` or `--require`. */
export const hasRequire = (words: readonly string[]): boolean => words.some((word) => REQUIRES.test(word));

/** Words of a text of a shell, or of NODE_OPTIONS, without quotes. */
export const wordsOf = (text: string): string[] => text.split(/[\s"'()&|;]+/).filter((word) => word !== '');

/**
 * `--require` beside another `-r`, else `--import`: with any `--import` Node does not start a program that
 * `-r ts-node/register`, `@swc-node/register` or `@babel/register` has to transpile.
 * @param words the command line of the program, with the flags of Node
 */
export function preloadForm(words: readonly string[], nodeOptions: string, folder: string): PreloadForm {
  return hasRequire(words) || hasRequire(wordsOf(nodeOptions)) || hasRequire(wordsOf(scriptOf(words, folder)))
    ? 'require'
    : 'import';
}

const MANAGERS = /^(?:npm|pnpm|yarn|bun)(?:\.cmd|\.exe)?$/;
const SCRIPTS_OF_SCRIPTS = 5;

/** Text of the script of package.json that a package manager runs, with the scripts that the script runs; empty for another program. */
function scriptOf(words: readonly string[], folder: string): string {
  const scripts = scriptsIn(folder);
  let found = '';
  let open = [words.join(' ')];
  for (let depth = 0; depth < SCRIPTS_OF_SCRIPTS && open.length > 0; depth++) {
    const texts = open.flatMap((text) => namesOfScripts(text)).flatMap((name) => scripts[name] ?? []);
    found += ` ${texts.join(' ')}`;
    open = texts;
  }
  return found;
}

/** Words behind package managers: maybe names of scripts. */
function namesOfScripts(text: string): string[] {
  const words = wordsOf(text);
  return words.flatMap((word, i) =>
    MANAGERS.test(basename(word)) ? words.slice(i + 1).flatMap((name) => [`pre${name}`, name, `post${name}`]) : [],
  );
}

function scriptsIn(folder: string): Readonly<Record<string, string>> {
  const file = join(folder, 'package.json');
  try {
    const { scripts } = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { scripts?: object }) : {};
    return Object.fromEntries(Object.entries(scripts ?? {}).filter(([, text]) => typeof text === 'string'));
  } catch {
    return {}; // the package manager says so better
  }
}

/** Words of a command line that preload `register`, or another file of the build, of the package in `folder`. */
export function preloadWords(folder: string, form: PreloadForm, name = 'register'): string[] {
  return form === 'require'
    ? ['--require', join(folder, 'dist', `${name}.cjs`)]
    : ['--import', pathToFileURL(join(folder, 'dist', `${name}.${name === 'register' ? 'mjs' : 'cjs'}`)).href];
}

/** The same for NODE_OPTIONS. A path is quoted: NODE_OPTIONS ends a word at a space, and has `\` as an escape in quotes. */
export function preloadOption(folder: string, form: PreloadForm, name = 'register'): string {
  const [flag = '', value = ''] = preloadWords(folder, form, name);
  const isPlain = /^[^\s"\\]*$/.test(value);
  return isPlain ? `${flag}=${value}` : `${flag}="${value.replaceAll(/["\\]/g, '\\$&')}"`;
}
