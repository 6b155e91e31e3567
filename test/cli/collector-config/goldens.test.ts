import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { SAMPLER_TWINS } from '../../../src/cli/collector-config/twins/sampler-twins.ts';
import { STEP_TWINS } from '../../../src/cli/collector-config/twins/step-twins.ts';
import '../../pipeline/support/parts.ts';
import { ROOT } from '../../support/spawn.ts';
import { type Golden, goldens } from './golden-files.ts';

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../../pipeline/support/load.ts'));

let all: readonly Golden[] = [];
beforeAll(() => {
  all = goldens();
});

test.each(['defaults', 'environment', 'sampling', 'steps', 'without-twin'])('%s', async (name) => {
  expect(all).toHaveLength(5);
  const golden = all.find((one) => one.name === name);
  await expect(`${golden?.lines.join('\n')}\n`).toMatchFileSnapshot(golden?.path ?? '');
});

test('no header value is written', () => {
  const text = all.flatMap(({ lines }) => lines).join('\n');
  expect(text).not.toContain('hunter2');
  expect(text).toContain('{env:OTLP_HEADER_AUTHORIZATION}');
});

/** Rows of the table of a page that has the header. */
function tableOf(page: string, header: string): string[][] {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  const rows = text.slice(text.indexOf(header)).split('\n\n')[0]?.split('\n').slice(2) ?? [];
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const namesIn = (cell = ''): string[] => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name).sort();

test.each([
  ['shaping.md', '| step | processors of the Collector |', STEP_TWINS],
  ['sampling.md', '| sampler | processors of the Collector |', SAMPLER_TWINS],
] as const)('the table of docs/%s has every twin', (page, header, twins) => {
  const rows = tableOf(page, header).map(([names, processors]) => [namesIn(names), namesIn(processors)]);
  const written = Object.fromEntries(
    rows.flatMap(([names = [], processors]) => names.map((name) => [name, processors])),
  );
  const expected = Object.entries(twins).map(([name, { processors }]) => [name, [...processors].sort()]);
  expect(written).toEqual(Object.fromEntries(expected));
});
