import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
}

/** All files of the page: no further file of the disk is ever read. */
const FILES = {
  '/': { name: 'index.html', type: 'text/html; charset=utf-8' },
  '/viewer.js': { name: 'viewer.js', type: 'text/javascript; charset=utf-8' },
  '/viewer.css': { name: 'viewer.css', type: 'text/css; charset=utf-8' },
  '/icon.svg': { name: 'icon.svg', type: 'image/svg+xml' },
} as const satisfies Record<string, { name: string; type: string }>;

/** Finds a file of the page by its path; undefined for any further path. */
export type PageFiles = (path: string) => PageFile | undefined;

/** The files of the page in a folder, each read when it is asked for first. */
export function pageFiles(folder: string): PageFiles {
  const loaded = new Map<string, PageFile>();
  return (path) => {
    const row = Object.hasOwn(FILES, path) ? FILES[path as keyof typeof FILES] : undefined;
    if (row === undefined) return undefined;
    const file = loaded.get(path) ?? { type: row.type, bytes: readFileSync(join(folder, row.name)) };
    loaded.set(path, file);
    return file;
  };
}
