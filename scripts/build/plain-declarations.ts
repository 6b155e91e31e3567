import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Lines of the generator, each with the reason why users need no such line. */
const LINES = {
  /** Names of source files. */
  regions: /^\/\/#(?:region .*|endregion)\n/gm,
  /** The mark of a class with private fields. With the mark a double in a test of an application is no instance of the type. */
  'private marks': /^ *#private;\n/gm,
} as const;

/** Counts of removed lines, by kind. */
export type RemovedLines = Record<keyof typeof LINES, number>;

/** The declarations without names of source files and without marks of private fields. Adds the removed lines to `counts`. */
export function plainDeclarations(text: string, counts: RemovedLines): string {
  let plain = text;
  for (const [kind, pattern] of Object.entries(LINES) as [keyof typeof LINES, RegExp][])
    plain = plain.replace(pattern, () => {
      counts[kind]++;
      return '';
    });
  return plain;
}

/** Rewrites every file of declarations in `outDir`. Throws if a kind of lines is found in no file: the generator has changed. */
export function writePlainDeclarations(outDir: string): void {
  const counts: RemovedLines = { regions: 0, 'private marks': 0 };
  for (const name of readdirSync(outDir).filter((file) => file.endsWith('.d.cts'))) {
    const file = join(outDir, name);
    writeFileSync(file, plainDeclarations(readFileSync(file, 'utf8'), counts));
  }
  const missing = Object.entries(counts).flatMap(([kind, count]) => (count === 0 ? [kind] : []));
  if (missing.length > 0) throw new Error(`plain-declarations: found no ${missing.join(', ')} in ${outDir}`);
}
