import type { EncodedGroup, Frame } from '../batches/encoded-batch.ts';

/** Turns items into bytes: each item alone, then any number of items into the body of a request. */
export interface ItemEncoder<Item> {
  encode(items: readonly Item[]): EncodedGroup[];
  readonly frame: Frame;
}
