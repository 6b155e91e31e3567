import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/spawn.ts';

const FOLDER = join(ROOT, 'docs/decisions');
const pages = readdirSync(FOLDER).filter((name) => name !== 'README.md');
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

test.each(pages)('%s has its number, date, status and headings', (name) => {
  const [, number] = /^(\d{3})-[a-z0-9]+(?:-[a-z0-9]+)*\.md$/.exec(name) ?? [];
  const text = read(name);
  expect(text.split('\n')[0]).toMatch(new RegExp(`^# ${number}\\. \\S`));
  expect(text).toMatch(/^- Date: \d{4}-\d\d-\d\d$/m);
  expect(text).toMatch(/^- Status: (?:accepted|rejected|replaced by \d{3})$/m);
  expect(text.match(/^## .*$/gm)).toEqual(['## Context', '## Decision', '## Rejected', '## Consequences']);
});

test('every decision has a number of its own', () => {
  const numbers = pages.map((name) => name.slice(0, 3));
  expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
});

test('the index has each page with its title, date and status', () => {
  const rows = pages.sort().map((name) => {
    const text = read(name);
    const title = /^# \d{3}\. (.*)$/m.exec(text)?.[1];
    const date = /^- Date: (.*)$/m.exec(text)?.[1];
    const status = /^- Status: (.*)$/m.exec(text)?.[1];
    return `| [${name.slice(0, 3)}](${name}) | ${title} | ${date} | ${status} |`;
  });
  expect(read('README.md').match(/^\| \[.*$/gm)).toEqual(rows);
});
