/**
 * The folder `shared` beside the checkout of a maintainer: published schemas and recorded exchanges, not part of the
 * repository. No second file of the tests knows the place; a clone without the folder skips the tests.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../../shared');

/** Path of `name` in the shared folder, or undefined in a clone without it. */
export function findShared(name: string): string | undefined {
  const path = join(FOLDER, name);
  return existsSync(path) ? path : undefined;
}
