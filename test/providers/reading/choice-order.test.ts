import { expect, test } from 'vitest';
import { generateOutput } from '../../../src/providers/formats/gemini/content.ts';
import { generateFacts } from '../../../src/providers/formats/gemini/response.ts';
import { chatOutput } from '../../../src/providers/formats/openai-chat/content.ts';
import { completionFacts } from '../../../src/providers/formats/openai-chat/response.ts';
import { choiceIndex, inChoiceOrder } from '../../../src/providers/reading/choice-order.ts';

test('reasons and messages of chat completions follow the index', () => {
  const choices = [
    { index: 1, finish_reason: 'length', message: { content: 'b' } },
    { index: 0, finish_reason: 'stop', message: { content: 'a' } },
  ];
  expect(completionFacts({ choices }).finishReasons).toEqual(['stop', 'length']);
  expect(chatOutput({ choices }).map(({ finish_reason }) => finish_reason)).toEqual(['stop', 'length']);
});

test('reasons and messages of Gemini follow the index', () => {
  const candidates = [
    { index: 1, finishReason: 'MAX_TOKENS' },
    { index: 0, finishReason: 'STOP' },
  ];
  expect(generateFacts({ candidates }).finishReasons).toEqual(['stop', 'length']);
  expect(generateOutput({ candidates }).map(({ finish_reason }) => finish_reason)).toEqual(['stop', 'length']);
});

test.each<readonly [list: readonly unknown[], ordered: readonly unknown[]]>([
  [
    [{ index: 0 }, { index: 1 }],
    [{ index: 0 }, { index: 1 }],
  ],
  [
    ['a', 'b'],
    ['a', 'b'],
  ],
  [
    [
      { index: 0, a: 1 },
      { index: 0, a: 2 },
    ],
    [
      { index: 0, a: 1 },
      { index: 0, a: 2 },
    ],
  ],
  [
    [{ index: -1, a: 1 }, { index: null }],
    [{ index: -1, a: 1 }, { index: null }],
  ],
  [
    [{ index: 2 }, { index: 0 }, { index: 1 }],
    [{ index: 0 }, { index: 1 }, { index: 2 }],
  ],
])('%o', (list, ordered) => {
  expect(inChoiceOrder(list)).toEqual(ordered);
});

test.each([0.5, -1, 4096, '1', null, Number.NaN])('%o is no index', (sent) => {
  expect(choiceIndex(sent, 3)).toBe(3);
});
