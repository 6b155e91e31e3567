import { describe, expect, test } from 'vitest';
import type { StreamReader } from '../../src/facts/call.ts';
import { MessageReader } from '../../src/providers/formats/anthropic-messages/stream.ts';
import { interactionReason } from '../../src/providers/google-genai/interactions/response.ts';
import { InteractionReader } from '../../src/providers/google-genai/interactions/stream.ts';
import { ResponsesReader } from '../../src/providers/openai/stream.ts';
import { PartsReader } from '../../src/providers/vercel-ai/stream.ts';
import { rowsOf } from '../support/source-tables.ts';

/** One table of chunk kinds: where it stands, a chunk of a type in it, and the kind of every type. */
interface Table {
  readonly file: string;
  readonly name: string;
  readonly reader: () => Pick<StreamReader, 'kind'>;
  readonly chunk: (type: string) => unknown;
  readonly kinds: Readonly<Record<string, string>>;
}

const TABLES: readonly Table[] = [
  {
    file: 'src/providers/openai/stream.ts',
    name: 'EVENT_KINDS',
    reader: () => new ResponsesReader(false),
    chunk: (type) => ({ type }),
    kinds: {
      'response.output_text.delta': 'text',
      'response.reasoning': 'reasoning',
      'response.function_call_arguments.delta': 'tool_call',
      'response.custom_tool_call_input.delta': 'tool_call',
      'response.mcp_call_arguments.delta': 'tool_call',
      'response.refusal.delta': 'refusal',
      'response.audio': 'audio',
      'response.completed': 'usage',
      'response.incomplete': 'usage',
    },
  },
  {
    file: 'src/providers/formats/anthropic-messages/stream.ts',
    name: 'DELTA_KINDS',
    reader: () => new MessageReader(),
    chunk: (type) => ({ type: 'content_block_delta', delta: { type } }),
    kinds: {
      text_delta: 'text',
      citations_delta: 'text',
      thinking_delta: 'reasoning',
      signature_delta: 'reasoning',
      input_json_delta: 'tool_call',
    },
  },
  {
    file: 'src/providers/formats/anthropic-messages/stream.ts',
    name: 'BLOCK_KINDS',
    reader: () => new MessageReader(),
    chunk: (type) => ({ type: 'content_block_start', content_block: { type } }),
    kinds: {
      text: 'text',
      thinking: 'reasoning',
      redacted_thinking: 'reasoning',
      tool_use: 'tool_call',
      server_tool_use: 'tool_call',
      mcp_tool_use: 'tool_call',
    },
  },
  {
    file: 'src/providers/google-genai/interactions/stream.ts',
    name: 'CHUNK_KINDS',
    reader: () => new InteractionReader(),
    chunk: (type) => ({ event_type: 'step.delta', index: 0, delta: { type } }),
    kinds: {
      text: 'text',
      thought_summary: 'reasoning',
      arguments_delta: 'tool_call',
      function_call: 'tool_call',
      audio: 'audio',
    },
  },
  {
    file: 'src/providers/vercel-ai/stream.ts',
    name: 'CHUNK_KINDS',
    reader: () => new PartsReader(),
    chunk: (type) => ({ type }),
    kinds: {
      'text-start': 'text',
      'text-delta': 'text',
      'reasoning-start': 'reasoning',
      'reasoning-delta': 'reasoning',
      'tool-input-start': 'tool_call',
      'tool-input-delta': 'tool_call',
      'tool-call': 'tool_call',
      finish: 'usage',
    },
  },
];

describe.each(TABLES)('$file $name', ({ file, name, reader, chunk, kinds }) => {
  test.each(Object.entries(kinds))('%s starts %s', (type, kind) => {
    expect(reader().kind(chunk(type))).toBe(kind);
  });

  test.each(['constructor', 'something_new', ''])('%j starts nothing', (type) => {
    expect(reader().kind(chunk(type))).toBeUndefined();
  });

  test('every row has one here', () => {
    expect(rowsOf(file, name).sort()).toEqual(Object.keys(kinds).sort());
  });
});

/** Statuses of interactions that are no reason by that name, and those that are none at all. */
const REASONS: Readonly<Record<string, string>> = { requires_action: 'tool_calls', incomplete: 'length' };
const PENDING = ['in_progress', 'queued', 'undefined'];

describe('the status of an interaction', () => {
  test.each(Object.entries(REASONS))('%s is the reason %s', (status, reason) => {
    expect(interactionReason(status, false)).toBe(reason);
  });

  test.each(PENDING)('%s is no reason yet', (status) => {
    expect(interactionReason(status === 'undefined' ? undefined : status, true)).toBeUndefined();
  });

  test('every row has one here', () => {
    const file = 'src/providers/google-genai/interactions/response.ts';
    expect(rowsOf(file, 'REASONS').sort()).toEqual(Object.keys(REASONS).sort());
    expect(rowsOf(file, 'PENDING').sort()).toEqual([...PENDING].sort());
  });
});
