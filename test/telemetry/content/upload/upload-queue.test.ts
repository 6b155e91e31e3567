import { beforeEach, describe, expect, test, vi } from 'vitest';
import { flush } from '../../../../src/otel/flush.ts';
import { sayLastWords } from '../../../../src/otel/last-words.ts';
import * as log from '../../../../src/runtime/log.ts';
import { type UploadFile, UploadQueue } from '../../../../src/telemetry/content/upload/upload-queue.ts';

const warnings: string[] = [];
beforeEach(() => {
  warnings.length = 0;
  // Queues of the tests before hold files for ever.
  for (const name of ['flush', 'last-words'])
    (globalThis as unknown as Record<symbol, Set<unknown> | undefined>)[Symbol.for(`@x/llm-otel.${name}`)]?.clear();
  vi.spyOn(log, 'warn').mockImplementation((message) => void warnings.push(message));
});

const file = (path: string, size = 1, isShared = false): UploadFile => ({
  path,
  bytes: new Uint8Array(size),
  isShared,
});

/** A target whose files are stored, or refused, when the test says so. */
function heldTarget(hasPutNow = true) {
  const open = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const storedNow: string[] = [];
  return {
    open,
    storedNow,
    target: {
      base: 'file:///base',
      put: (path: string) => new Promise<void>((resolve, reject) => void open.set(path, { resolve, reject })),
      putNow: hasPutNow ? (path: string): void => void storedNow.push(path) : undefined,
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('bounds', () => {
  test('files beyond the number are lost, and told with the number', async () => {
    const { target, open } = heldTarget();
    const queue = new UploadQueue(target, 2);
    for (const path of ['a', 'b', 'c']) queue.add(file(path));
    expect([...open.keys()]).toEqual(['a', 'b']);
    expect(warnings).toEqual([
      '1 file with content could not be stored in file:///base: 2 files or 64 MiB wait already',
    ]);
    open.get('a')?.resolve();
    await settled();
    queue.add(file('d'));
    expect([...open.keys()]).toEqual(['a', 'b', 'd']);
  });

  test('bytes beyond 64 MiB are lost', () => {
    const { target, open } = heldTarget();
    const queue = new UploadQueue(target, 100);
    queue.add(file('a', 40 * 1024 * 1024));
    queue.add(file('b', 30 * 1024 * 1024));
    queue.add(file('c'));
    expect([...open.keys()]).toEqual(['a', 'c']);
  });

  test('eight files are stored at a time', async () => {
    const { target, open } = heldTarget();
    const queue = new UploadQueue(target, 100);
    for (let i = 0; i < 10; i++) queue.add(file(`f${i}`));
    expect(open.size).toBe(8);
    open.get('f0')?.resolve();
    await settled();
    expect(open.size).toBe(9);
  });

  test('further losses are told once a minute, not one by one', () => {
    const { target } = heldTarget();
    const queue = new UploadQueue(target, 1);
    for (let i = 0; i < 10; i++) queue.add(file(`f${i}`));
    expect(warnings).toHaveLength(1);
    sayLastWords();
    expect(warnings[1]).toContain('8 files with content could not be stored');
  });
});

describe('shared files', () => {
  test('are stored once, and again after a failure', async () => {
    const { target, open } = heldTarget();
    const queue = new UploadQueue(target, 100);
    queue.add(file('tools', 1, true));
    queue.add(file('tools', 1, true));
    expect(open.size).toBe(1);
    open.get('tools')?.reject(new Error('disk full'));
    await settled();
    expect(warnings[0]).toContain('disk full');
    open.clear();
    queue.add(file('tools', 1, true));
    expect(open.size).toBe(1);
  });
});

describe('the end', () => {
  test('flush() waits for what is under way', async () => {
    const { target, open } = heldTarget();
    const queue = new UploadQueue(target, 100);
    queue.add(file('a'));
    let result: boolean | undefined;
    const flushed = flush(60_000).then((all) => {
      result = all;
    });
    await settled();
    expect(result).toBeUndefined();
    open.get('a')?.resolve();
    await flushed;
    expect(await flush(1)).toBe(true);
  });

  test('at the end of the process everything is stored at once, files of later calls too', () => {
    const { target, storedNow } = heldTarget();
    const queue = new UploadQueue(target, 100);
    queue.add(file('a'));
    sayLastWords();
    queue.add(file('b'));
    expect(storedNow).toEqual(['a', 'b']);
    expect(warnings).toEqual([]);
  });

  test('a target that takes time loses the files, and says so', () => {
    const { target } = heldTarget(false);
    const queue = new UploadQueue(target, 100);
    queue.add(file('a'));
    sayLastWords();
    expect(warnings[0]).toContain('the process ended before the module had stored the file');
  });
});
