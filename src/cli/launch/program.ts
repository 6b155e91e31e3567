import { existsSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Env } from '../../config/env.ts';
import { UsageError } from '../command.ts';
import { packageFolder } from '../package-folder.ts';
import { preloadForm, preloadOption, preloadWords, wordsOf } from './preload-flag.ts';
import { nodeSupport, typeScriptFlags } from './typescript-runner.ts';

/** A program that is ready to start with `register`. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Env;
}

/**
 * A file for the same Node, with the flags of this process. Throws {@link UsageError} if Node cannot run the file.
 * @param words the file and the arguments of the file
 */
export function fileProgram([file = '', ...args]: readonly string[], env: Env, folder = process.cwd()): Program {
  const flags = process.execArgv;
  const main = mainFile(file, folder);
  const options = env.NODE_OPTIONS ?? '';
  const form = preloadForm(flags, options, folder);
  const register = preloadWords(packageFolder(main), form);
  const typeScript = typeScriptFlags(main, [...flags, ...wordsOf(options)], nodeSupport());
  return { command: process.execPath, args: [...register, ...flags, ...typeScript, file, ...args], env };
}

/** Any program: Node finds `register` in NODE_OPTIONS. `report`: each process also writes a report for the doctor. */
export function commandProgram(
  [command = '', ...args]: readonly string[],
  env: Env,
  { report = false, folder = process.cwd() }: { readonly report?: boolean; readonly folder?: string } = {},
): Program {
  const options = env.NODE_OPTIONS ?? '';
  const form = preloadForm([command, ...args], options, folder);
  const copy = packageFolder(join(folder, 'package.json'));
  const preloads = [preloadOption(copy, form), ...(report ? [preloadOption(copy, form, 'cli/report')] : [])];
  return {
    command,
    args,
    env: {
      ...env,
      NODE_OPTIONS: inOrder(preloads, options)
        .filter((part) => part !== '')
        .join(' '),
    },
  };
}

/** In front of other flags, but behind the loader of Yarn's archives: before the loader no file of an archive can be read. */
const inOrder = (preloads: readonly string[], options: string): string[] =>
  /\.pnp\.c?js\b/.test(options) ? [options, ...preloads] : [...preloads, options];

/** The file that Node runs for `file`: Node also finds a file without its extension, and the main file of a folder. */
function mainFile(file: string, folder: string): string {
  const path = resolve(folder, file);
  if (existsSync(path) && statSync(path).isFile()) return realpathSync(path);
  try {
    return createRequire(join(folder, 'package.json')).resolve(path);
  } catch {
    throw new UsageError(`run: no such file "${file}"`);
  }
}
