import { describe, expect, test } from 'vitest';
import { DEFAULTS } from '../../../src/config/options.ts';
import type { Part } from '../../../src/facts/messages.ts';
import { type ContentSettings, preparePart } from '../../../src/telemetry/content/prepare-part.ts';
import { cutPart } from '../../../src/telemetry/content/truncation.ts';
import { rowsOf } from '../../support/source-tables.ts';

const prepare = (part: Part, more: Partial<ContentSettings> = {}) =>
  preparePart(part, 'input', { ...DEFAULTS, ...more } as ContentSettings);

/** Fields that identify a part: neither redacted nor taken for base64, and cut at 256 characters, ids at 1,024. */
const IDENTIFIERS = ['type', 'id', 'modality', 'mime_type', 'file_id'];
const CARD = '4111111111111111';
const mostOf = (field: string): number => (/id$/.test(field) ? 1024 : 256);

describe('fields that identify a part', () => {
  test.each(IDENTIFIERS)('%s stays as it is', (field) => {
    expect(prepare({ type: 'generic', [field]: CARD })?.[field]).toBe(CARD);
    expect(prepare({ type: 'generic', [field]: 'x'.repeat(1100) })?.[field]).toHaveLength(mostOf(field));
  });

  test('no other does, and each has a row here', () => {
    expect(prepare({ type: 'generic', other: CARD })?.other).toBe('[redacted:card]');
    expect(rowsOf('src/telemetry/content/prepare-part.ts', 'IDENTIFIERS').sort()).toEqual([...IDENTIFIERS].sort());
  });
});

/** Parts whose `content` is text. */
const PROSE = ['text', 'reasoning', 'refusal', 'compaction'];
const LONG = 'aB3'.repeat(400);

describe('parts whose content is text', () => {
  test.each(PROSE)('a long word of %s is no base64', (type) => {
    expect(prepare({ type, content: LONG })?.content).toBe(LONG);
  });

  test('it is elsewhere, and each type has a row here', () => {
    expect(prepare({ type: 'generic', content: LONG })?.content).toBe('[base64, 900 bytes removed]');
    expect(rowsOf('src/telemetry/content/prepare-part.ts', 'PROSE').sort()).toEqual([...PROSE].sort());
  });
});

/** Fields that name and measure a part: they take nothing of its budget. */
const LABELS = [
  ...['type', 'id', 'name', 'mime_type', 'modality', 'file_id', 'filename', 'byte_length', 'truncated'],
  'original_bytes',
];

describe('fields that take nothing of the budget', () => {
  test.each(LABELS)('%s', (label) => {
    const part = { content: 'x'.repeat(50), [label]: 'y'.repeat(40) };
    expect(cutPart(part, 50)).toBe(part);
    expect(cutPart(part, 49)).toMatchObject({ content: 'x'.repeat(49), truncated: true });
    expect(cutPart({ content: 'x', [label]: 'y'.repeat(mostOf(label)) }, 1)).not.toHaveProperty('truncated', true);
    expect(cutPart({ content: 'x', [label]: 'y'.repeat(mostOf(label) + 1) }, 1)).toHaveProperty('truncated', true);
  });

  test('no other, and each has a row here', () => {
    expect(cutPart({ content: 'x'.repeat(50), other: 'y' }, 50)).toMatchObject({ other: '', truncated: true });
    expect(rowsOf('src/telemetry/content/truncation.ts', 'LABELS').sort()).toEqual([...LABELS].sort());
  });
});

test.each([undefined, null])('a hook that returns %s drops the part', (answer) => {
  expect(prepare({ type: 'text', content: 'x' }, { redact: () => answer as never })).toBeUndefined();
});

test('what was cut before is said once, as the longer of the two', () => {
  const part = { type: 'text', content: 'x'.repeat(50), truncated: true, original_bytes: 900 };
  expect(prepare(part, { contentMaxPartBytes: 20 })).toEqual({ ...part, content: 'x'.repeat(20) });
  expect(prepare({ ...part, original_bytes: 1 }, { contentMaxPartBytes: 20 })).toMatchObject({ original_bytes: 50 });
});
