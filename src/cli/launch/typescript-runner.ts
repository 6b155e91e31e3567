import { createRequire } from 'node:module';
import { basename, extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from '../command.ts';

const TYPESCRIPT = /^\.[cm]?tsx?$/;
/** Modules for transpiling: a program with a preloaded transpiler needs no second. */
const RUNNERS = /(?:^|[\\/=@])(?:tsx|ts-node|swc|swc-node|babel|esbuild|sucrase|jiti|tsm|oxc-node)\b/;

/** Abilities of the running Node with TypeScript. */
export interface TypeScriptSupport {
  /** Types are stripped without a flag. */
  readonly strips: boolean;
  /** A flag of Node strips types. */
  readonly hasFlag: boolean;
}

const FLAG = '--experimental-strip-types';

/** The support of the running Node. */
export const nodeSupport = (): TypeScriptSupport => ({
  strips: Boolean((process.features as { typescript?: unknown }).typescript),
  hasFlag: process.allowedNodeEnvironmentFlags.has(FLAG),
});

/**
 * Flags with which Node runs `file`: none for JavaScript, and where `flags` preload a runner. Throws {@link UsageError} if nothing
 * here runs TypeScript.
 * @param flags words of Node in front of the file, and words of NODE_OPTIONS
 */
export function typeScriptFlags(file: string, flags: readonly string[], support: TypeScriptSupport): string[] {
  const extension = extname(file);
  if (!TYPESCRIPT.test(extension) || flags.some((flag) => RUNNERS.test(flag))) return [];
  const tsx = resolved(file, 'tsx');
  if (tsx !== undefined) return ['--import', pathToFileURL(tsx).href];
  // Node strips types, and cannot read JSX.
  if (!extension.endsWith('x')) {
    if (support.strips) return [];
    if (support.hasFlag) return [FLAG];
  }
  throw new UsageError(`${basename(file)} needs tsx: npm install --save-dev tsx`);
}

function resolved(from: string, module: string): string | undefined {
  try {
    return createRequire(from).resolve(module);
  } catch {
    return undefined;
  }
}
