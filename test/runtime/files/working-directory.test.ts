import { afterEach, expect, test, vi } from 'vitest';
import { workingDirectory } from '../../../src/runtime/files/working-directory.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test('the working directory is the directory of the process', () => {
  expect(workingDirectory()).toBe(process.cwd());
});

test('a removed working directory has an absolute path below which nothing can be made', () => {
  vi.spyOn(process, 'cwd').mockImplementation(() => {
    throw Object.assign(new Error('ENOENT: no such file or directory, uv_cwd'), { code: 'ENOENT' });
  });
  expect(workingDirectory()).toBe('/proc/self/cwd');
});
