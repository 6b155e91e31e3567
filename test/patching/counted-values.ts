/** An object whose every property is a getter that counts; arrays are subclasses that count what is made of them. */
export function counting(value: unknown, counts: Map<string, number>, path = '$'): unknown {
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  if (typeof value !== 'object' || value === null) return value;
  class Counted extends Array<unknown> {
    static override get [Symbol.species](): ArrayConstructor {
      count(`${path} species`);
      return Array;
    }
    override map(...args: Parameters<Array<unknown>['map']>): never {
      count(`${path} map`);
      return super.map(...args) as never;
    }
    override flatMap(): never {
      count(`${path} flatMap`);
      return [] as never;
    }
    override *[Symbol.iterator](): Generator<unknown> {
      count(`${path} iterator`);
      yield* super[Symbol.iterator]();
    }
  }
  const out: object = Array.isArray(value) ? new Counted() : {};
  for (const [key, inner] of Object.entries(value)) {
    const hostile = counting(inner, counts, `${path}.${key}`);
    const get = (): unknown => {
      count(`${path}.${key}`);
      return hostile;
    };
    Object.defineProperty(out, key, { get, enumerable: true, configurable: true });
  }
  return out;
}

/**
 * What `recorded` has done to the values of an application that `bare` has not: values that are read more than once more, and
 * methods of arrays.
 */
export function readTooOften(bare: ReadonlyMap<string, number>, recorded: ReadonlyMap<string, number>): string[] {
  return [...recorded]
    .filter(([what, times]) => times > (bare.get(what) ?? 0) + (what.includes(' ') ? 0 : 1))
    .map(([what, times]) => `${what}: ${times} times`);
}
