/** Number of keys: enough for all spans of several seconds. */
const REMEMBERED = 10_000;

/** A set of the keys added last. */
export class RecentKeys {
  readonly #keys = new Set<string>();

  /** False if the key is among the last keys already. */
  add(key: string): boolean {
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    if (this.#keys.size > REMEMBERED) {
      const [oldest] = this.#keys;
      if (oldest !== undefined) this.#keys.delete(oldest);
    }
    return true;
  }

  /** True if the key is among the last keys. */
  has(key: string): boolean {
    return this.#keys.has(key);
  }
}
