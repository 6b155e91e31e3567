import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { filesIn } from '../architecture/sources.ts';
import { ROOT } from '../support/spawn.ts';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CODE_OF_CONDUCT.md',
  'CHANGELOG.md',
  ...filesIn('docs').filter((path) => path.endsWith('.md')),
];

/** Headings of a page as the forge makes anchors of them. */
function anchorsOf(text: string): ReadonlySet<string> {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '');
  return new Set(
    [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    ),
  );
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

test.each(PAGES)('links of %s lead somewhere', (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]*)\)/g)].map(([, link = '']) => link);
  const broken = links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && statSync(join(ROOT, target)).isFile() && !anchorsOf(read(target)).has(anchor);
  });
  expect(broken).toEqual([]);
});

test('pages of users do not link to pages that are in no tarball', () => {
  const ofUsers = PAGES.filter((page) => /^docs\/[\w-]+\.md$/.test(page));
  expect(ofUsers.filter((page) => /\]\((?:contributing|decisions)\//.test(read(page)))).toEqual([]);
});
