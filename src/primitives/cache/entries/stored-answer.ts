/** The JSON of an entry. Names are short: an entry of a small answer should not be mostly names. */
import { asNumber, asObject } from '../../../providers/reading/unknown-values.ts';
import type { PaidCall } from '../engine/saved-tokens.ts';
import { CorruptEntryError } from './entry-text.ts';

/** An answer on the way into the store. */
export interface AnswerToStore {
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly paid: PaidCall | undefined;
  /** Data before the chunks, of the fetch layer: status and headers. */
  readonly head?: unknown;
  /** JSON of a whole answer. */
  readonly value?: string | undefined;
  /** JSON of each chunk of a stream. */
  readonly chunks?: readonly string[] | undefined;
  /** Milliseconds before each chunk. */
  readonly delays?: readonly number[] | undefined;
}

/** An answer from the store. */
export interface StoredAnswer {
  readonly created: number;
  readonly paid: PaidCall | undefined;
  readonly head: unknown;
  /** A whole answer; `undefined` for a stream. */
  readonly value: unknown;
  /** Chunks of a stream; `undefined` for a whole answer. */
  readonly chunks: readonly unknown[] | undefined;
  readonly delays: readonly number[];
}

/** The JSON of `answer`. The parts that are JSON already are not made again. */
export function storedJson({ created, paid, head, value, chunks, delays }: AnswerToStore): string {
  const start = JSON.stringify({ c: created, p: paid, h: head }).slice(0, -1);
  if (value !== undefined) return `${start},"v":${value}}`;
  return `${start},"d":[${(delays ?? []).join(',')}],"s":[${(chunks ?? []).join(',')}]}`;
}

/** The answer of the JSON of an entry. Throws a SyntaxError or a {@link CorruptEntryError}. */
export function parseStored(json: string): StoredAnswer {
  const fields = asObject(JSON.parse(json));
  const created = asNumber(fields?.c);
  if (fields === undefined || created === undefined || !('v' in fields || Array.isArray(fields.s)))
    throw new CorruptEntryError('an entry without an answer');
  return {
    created,
    paid: asObject(fields.p) as PaidCall | undefined,
    head: fields.h,
    value: fields.v,
    chunks: 'v' in fields ? undefined : (fields.s as readonly unknown[]),
    delays: Array.isArray(fields.d) ? (fields.d as readonly number[]) : [],
  };
}
