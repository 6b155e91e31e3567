import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { makeFolder, write } from '../../../src/pipeline/spool/folder.ts';

const calls: string[] = [];
vi.mock(import('node:fs'), async (original) => {
  const fs = await original();
  const paths = new Map<number, string>();
  return {
    ...fs,
    openSync: (path, ...rest) => {
      const file = fs.openSync(path, ...rest);
      paths.set(file, String(path));
      return file;
    },
    fsyncSync: (file) => {
      calls.push(`fsync ${paths.get(file)}`);
      fs.fsyncSync(file);
    },
    renameSync: (from, to) => {
      calls.push(`rename ${String(to)}`);
      fs.renameSync(from, to);
    },
  };
});

beforeEach(() => {
  calls.length = 0;
});

test('with fsync a file is synced before its name, then the folder; without, nothing is', () => {
  const directory = mkdtempSync(join(tmpdir(), 'folder-'));
  const { path } = makeFolder(directory, 'otlp', true);
  write(path, 'a', Buffer.from('x'), true);
  expect(calls).toEqual([
    `fsync ${directory}`,
    `fsync ${join(path, 'a.tmp')}`,
    `rename ${join(path, 'a')}`,
    `fsync ${path}`,
  ]);
  calls.length = 0;
  makeFolder(directory, 'otlp');
  write(path, 'b', Buffer.from('x'), false);
  expect(calls).toEqual([`rename ${join(path, 'b')}`]);
  expect(readdirSync(path).sort()).toEqual(['a', 'b']);
  rmSync(directory, { recursive: true });
});
