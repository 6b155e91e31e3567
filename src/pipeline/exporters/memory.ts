import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { ObjectExporter } from './object-destination.ts';

/** Keeps the last items in memory. */
class MemoryStore<Item> implements ObjectExporter<Item> {
  readonly name: string;
  isClosed = false;
  readonly items: Item[] = [];
  readonly #maxItems: number;

  constructor(name: string, maxItems: number) {
    this.name = name;
    this.#maxItems = maxItems;
  }

  export(items: Item[], done: (result: { readonly code: number }) => void): void {
    for (const item of items) this.items.push(item);
    if (this.items.length > this.#maxItems) this.items.splice(0, this.items.length - this.#maxItems);
    done({ code: 0 });
  }

  async shutdown(): Promise<void> {
    this.isClosed = true;
  }
}

let spanStores: readonly MemoryStore<ReadableSpan>[] = [];

/** Keeps the spans of the pipeline `name`; replaces the spans of a pipeline of that name that was shut down. */
export function createSpanStore(name: string, maxItems: number): ObjectExporter<ReadableSpan> {
  const store = new MemoryStore<ReadableSpan>(name, maxItems);
  spanStores = [...spanStores.filter((other) => other.name !== name || !other.isClosed), store];
  return store;
}

/** Keeps log records. */
export function createLogStore<Item>(name: string, maxItems: number): ObjectExporter<Item> {
  return new MemoryStore<Item>(name, maxItems);
}

/** Spans of the pipeline `name`, or of all pipelines. */
export function storedSpans(name: string | undefined): ReadableSpan[] {
  return spanStores.filter((store) => name === undefined || store.name === name).flatMap(({ items }) => items);
}
