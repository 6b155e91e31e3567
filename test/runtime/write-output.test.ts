import fs from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

let writeOutput: typeof import('../../src/runtime/write-output.ts').writeOutput;

beforeEach(async () => {
  vi.resetModules();
  ({ writeOutput } = await import('../../src/runtime/write-output.ts'));
  // The runner of the tests may have replaced the method.
  if (Object.hasOwn(process.stderr, 'write')) Reflect.deleteProperty(process.stderr, 'write');
});
afterEach(() => {
  vi.restoreAllMocks();
});

const failure = (code: string): Error => Object.assign(new Error(code), { code });

/** Replaces the system call; returns the texts that were written. */
function mockWrites(write: (bytes: Uint8Array, offset: number) => number): string[] {
  const written: string[] = [];
  vi.spyOn(fs, 'writeSync').mockImplementation(((fd: number, bytes: Uint8Array, offset = 0) => {
    const count = write(bytes, offset);
    written.push(`${fd}:${Buffer.from(bytes.slice(offset, offset + count)).toString()}`);
    return count;
  }) as never);
  return written;
}

test('a text goes to the file descriptor, in as many parts as the pipe takes', () => {
  const written = mockWrites((bytes, offset) => Math.min(4, bytes.length - offset));
  writeOutput('stderr', '0123456789');
  writeOutput('stdout', 'ab');
  expect(written).toEqual(['2:0123', '2:4567', '2:89', '1:ab']);
});

test.each(['EPIPE', 'EBADF', 'EIO'])('%s is nobody’s problem', (code) => {
  mockWrites(() => {
    throw failure(code);
  });
  expect(() => writeOutput('stderr', 'x')).not.toThrow();
});

test('a full pipe is waited for, and only once if nobody reads', () => {
  let full = 3;
  const written = mockWrites((bytes) => {
    if (full-- > 0) throw failure('EAGAIN');
    return bytes.length;
  });
  writeOutput('stderr', 'late');
  expect(written).toEqual(['2:late']);

  full = Number.POSITIVE_INFINITY;
  writeOutput('stderr', 'lost');
  const calls = vi.mocked(fs.writeSync).mock.calls.length;
  writeOutput('stderr', 'lost at once');
  expect(vi.mocked(fs.writeSync).mock.calls).toHaveLength(calls + 1);
  full = 0;
  writeOutput('stderr', 'again');
  expect(written).toEqual(['2:late', '2:again']);
});

test('an application that has replaced write gets the text', () => {
  const taken: unknown[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => taken.push(text) > 0);
  const written = mockWrites((bytes) => bytes.length);
  writeOutput('stderr', 'x');
  expect(taken).toEqual(['x']);
  expect(written).toEqual([]);
});
