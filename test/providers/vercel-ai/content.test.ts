import { describe, expect, test } from 'vitest';
import { generateOutput, languageInput } from '../../../src/providers/vercel-ai/content.ts';
import { vercelContentParts } from '../../../src/providers/vercel-ai/content-parts.ts';
import { schemaProblems } from '../../support/content-schemas.ts';

const BYTES = new Uint8Array([1, 2, 3]);
const IMAGE = { modality: 'image', mime_type: 'image/png' };

/** Parts of prompts and answers, in the forms of `ai` 5, 6 and 7. */
const PARTS: readonly (readonly [part: unknown, expected: readonly object[]])[] = [
  [{ type: 'text', text: 'Hi' }, [{ type: 'text', content: 'Hi' }]],
  [{ type: 'text', text: '' }, []],
  [{ type: 'reasoning', text: 'Hm' }, [{ type: 'reasoning', content: 'Hm' }]],
  [{ type: 'file', mediaType: 'image/png', data: BYTES }, [{ type: 'blob', ...IMAGE, content: BYTES }]],
  [{ type: 'file', mediaType: 'image/png', data: 'AQID' }, [{ type: 'blob', ...IMAGE, content: 'AQID' }]],
  [
    { type: 'file', mediaType: 'image/*', data: new URL('https://x.example/y.png') },
    [{ type: 'uri', modality: 'image', uri: 'https://x.example/y.png' }],
  ],
  [
    { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AQID' } },
    [{ type: 'blob', ...IMAGE, content: 'AQID' }],
  ],
  [
    { type: 'file', mediaType: 'image/png', data: { type: 'url', url: new URL('https://x.example/y.png') } },
    [{ type: 'uri', ...IMAGE, uri: 'https://x.example/y.png' }],
  ],
  [
    {
      type: 'file',
      mediaType: 'application/pdf',
      filename: 'a.pdf',
      data: { type: 'reference', reference: { openai: 'file-1' } },
    },
    [{ type: 'file', modality: 'document', mime_type: 'application/pdf', filename: 'a.pdf', file_id: 'file-1' }],
  ],
  [{ type: 'file', mediaType: 'text/plain', data: { type: 'text', text: 'Hi' } }, [{ type: 'text', content: 'Hi' }]],
  [{ type: 'file', mediaType: 'image/png' }, []],
  [
    { type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: { city: 'Rome' } },
    [{ type: 'tool_call', id: 'c1', name: 'weather', arguments: { city: 'Rome' } }],
  ],
  [
    { type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: '{"city":"Rome"}' },
    [{ type: 'tool_call', id: 'c1', name: 'weather', arguments: { city: 'Rome' } }],
  ],
  ...(
    [
      [{ type: 'text', value: 'rain' }, 'rain'],
      [{ type: 'json', value: { sky: 'grey' } }, { sky: 'grey' }],
      [{ type: 'error-text', value: 'no' }, 'no'],
      [{ type: 'content', value: [{ type: 'text', text: 'rain' }] }, [{ type: 'text', content: 'rain' }]],
      ['bare', 'bare'],
      [undefined, ''],
    ] as const
  ).map(
    ([output, response]) =>
      [
        { type: 'tool-result', toolCallId: 'c1', toolName: 'weather', output },
        [{ type: 'tool_call_response', id: 'c1', response }],
      ] as const,
  ),
  [
    { type: 'source', sourceType: 'url', url: 'https://x.example' },
    [{ type: 'uri', modality: 'document', uri: 'https://x.example' }],
  ],
  [{ type: 'custom', kind: 'anthropic.message_start' }, []],
  [{ type: 'tool-approval-request', approvalId: 'a' }, []],
  [{ type: 'hologram', depth: 3 }, [{ type: 'hologram', depth: 3 }]],
  ['not a part', []],
  [null, []],
];

describe('parts', () => {
  test.each(PARTS)('%j', (given, expected) => {
    const parts = vercelContentParts([given]);
    expect(parts).toEqual(expected);
    expect(schemaProblems('gen_ai.input.messages', [{ role: 'user', parts }])).toEqual([]);
  });
});

test('the system messages in front are the instructions', () => {
  const options = {
    prompt: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      { role: 'system', content: 'Be briefer.' },
    ],
    tools: [
      { type: 'function', name: 'weather', description: 'Weather', inputSchema: { type: 'object' } },
      { type: 'provider-defined', id: 'openai.web_search', name: 'search', args: { key: 'secret' } },
      { type: 'function' },
    ],
  };
  const input = languageInput(options);
  expect(input).toEqual({
    system: [{ type: 'text', content: 'Be brief.' }],
    messages: [
      { role: 'user', parts: [{ type: 'text', content: 'Hi' }] },
      { role: 'system', parts: [{ type: 'text', content: 'Be briefer.' }] },
    ],
    tools: [
      { type: 'function', name: 'weather', description: 'Weather', parameters: { type: 'object' } },
      { type: 'openai.web_search', name: 'search' },
    ],
  });
  expect(schemaProblems('gen_ai.input.messages', input.messages)).toEqual([]);
  expect(languageInput(undefined)).toEqual({ messages: [] });
});

test('an answer', () => {
  const content = [{ type: 'text', text: 'Hi' }];
  const output = generateOutput({ content, finishReason: { unified: 'tool-calls', raw: undefined } });
  expect(output).toEqual([{ role: 'assistant', parts: [{ type: 'text', content: 'Hi' }], finish_reason: 'tool_call' }]);
  expect(schemaProblems('gen_ai.output.messages', output)).toEqual([]);
});
