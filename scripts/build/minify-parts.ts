import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { minifySync } from 'rolldown/utils';

/**
 * Files that nobody reads in a stack trace of an application: the command line, and code of other packages. The code that runs
 * beside an application stays as it is written.
 */
const MINIFIED = [/^yaml-.*\.cjs$/, /^pipeline-re2\.cjs$/, /^cli\/.*\.cjs$/];

/** The marks by which the third-party notices find the packages in a file. */
const ORIGIN = /^\/\/#region .*node_modules\/.*$/gm;

/** Makes files of the build smaller. Throws if a row of {@link MINIFIED} matches no file. */
export function minifyParts(outDir: string): void {
  const files = readdirSync(outDir, { recursive: true }).map((name) => String(name).replaceAll('\\', '/'));
  for (const pattern of MINIFIED) {
    const matching = files.filter((file) => pattern.test(file));
    if (matching.length === 0) throw new Error(`no file to minify: ${pattern}`);
    for (const file of matching) minifyFile(join(outDir, file));
  }
}

function minifyFile(path: string): void {
  const code = readFileSync(path, 'utf8');
  const { code: small, errors } = minifySync(path, code, { compress: false, module: false });
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const packages = new Map([...code.matchAll(ORIGIN)].map(([mark]) => [packageOf(mark), mark]));
  writeFileSync(path, [...packages.values(), small].join('\n'));
}

const packageOf = (mark: string): string | undefined => mark.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1];
