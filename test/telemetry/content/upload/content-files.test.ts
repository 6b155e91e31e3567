import { expect, test } from 'vitest';
import type { PreparedContent } from '../../../../src/telemetry/content/prepare.ts';
import { filesOf } from '../../../../src/telemetry/content/upload/content-files.ts';

function prepared(structured: PreparedContent['structured']): PreparedContent {
  const json = Object.fromEntries(Object.entries(structured).map(([name, list]) => [name, JSON.stringify(list)]));
  return { structured, json };
}

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const MESSAGES = [
  { role: 'user', parts: [{ type: 'text', content: 'é' }] },
  { role: 'user', parts: [] },
];

test('names and attributes are those of opentelemetry-util-genai', () => {
  const files = filesOf(
    prepared({
      'gen_ai.input.messages': MESSAGES,
      'gen_ai.output.messages': MESSAGES,
      'gen_ai.system_instructions': [
        { type: 'text', content: 'a' },
        { type: 'text', content: 'b' },
      ],
      'gen_ai.tool.definitions': [{ type: 'function', name: 'w' }],
    }),
    'json',
  );
  const names = Object.fromEntries(files.map(({ attribute, name, isShared }) => [attribute, [name, isShared]]));
  const id = String(names['gen_ai.input.messages_ref']?.[0]).split('_')[0];
  expect(id).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
  expect(names).toEqual({
    'gen_ai.input.messages_ref': [`${id}_inputs.json`, false],
    'gen_ai.output.messages_ref': [`${id}_outputs.json`, false],
    // SHA-256 of "a\nb", as the Python package makes it
    'gen_ai.system_instructions_ref': [
      '7e18f737311b2dc3b2f269dd78396b0351f14fb66efa879f768cb23181883c78_system_instruction.json',
      true,
    ],
    'gen_ai.tool.definitions_ref': [expect.stringMatching(/^[\da-f]{64}_tool\.definitions\.json$/), true],
  });
  expect(text(files[0]?.bytes)).toBe(`${JSON.stringify(MESSAGES)}\n`);
});

test('jsonl: a line for each message, with its place', () => {
  const [file] = filesOf(prepared({ 'gen_ai.input.messages': MESSAGES }), 'jsonl');
  expect(file?.name).toMatch(/_inputs\.jsonl$/);
  expect(text(file?.bytes)).toBe(
    '{"role":"user","parts":[{"type":"text","content":"é"}],"index":0}\n{"role":"user","parts":[],"index":1}\n',
  );
});

test('equal tools share a file, whatever the order of their keys', () => {
  const name = (tool: object) => filesOf(prepared({ 'gen_ai.tool.definitions': [tool as never] }), 'json')[0]?.name;
  expect(name({ type: 'function', name: 'w' })).toBe(name({ name: 'w', type: 'function' }));
  expect(name({ type: 'function', name: 'w' })).not.toBe(name({ type: 'function', name: 'v' }));
});

test('instructions with something other than text are not shared', () => {
  const list = [{ type: 'uri', uri: 'https://a.example' }];
  expect(filesOf(prepared({ 'gen_ai.system_instructions': list }), 'json')[0]?.isShared).toBe(false);
});
