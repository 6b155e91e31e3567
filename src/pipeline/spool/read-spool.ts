import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { countReadable } from './count-items.ts';
import * as folder from './folder.ts';

/** The files of one pipeline in a spool directory. */
export interface SpoolSummary {
  readonly pipeline: string;
  readonly files: number;
  readonly bytes: number;
  /** Spans or log records; encrypted files, and files that cannot be read, count 0. */
  readonly items: number;
  /** Time of the oldest file in milliseconds since 1970; undefined without files. */
  readonly oldest: number | undefined;
}

/**
 * Reads what a spool directory holds, a row a pipeline. Throws if the directory cannot be read.
 *
 * @example
 * for (const { pipeline, items } of readSpool('/var/spool/llm-otel')) console.log(pipeline, items);
 */
export function readSpool(directory: string): SpoolSummary[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const path = join(directory, name);
      const files = folder.list(path);
      return {
        pipeline: name,
        files: files.length,
        bytes: files.reduce((sum, { length }) => sum + length, 0),
        items: files.reduce((sum, file) => sum + itemsIn(path, file), 0),
        oldest: files[0]?.time,
      };
    });
}

function itemsIn(path: string, { name, format, isEncrypted }: folder.Listed): number {
  if (isEncrypted) return 0;
  try {
    return countReadable(folder.read(path, name), format);
  } catch {
    return 0; // gone, or the file of another user
  }
}
