import { describe, expect, test } from 'vitest';
import {
  type ChunkGroup,
  checkChunkGroups,
  codeSplitting,
  idlePaths,
  isInGroup,
} from '../../scripts/build/chunk-groups.ts';
import { build } from './rolldown.ts';

const GROUP: ChunkGroup = {
  name: 'recording',
  paths: ['cost/.*', 'config/shared'],
  except: ['cost/table[\\w-]*'],
};

test.each([
  ['/app/src/cost/rates.ts', true],
  ['/app/src/cost/deep/rates.ts', true],
  ['C:\\app\\src\\cost\\rates.ts', true],
  ['/app/src/config/shared.ts', true],
  ['/app/src/config/shared-config.ts', false],
  ['/app/src/cost/rates.d.ts', false],
  ['/app/src/cost/table-of-prices.ts', false],
  ['/app/lib/cost/rates.ts', false],
])('%s: %s', (id, expected) => {
  expect(isInGroup(GROUP, id)).toBe(expected);
});

test('the first group takes a source that several name', () => {
  const { groups } = codeSplitting([{ name: 'start', paths: ['config/shared'] }, GROUP]);
  expect(groups.map(({ name, priority }) => [name, priority])).toEqual([
    ['start', 2],
    ['recording', 1],
  ]);
  expect(groups.map((group) => group.test('/app/src/config/shared.ts'))).toEqual([true, true]);
});

describe('a path that stands for no source', () => {
  test('is found, also among the exceptions', () => {
    const ids = ['/app/src/cost/rates.ts', '/app/src/config/shared.ts'];
    expect(idlePaths([GROUP], [...ids, '/app/src/cost/table.ts'])).toEqual([]);
    expect(idlePaths([GROUP], ids)).toEqual(['recording: cost/table[\\w-]*']);
    expect(idlePaths([GROUP], [])).toHaveLength(3);
  });

  test('fails the build', async () => {
    const sources = {
      'src/index.ts': "export { rate } from './cost/rates.ts';",
      'src/cost/rates.ts': 'export const rate = 1;',
    };
    const made = (paths: string[]) =>
      build(sources, { index: './src/index.ts' }, [checkChunkGroups([{ name: 'recording', paths }])]);
    await expect(made(['cost/.*'])).resolves.toBeDefined();
    await expect(made(['cost/.*', 'cost/moved'])).rejects.toThrow('no source matches recording: cost/moved');
  });
});
