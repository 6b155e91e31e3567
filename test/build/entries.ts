/** The entries of the package, from package.json. Their files are in dist/. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/spawn.ts';

type Target = { readonly types: string; readonly default: string };

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly import: Target; readonly require: Target }>>;
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

/** Name of an entry with code, as an application imports the entry, and the file of its types. */
export interface Entry {
  readonly name: string;
  readonly types: string;
}

/** Every entry with code. */
export const ENTRIES: readonly Entry[] = Object.entries(manifest.exports).flatMap(([path, target]) =>
  typeof target === 'string' ? [] : [{ name: manifest.name + path.slice(1), types: join(ROOT, target.require.types) }],
);

/** Every entry without code, such as the schema, and its file. */
export const DATA_ENTRIES: readonly Entry[] = Object.entries(manifest.exports).flatMap(([path, target]) =>
  typeof target === 'string' ? [{ name: manifest.name + path.slice(1), types: join(ROOT, target) }] : [],
);
