/** Items in the form in which they wait: bytes of a request, or the items themselves for exporters that take objects. */
export interface Batch {
  /** Number of items. */
  readonly count: number;
  /** Exact bytes of the request, or an estimate. */
  readonly bytes: number;
  /** This batch with the items of `others` behind its own. */
  joined(others: readonly Batch[]): Batch;
  /** Two batches with half of the items each; only for batches of two items and more. */
  halves(): readonly [Batch, Batch];
}

/** Items for an exporter that takes objects. */
export class ItemBatch<Item> implements Batch {
  readonly items: readonly Item[];
  readonly bytes: number;

  constructor(items: readonly Item[], bytes: number) {
    this.items = items;
    this.bytes = bytes;
  }

  get count(): number {
    return this.items.length;
  }

  joined(others: readonly Batch[]): ItemBatch<Item> {
    const all = others as readonly ItemBatch<Item>[];
    return new ItemBatch(
      this.items.concat(...all.map(({ items }) => items)),
      all.reduce((sum, { bytes }) => sum + bytes, this.bytes),
    );
  }

  halves(): readonly [ItemBatch<Item>, ItemBatch<Item>] {
    const middle = this.items.length >> 1;
    const share = Math.round((this.bytes * middle) / this.items.length);
    return [
      new ItemBatch(this.items.slice(0, middle), share),
      new ItemBatch(this.items.slice(middle), this.bytes - share),
    ];
  }
}
