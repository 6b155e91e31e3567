import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/config/options.ts';
import type { Message, Part } from '../../../src/facts/messages.ts';
import {
  type CallContent,
  goesOnEvents,
  goesOnSpans,
  prepareContent,
  prepareToolContent,
} from '../../../src/telemetry/content/prepare.ts';
import type { ContentSettings } from '../../../src/telemetry/content/prepare-part.ts';
import { BoundedText, cutText, REDACTION_MARGIN } from '../../../src/telemetry/content/truncation.ts';
import { schemaNote, schemaProblems } from '../../support/content-schemas.ts';

type Out = { role: string; name?: string; finish_reason?: string; parts: Record<string, unknown>[] }[];

const settings = (changes: Partial<ContentSettings> = {}): ContentSettings => ({ ...DEFAULTS, ...changes });
const bytes = (text: string): number => Buffer.byteLength(text);
const text = (content: string): Part => ({ type: 'text', content });
const user = (...parts: Part[]): Message => ({ role: 'user', parts });
const base64 = (size: number): string => Buffer.from(Array.from({ length: size }, (_, i) => (i * 37) % 256)).toString('base64'); // biome-ignore format: one line

/** Prepares, and checks on the way what has to hold for all content. */
function prepare(content: CallContent, changes: Partial<ContentSettings> = {}) {
  const config = settings(changes);
  const before = quietJson(content);
  const prepared = prepareContent(content, config);
  expect(quietJson(content)).toBe(before);
  for (const [name, json] of Object.entries(prepared?.json ?? {})) {
    const value = JSON.parse(json) as unknown;
    expect(value).toEqual(prepared?.structured[name as 'gen_ai.input.messages']);
    expect(schemaProblems(name, value)).toEqual([]);
    expect(bytes(json)).toBeLessThanOrEqual(config.contentMaxBytes);
    expect(json).not.toMatch(/\p{Surrogate}|\\ud[89a-f]/u);
  }
  return prepared;
}

function quietJson(value: unknown): string {
  try {
    return JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? String(v) : v)) ?? '';
  } catch {
    return '';
  }
}

/** The one part that a part becomes. */
function one(part: Part, changes: Partial<ContentSettings> = {}): Record<string, unknown> | undefined {
  const prepared = prepare({ input: [user(part)] }, changes);
  return (prepared?.structured['gen_ai.input.messages'] as Out | undefined)?.[0]?.parts[0];
}

describe(`prepareContent${schemaNote}`, () => {
  it('gives every attribute that has something to say, structured and as JSON', () => {
    const prepared = prepare({
      system: [text('Be brief.')],
      input: [{ role: 'user', name: 'ann', parts: [text('hi')] }],
      output: [{ role: 'assistant', parts: [text('hello')], finish_reason: 'stop' }],
      tools: [{ type: 'function', name: 'f', description: 'does', parameters: { type: 'object' } }],
    });
    expect(prepared?.structured).toEqual({
      'gen_ai.system_instructions': [{ type: 'text', content: 'Be brief.' }],
      'gen_ai.input.messages': [{ role: 'user', name: 'ann', parts: [{ type: 'text', content: 'hi' }] }],
      'gen_ai.output.messages': [
        { role: 'assistant', finish_reason: 'stop', parts: [{ type: 'text', content: 'hello' }] },
      ],
      'gen_ai.tool.definitions': [{ type: 'function', name: 'f' }],
    });
    expect(prepare({})).toBeUndefined();
    expect(prepare({ input: [], output: [], system: [], tools: [] })).toBeUndefined();
  });

  it('records tool schemas when asked', () => {
    const tools = [{ type: 'function', name: 'f', description: 'does', parameters: { type: 'object' } }];
    expect(prepare({ tools }, { captureToolSchemas: true })?.structured['gen_ai.tool.definitions']).toEqual(tools);
  });

  it('takes values of any kind', () => {
    const cyclic: Record<string, unknown> = { a: 1 };
    cyclic.self = cyclic;
    const trap = { get bad(): never { throw new Error('no'); }, good: 1 }; // biome-ignore format: one line
    const proxy = new Proxy({}, { ownKeys: () => { throw new Error('no'); } }); // biome-ignore format: one line
    const deep: unknown[] = [];
    let at = deep;
    for (let i = 0; i < 10_000; i++) {
      const inner: unknown[] = [];
      at.push(inner);
      at = inner;
    }
    const stream = new ReadableStream();
    const value = {
      cyclic, trap, proxy, stream, deep,
      big: 12n, nan: Number.NaN, none: undefined, fn: () => 1, date: new Date(0), bytes: new Uint8Array(5),
      blob: new Blob(['abc'], { type: 'text/plain' }), map: new Map([['k', 1]]), error: new TypeError('bad'),
      promise: Promise.resolve(1), list: [undefined, 1], later: new Date(Number.NaN),
    }; // biome-ignore format: a table
    const got = one({ type: 'tool_call', name: 'f', arguments: value })?.arguments as Record<string, unknown>;
    expect(got).toMatchObject({
      cyclic: { a: 1, self: '[circular]' },
      trap: { bad: '[unreadable]', good: 1 },
      stream: '[stream]',
      promise: '[promise]',
      big: '12',
      nan: 'NaN',
      date: '1970-01-01T00:00:00.000Z',
      bytes: '[binary, 5 bytes]',
      blob: '[text/plain, 3 bytes]',
      map: [['k', 1]],
      error: { name: 'TypeError', message: 'bad' },
      list: [null, 1],
      later: null,
    });
    expect(got).not.toHaveProperty('fn');
    expect(stream.locked).toBe(false);
  });
});

describe('redaction of content', () => {
  const secret = `sk-${'a1B2c3D4e5'.repeat(4)}`;

  it('masks secrets in texts, nested values, keys, names and numbers', () => {
    const prepared = prepare({
      system: [text(`key ${secret}`)],
      input: [
        { role: 'user', name: 'ann@example.com', parts: [text('mail ann@example.com')] },
        user({ type: 'tool_call', name: 'f', arguments: { 'bob@example.com': [secret], card: 4111111111111111 } }),
      ],
    });
    const all = JSON.stringify(prepared);
    for (const leak of [secret, 'ann@example.com', 'bob@example.com', '4111111111111111'])
      expect(all).not.toContain(leak);
    expect(all).toContain('[redacted:card]');
    expect(one(text(secret), { redactPatterns: false })).toEqual(text(secret));
  });

  it('sets no prototype by what was said', () => {
    const args = JSON.parse('{"__proto__":{"admin":true},"city":"Rome"}') as object;
    const copy = one({ type: 'tool_call', name: 'f', arguments: args })?.arguments as object;
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(copy).toEqual({ city: 'Rome' });
  });

  it.each(['a@b.co', '://a:b@', 'ann@b.de'])('masks the key %s, as short as it is', (key) => {
    const kept = one({ type: 'tool_call', name: 'f', arguments: { [key]: 1 } })?.arguments;
    expect(JSON.stringify(kept)).toContain('[redacted:');
  });

  it('leaves no piece of a secret that stands across a border', () => {
    const limit = 500;
    for (let at = limit - 60; at < limit + REDACTION_MARGIN + 60; at += 13) {
      const got = one(text(`${'x '.repeat(at / 2)}${secret} ${'y '.repeat(3000)}`), { contentMaxPartBytes: limit });
      expect(got?.content).not.toContain('sk-a1');
    }
    // The mask is shorter than the key block, so text from beyond the budget moves into it.
    const pem = `-----BEGIN ${'PRIVATE KEY'}-----\n${'A'.repeat(4500)}\n-----END ${'PRIVATE KEY'}-----`;
    const margin = limit + REDACTION_MARGIN;
    const tail = `${pem} ${'z '.repeat((margin - pem.length - 6) / 2)}`;
    expect(one(text(`${tail}${secret}`), { contentMaxPartBytes: limit })?.content).not.toContain('sk-a');
  });

  it('shows the hook every part with its place, and records what it gives back', () => {
    const seen: string[] = [];
    const redact = (part: Part, place: string): Part | undefined => {
      seen.push(`${place} ${part.type}`);
      if (part.content === 'drop') return undefined;
      return part.type === 'text' ? { ...part, content: `${part.content}!`, extra: 1n } : part;
    };
    const prepared = prepare(
      {
        system: [text('s')],
        input: [user(text('drop'), text('i'))],
        output: [{ role: 'assistant', parts: [{ type: 'tool_call', name: 'f' }] }],
        tools: [{ type: 'function', name: 'f' }],
      },
      { redact },
    );
    expect(new Set(seen)).toEqual(
      new Set(['system text', 'input text', 'output tool_call', 'tool_definition function']),
    );
    expect(prepared?.structured['gen_ai.input.messages']).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'i!', extra: '1' }] },
    ]);
  });

  it('gives the hook a copy, with the built-in masks in place', () => {
    const args = { key: secret, list: [1] };
    const redact = (part: Part): Part => {
      const copy = part.arguments as { key: string; list: number[] };
      expect(copy.key).toBe('[redacted:api_key]');
      copy.list.push(2);
      return part;
    };
    expect(one({ type: 'tool_call', name: 'f', arguments: args }, { redact })?.arguments).toMatchObject({
      list: [1, 2],
    });
    expect(args.list).toEqual([1]);
  });

  it.each([
    ['throws', () => { throw new Error('secret text'); }], // biome-ignore format: a row
    ['is async', async (part: Part) => part],
    ['rejects', () => Promise.reject(new Error('secret text'))],
    ['returns no part', () => 'text'],
    ['returns a part without type', () => ({ content: 'x' })],
  ])('drops all content of the call when the hook %s', (_, hook) => {
    const redact = hook as unknown as NonNullable<ContentSettings['redact']>;
    expect(prepare({ input: [user(text('hi'))], system: [text('s')] }, { redact })).toBeUndefined();
    expect(prepareToolContent({ a: 1 }, 'tool_arguments', settings({ redact }))).toBeUndefined();
  });
});

it('leaves out a value that does not fit, and all the rest stays', () => {
  let dropped = 0;
  const redact = (part: Part): Part | undefined => (part.type === 'tool_call' ? undefined : part);
  const drop = (): void => void dropped++;
  expect(prepareToolContent({ a: 1 }, 'tool_arguments', settings({ redact }), drop)).toBeUndefined();
  expect(prepareToolContent('x'.repeat(500), 'tool_result', settings({ contentMaxBytes: 100 }), drop)).toBeUndefined();
  expect(dropped).toBe(0);
});

describe('media', () => {
  const png = base64(600);
  const url = `data:image/png;base64,${png}`;
  const reference = { type: 'blob', modality: 'image', mime_type: 'image/png', content: '', byte_length: 600 };

  it.each<[string, Part, Record<string, unknown>]>([
    ['blob', { type: 'blob', modality: 'image', mime_type: 'image/png', content: png }, reference],
    [
      'blob of bytes',
      { type: 'blob', modality: 'image', mime_type: 'image/png', content: new Uint8Array(600) },
      reference,
    ],
    ['data URL', { type: 'uri', modality: 'image', uri: url }, reference],
    ['link', { type: 'uri', modality: 'image', uri: 'https://x.example/a.png' }, { type: 'uri', modality: 'image', uri: 'https://x.example/a.png' }], // biome-ignore format: a row
    ['inside text', text(`look: ![](${url}) nice`), text('look: ![](data:image/png;base64,[600 bytes removed]) nice')],
    ['inside a tool result', { type: 'tool_call_response', response: [{ image_url: url, data: base64(3000) }] }, { type: 'tool_call_response', response: [{ image_url: 'data:image/png;base64,[600 bytes removed]', data: '[base64, 3000 bytes removed]' }] }], // biome-ignore format: a row
  ])('strips it: %s', (_, part, want) => {
    expect(one(part)).toEqual(want);
  });

  it('records it in full when asked, while it fits the attribute', () => {
    const config = { captureMedia: true, contentMaxPartBytes: 100, contentMaxBytes: 2048 };
    expect(one({ type: 'uri', modality: 'image', uri: url }, config)).toEqual({ ...reference, content: png, byte_length: undefined }); // biome-ignore format: a row
    const big = { type: 'blob', modality: 'image', content: base64(9000) };
    expect(one(big, config)).toEqual({ type: 'blob', modality: 'image', content: '', byte_length: 9000 });
  });
});

describe(`truncation${schemaNote}`, () => {
  it('cuts a long text and marks it', () => {
    expect(one(text('a'.repeat(200)), { contentMaxPartBytes: 100 })).toEqual({
      type: 'text',
      content: 'a'.repeat(100),
      truncated: true,
      original_bytes: 200,
    });
    expect(one(text('a'.repeat(100)), { contentMaxPartBytes: 100 })).toEqual(text('a'.repeat(100)));
    expect(one(text('a'.repeat(1_000_000)), { contentMaxPartBytes: 100 })?.original_bytes).toBe(1_000_000);
  });

  it('cuts values without breaking them', () => {
    const value = { a: 'x'.repeat(90), b: { c: ['y'.repeat(90), 'z'.repeat(90)] }, d: 1 };
    const got = one({ type: 'tool_call', id: '1', name: 'f', arguments: value }, { contentMaxPartBytes: 200 });
    expect(got).toMatchObject({ type: 'tool_call', id: '1', name: 'f', truncated: true });
    expect(got?.arguments).toMatchObject({ a: 'x'.repeat(90), b: { c: [expect.stringMatching(/^y+$/)] } });
  });

  it('keeps the first and the last messages and counts the rest', () => {
    const input = [
      { role: 'system', parts: [text('rules')] },
      ...Array.from({ length: 300 }, (_, i) => user(text(`${i} ${'m'.repeat(50)}`))),
    ];
    const prepared = prepare({ input }, { contentMaxBytes: 4096 });
    const got = prepared?.structured['gen_ai.input.messages'] as Out;
    expect(got.slice(0, 2).map((m) => String(m.parts[0]?.content).slice(0, 5))).toEqual(['rules', '0 mmm']);
    expect(got.at(-1)?.parts[0]?.content).toMatch(/^299 /);
    const kept = got.length - 1;
    expect(got[2]).toEqual({ role: 'system', parts: [{ type: 'llm_otel.omitted', omitted_messages: 301 - kept }] });
  });

  it('keeps the first and the last parts of one huge message, and of system instructions and tools', () => {
    const parts = Array.from({ length: 200 }, (_, i) => text(`${i} ${'p'.repeat(50)}`));
    const tools = Array.from({ length: 200 }, (_, i) => ({ type: 'function', name: `tool_${i}` }));
    const prepared = prepare({ input: [user(...parts)], system: parts, tools }, { contentMaxBytes: 2048 });
    const message = (prepared?.structured['gen_ai.input.messages'] as Out | undefined)?.[0];
    expect(message?.parts[0]?.content).toMatch(/^0 /);
    expect(message?.parts.at(-1)?.content).toMatch(/^199 /);
    expect(JSON.stringify(message)).toMatch(/"omitted_parts":1\d\d/);
    expect(prepared?.json['gen_ai.system_instructions']).toMatch(/"omitted_parts":1\d\d/);
    expect(prepared?.json['gen_ai.tool.definitions']).toMatch(/"omitted_tools":1\d\d/);
  });

  it('holds for random content and budgets', () => {
    const random = generator(7);
    const alphabet = [
      'a',
      '"',
      '\\',
      '\n',
      '\u0000',
      'é',
      '漢',
      '😀',
      '👩‍👩‍👧',
      '\ud83d',
      '\ude00',
      '\u2028',
      '</',
      '{',
      '1',
    ];
    const word = (n: number): string => Array.from({ length: n }, () => alphabet[random(alphabet.length)]).join('');
    const value = (depth: number): unknown =>
      depth === 0 || random(3) === 0
        ? word(random(300))
        : random(2) === 0
          ? Array.from({ length: random(6) }, () => value(depth - 1))
          : Object.fromEntries(Array.from({ length: random(6) }, () => [word(random(12)), value(depth - 1)]));
    const part = (): Part =>
      random(2) === 0 ? text(word(random(900))) : { type: 'tool_call', name: 'f', arguments: value(4) };
    for (let round = 0; round < 300; round++) {
      const contentMaxPartBytes = 64 + random(600);
      const input = Array.from({ length: 1 + random(12) }, () => user(...Array.from({ length: random(6) }, part)));
      const prepared = prepare(
        { input, system: [part()], output: [{ role: 'assistant', parts: [part(), part()] }] },
        { contentMaxPartBytes, contentMaxBytes: 1024 + random(20_000) },
      );
      const messages = prepared?.structured['gen_ai.input.messages'] as Out;
      for (const p of messages.flatMap((m) => m.parts))
        if (p.type === 'text') expect(bytes(p.content as string)).toBeLessThanOrEqual(contentMaxPartBytes);
    }
  });

  it('cuts text at code points only', () => {
    const source = 'aé漢😀'.repeat(5);
    for (let n = 0; n <= bytes(source); n++) {
      const cut = cutText(source, n);
      expect(source.startsWith(cut)).toBe(true);
      expect(bytes(cut)).toBeLessThanOrEqual(n);
      expect(bytes(cut)).toBeGreaterThan(n - 4);
      expect(cut).not.toMatch(/\p{Surrogate}/u);
    }
  });

  it('takes a prompt of 1 MB in a few milliseconds', () => {
    const huge = 'The quick brown fox, 12 dogs. '.repeat(35_000);
    const many = Array.from({ length: 2000 }, (_, i) => user(text(huge.slice(i, i + 500))));
    prepareContent({ input: many.slice(0, 50) }, settings());
    const start = performance.now();
    prepareContent({ input: [user(text(huge))] }, settings());
    prepareContent({ input: many }, settings());
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('prepareToolContent', () => {
  it.each<[unknown, unknown]>([
    [{ city: 'Rome' }, { city: 'Rome' }],
    ['{"city":"Rome"}', { city: 'Rome' }],
    ['sunny', { value: 'sunny' }],
    ['[1,2]', { value: [1, 2] }],
    ['{broken', { value: '{broken' }],
    [null, { value: null }],
    [21, { value: 21 }],
    [{ mail: 'ann@example.com' }, { mail: '[redacted:email]' }],
  ])('makes %j an object', (value, want) => {
    for (const place of ['tool_arguments', 'tool_result'] as const) {
      const got = prepareToolContent(value, place, settings());
      expect(got?.value).toEqual(want);
      expect(JSON.parse(got?.json ?? '')).toEqual(want);
    }
    expect(schemaProblems('gen_ai.tool.call.result', want)).toEqual([]);
  });

  it('has nothing to say about nothing', () => {
    expect(prepareToolContent(undefined, 'tool_result', settings())).toBeUndefined();
  });

  it('marks what it cut, within the object', () => {
    const got = prepareToolContent('r'.repeat(500), 'tool_result', settings({ contentMaxPartBytes: 100 }));
    expect(got?.value).toMatchObject({ value: 'r'.repeat(100), truncated: true, original_bytes: expect.any(Number) });
  });
});

describe('BoundedText', () => {
  it('keeps what a part can record and counts the rest', () => {
    const bounded = new BoundedText(100);
    for (let i = 0; i < 10_000; i++) bounded.add('0123456789');
    expect(bounded.text.length).toBe(100 + REDACTION_MARGIN);
    expect(bounded.marks).toEqual({ truncated: true, original_bytes: 100_000 });
    const part = one({ type: 'text', content: bounded.text, ...bounded.marks }, { contentMaxPartBytes: 100 });
    expect(part).toMatchObject({ truncated: true, original_bytes: 100_000 });
    expect(bytes(part?.content as string)).toBe(100);
  });

  it('marks nothing when nothing was cut', () => {
    const bounded = new BoundedText(100);
    bounded.add('abc');
    bounded.add(undefined);
    bounded.add(5);
    expect([bounded.text, bounded.marks]).toEqual(['abc', {}]);
  });
});

/** Numbers below `n`, the same in every run. */
function generator(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * n);
  };
}

it.each([
  ['NO_CONTENT', false, false],
  ['SPAN_ONLY', true, false],
  ['EVENT_ONLY', false, true],
  ['SPAN_AND_EVENT', true, true],
] as const)('%s goes on spans: %s, on events: %s', (captureContent, spans, events) => {
  expect([goesOnSpans({ captureContent }), goesOnEvents({ captureContent })]).toEqual([spans, events]);
});

it('the first of many tools stays', () => {
  const tools = Array.from({ length: 50 }, (_, i) => ({ type: 'function', name: `tool_${i}` }));
  const prepared = prepare({ tools }, { contentMaxBytes: 400 });
  const kept = (prepared?.structured['gen_ai.tool.definitions'] ?? []) as { name: string }[];
  const names = kept.map(({ name }) => name);
  expect([names[0], names.at(-1)]).toEqual(['tool_0', 'tool_49']);
  expect(names.some((name) => / more tools$/.test(name))).toBe(true);
});
