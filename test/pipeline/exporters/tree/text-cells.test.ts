import { describe, expect, test } from 'vitest';
import { escapeControls, escapeJson } from '../../../../src/pipeline/escape-controls.ts';
import { graphemeWidth } from '../../../../src/pipeline/exporters/tree/cells/cell-width.ts';
import { fitText, wrapText } from '../../../../src/pipeline/exporters/tree/cells/fit-text.ts';
import { countCharacters, textWidth } from '../../../../src/pipeline/exporters/tree/cells/graphemes.ts';

test.each([
  ['a\nb\r\tc', 'a\\nb\\r\\tc'],
  ['\x1b[31mred\x07\x7f\x9b', '\\x1b[31mred\\x07\\x7f\\x9b'],
  ['\u202eevil\u2066\u200f\u061c', '\\u202eevil\\u2066\\u200f\\u061c'],
  ['\u2028\u2029', '\\u2028\\u2029'],
  ['\ud83d lone \udc00', '\\ud83d lone \\udc00'],
  ['日本 👍 é', '日本 👍 é'],
])('%j is shown as %s', (text, shown) => {
  expect(escapeControls(text)).toBe(shown);
});

test('JSON stays JSON', () => {
  const value = { text: 'a\u202e\x9b\x7f\u2028"\ud800' };
  const safe = escapeJson(JSON.stringify(value));
  expect(safe).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(safe)).toEqual(value);
});

test.each([
  ['a', 1],
  ['日', 2],
  ['한', 2],
  ['ｱ', 1],
  ['Ａ', 2],
  ['é', 1],
  ['e\u0301', 1],
  ['👍', 2],
  ['⌚', 2],
  ['❤', 1],
  ['❤\ufe0f', 2],
  ['1\ufe0f\u20e3', 2],
  ['🇵🇹', 2],
  ['\u200d', 0],
  ['…', 1],
  ['█', 1],
])('%s takes %i cells', (grapheme, width) => {
  expect(graphemeWidth(grapheme)).toBe(width);
});

test('the members of a joined emoji are added', () => {
  expect(graphemeWidth('👨\u200d👩\u200d👧')).toBe(6);
});

describe('fitText', () => {
  test.each([
    ['gpt-4o-mini', 11, 'gpt-4o-mini'],
    ['gpt-4o-mini', 6, 'gpt-4…'],
    ['日本語モデル', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['ab👨\u200d👩\u200d👧cd', 6, 'ab…'],
    ['ae\u0301e\u0301e\u0301', 3, 'ae\u0301…'],
    ['ab\u202ecd', 8, 'ab…'],
    ['x', 0, ''],
    [`a${'\u200b'.repeat(900)}`, 3, `a${'\u200b'.repeat(94)}…`],
  ])('%s in %i cells', (text, room, shown) => {
    expect(fitText(text, room, '…').text).toBe(shown);
  });

  test('knows the cells of what it returns', () => {
    for (const text of ['日本語モデル', 'a👨\u200d👩\u200d👧b', '\x1b[2J', 'plain', 'é'.repeat(9)])
      for (let room = 0; room < 20; room++)
        for (const ellipsis of ['…', '...']) {
          const { text: shown, width } = fitText(text, room, ellipsis);
          expect(textWidth(shown)).toBe(width);
          expect(width).toBeLessThanOrEqual(room);
        }
  });

  test('a letter with hundreds of marks is no letter', () => {
    expect(fitText(`a${'e\u0301'.padEnd(100, '\u0301')}`, 10, '…').text).toBe('a\ufffd');
  });
});

describe('wrapText', () => {
  const texts = (text: string, room: number, most = 3) => {
    const { lines, rest } = wrapText(text, room, most);
    return [lines.map((line) => line.text), rest];
  };

  test.each([
    ['one two three', 8, [['one two', 'three'], 0]],
    ['one two three four five six', 8, [['one two', 'three', 'four'], 8]],
    ['abcdefghij', 3, [['abc', 'def', 'ghi'], 1]],
    ['日本語日本語', 4, [['日本', '語日', '本語'], 0]],
    ['', 8, [[], 0]],
    ['a\nb', 8, [['a\\nb'], 0]],
    ['👍👍👍👍👍', 2, [['👍', '👍', '👍'], 2]],
    [`a${'\u200b'.repeat(900)}`, 2, [[`a${'\u200b'.repeat(118)}`], 782]],
  ])('%j in %i cells', (text, room, expected) => {
    expect(texts(text, room)).toEqual(expected);
  });

  test('nothing is lost: lines and rest are all characters', () => {
    const text = 'The model said \x1b[31m日本語 and 👨\u200d👩\u200d👧 for reasonsofverylongwords, or not. '.repeat(20);
    for (let room = 6; room < 40; room++) {
      const { lines, rest } = wrapText(text, room, 3);
      for (const line of lines) expect(line.width).toBeLessThanOrEqual(room);
      const shown = text.slice(0, text.length - (text.length ? tailLength(text, rest) : 0));
      const squeezed = (value: string): string => escapeControls(value).replaceAll(' ', '');
      expect(squeezed(lines.map((line) => line.text).join(''))).toBe(squeezed(shown));
    }
  });

  const tailLength = (text: string, characters: number): number =>
    [...text].slice([...text].length - characters).join('').length;
});

test('characters are code points', () => {
  expect(countCharacters('a👍\ud800é')).toBe(4);
});
