import type { Batch } from './batch.ts';

/** What items of one resource and scope share: the bytes that stand around the items in a request. */
export interface Envelope {
  /** Bytes that the envelope adds to a request, at most. */
  readonly bytes: number;
}

/** Encoded items of one envelope, one behind the other. */
export interface EncodedGroup {
  readonly envelope: Envelope;
  readonly items: Uint8Array;
  /** For each item the offset in `items` behind its last byte. */
  readonly ends: readonly number[];
}

/** A request, and its groups as views of the request: the bytes exist once. */
export interface Framed {
  readonly body: Uint8Array;
  readonly groups: readonly EncodedGroup[];
}

/** Writes groups into the body of one request. */
export type Frame = (groups: readonly EncodedGroup[]) => Framed;

/**
 * Items as bytes. A request is framed from its groups when the request is sent, so that a batch can be joined with others and
 * halved without a second encoding, and many waiting items are few objects.
 */
export class EncodedBatch implements Batch {
  readonly count: number;
  readonly bytes: number;
  #groups: readonly EncodedGroup[];
  readonly #frame: Frame;
  #body: Uint8Array | undefined;

  constructor(groups: readonly EncodedGroup[], frame: Frame) {
    this.#groups = groups;
    this.#frame = frame;
    let count = 0;
    let bytes = 0;
    for (const { envelope, items, ends } of groups) {
      count += ends.length;
      bytes += envelope.bytes + items.byteLength;
    }
    this.count = count;
    this.bytes = bytes;
  }

  /** The request. Made at the first call; the bytes of the groups then stand in the request alone. */
  body(): Uint8Array {
    if (this.#body === undefined) {
      const { body, groups } = this.#frame(this.#groups);
      this.#body = body;
      this.#groups = groups;
    }
    return this.#body;
  }

  joined(others: readonly Batch[]): EncodedBatch {
    return new EncodedBatch(
      (others as readonly EncodedBatch[]).reduce((all, one) => all.concat(one.#groups), this.#groups.slice()),
      this.#frame,
    );
  }

  halves(): readonly [EncodedBatch, EncodedBatch] {
    const first: EncodedGroup[] = [];
    const second: EncodedGroup[] = [];
    let wanted = this.count >> 1;
    for (const group of this.#groups) {
      const { length } = group.ends;
      if (wanted >= length) first.push(group);
      else if (wanted === 0) second.push(group);
      else {
        first.push(part(group, 0, wanted));
        second.push(part(group, wanted, length));
      }
      wanted = Math.max(0, wanted - length);
    }
    return [new EncodedBatch(first, this.#frame), new EncodedBatch(second, this.#frame)];
  }
}

/** Items `from` to `to` (exclusive) of a group. */
function part({ envelope, items, ends }: EncodedGroup, from: number, to: number): EncodedGroup {
  const begin = from === 0 ? 0 : (ends[from - 1] ?? 0);
  return {
    envelope,
    items: items.subarray(begin, ends[to - 1]),
    ends: ends.slice(from, to).map((end) => end - begin),
  };
}
