import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A package manager, by its lock file. */
const LOCK_FILES = {
  'pnpm-lock.yaml': { install: 'pnpm add', dedupe: 'pnpm dedupe', remove: 'pnpm remove' },
  'yarn.lock': { install: 'yarn add', dedupe: 'yarn dedupe', remove: 'yarn remove' },
  'bun.lock': { install: 'bun add', dedupe: 'bun install --force', remove: 'bun remove' },
  'package-lock.json': { install: 'npm install', dedupe: 'npm dedupe', remove: 'npm uninstall' },
} as const;

/** Commands of a package manager. */
export interface ProjectTools {
  readonly install: string;
  readonly dedupe: string;
  readonly remove: string;
}

/** The commands of the package manager of a folder; those of npm without a lock file. */
export function projectTools(folder: string): ProjectTools {
  const found = Object.entries(LOCK_FILES).find(([name]) => existsSync(join(folder, name)));
  return found?.[1] ?? LOCK_FILES['package-lock.json'];
}
