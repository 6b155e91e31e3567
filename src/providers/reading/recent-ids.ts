/** Most ids that are remembered. */
const MOST = 10_000;

/**
 * The last ids of one kind. The one place in which readers keep something between calls: an answer that is made in the
 * background is fetched by other calls than the call that asked for the answer.
 */
export class RecentIds {
  readonly #ids = new Set<string>();

  /** Makes `id` the newest. True if `id` was unknown. */
  add(id: string): boolean {
    const isNew = !this.#ids.delete(id);
    this.#ids.add(id);
    const [oldest] = this.#ids.size > MOST ? this.#ids : [];
    if (oldest !== undefined) this.#ids.delete(oldest);
    return isNew;
  }

  /** Forgets `id`. True if `id` was known. */
  take(id: string): boolean {
    return this.#ids.delete(id);
  }
}
