/**
 * Puts a value on an object of somebody else's so that nobody can see it: a private field, installed through a
 * constructor that returns the object. Not found by reflection or `util.inspect`, freed with the object, and ten times
 * cheaper than an entry of a WeakMap.
 */
export function createHiddenField<T>(): { put(target: object, value: T): void; get(target: object): T | undefined } {
  class Target {
    constructor(target: object) {
      // biome-ignore lint/correctness/noConstructorReturn: this is what makes the field land on `target`
      return target;
    }
  }
  class Stamp extends Target {
    #value: T;

    constructor(target: object, value: T) {
      super(target);
      this.#value = value;
    }

    static put(target: object, value: T): void {
      if (#value in target) (target as Stamp).#value = value;
      else new Stamp(target, value);
    }

    static get(target: object): T | undefined {
      return #value in target ? (target as Stamp).#value : undefined;
    }
  }
  return Stamp;
}
