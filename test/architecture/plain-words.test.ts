import ts from 'typescript';
import { expect, test } from 'vitest';
import { type Source, sources } from './sources.ts';

/** Words that stand for another word: a reader has to look for the noun. */
const PRONOUNS = new Set(
  (
    'it its itself that this these those what which who whom whose one ones they them their theirs ' +
    'some other others such there here'
  ).split(' '),
);

/** Most of these words in 100 words of comment. */
const MOST = 5;

/** All comments of a file, without markers and without text in backticks. */
function commentsOf({ text, tree }: Source): string {
  const comments = new Map<number, string>();
  const visit = (node: ts.Node): void => {
    for (const range of [
      ...(ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.getEnd()) ?? []),
    ])
      comments.set(range.pos, text.slice(range.pos, range.end));
    node.getChildren(tree).forEach(visit);
  };
  visit(tree);
  return [...comments.values()]
    .join('\n')
    .replaceAll(/`[^`]*`/g, ' ')
    .replaceAll(/\{@link [^}]*\}/g, ' ');
}

/** Number of words and of pronouns in `comment`. */
function count(comment: string): { words: number; pronouns: number } {
  const words = comment.toLowerCase().match(/[a-z]+(?:'[a-z]+)?/g) ?? [];
  return { words: words.length, pronouns: words.filter((word) => PRONOUNS.has(word)).length };
}

const share = ({ words, pronouns }: { words: number; pronouns: number }): number => (pronouns / words) * 100;

test('pronouns are counted', () => {
  expect(count('// What it lacks comes from the inner call, `that` is all.')).toEqual({ words: 11, pronouns: 3 });
  expect(count("* Node's own list; the SDK repeats the call.")).toEqual({ words: 8, pronouns: 0 });
});

test(`comments of src and register name their nouns: at most ${MOST} pronouns in 100 words`, () => {
  const counted = sources.map((source) => ({ path: source.path, ...count(commentsOf(source)) }));
  const all = counted.reduce(
    (sum, { words, pronouns }) => ({ words: sum.words + words, pronouns: sum.pronouns + pronouns }),
    { words: 0, pronouns: 0 },
  );
  const worst = counted
    .filter((one) => one.pronouns > 3 && share(one) > MOST)
    .toSorted((a, b) => b.pronouns - a.pronouns)
    .slice(0, 20)
    .map((one) => `${one.path}: ${one.pronouns} of ${one.words}`);
  expect(all.words).toBeGreaterThan(1000);
  expect({
    share: share(all) <= MOST,
    worst: share(all) <= MOST ? [] : worst,
    of: Math.round(share(all) * 10) / 10,
  }).toEqual({
    share: true,
    worst: [],
    of: expect.any(Number),
  });
});
