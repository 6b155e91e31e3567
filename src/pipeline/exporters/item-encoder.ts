import type { EncodedGroup, Frame } from '../batches/encoded-batch.ts';

/** Turns items into bytes: each item alone, then any number of items into the body of a request. */
export interface ItemEncoder<Item> {
  encode(items: readonly Item[]): EncodedGroup[];
  readonly frame: Frame;
}

/** Items of a list in JSON one behind the other, each with a comma in front, and the offset behind each item. */
export function jsonItems(items: readonly object[]): Pick<EncodedGroup, 'items' | 'ends'> {
  const texts = items.map((item) => Buffer.from(`,${JSON.stringify(item)}`));
  let end = 0;
  const ends = texts.map(({ length }) => {
    end += length;
    return end;
  });
  return { items: Buffer.concat(texts, end), ends };
}
