/** A value on a foreign object, which nobody else can see. */
export interface HiddenField<T> {
  put(target: object, value: T): void;
  get(target: object): T | undefined;
}

/**
 * A private field, installed through a constructor that returns the foreign object. Reflection and `util.inspect` do not
 * find the field, and the field is freed with the object. Checked with Node 20.20 and 26.10.
 */
function privateField<T>(): HiddenField<T> {
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

/**
 * Puts a value on foreign objects. Where an object refuses, a `WeakMap` keeps the value: a proposal
 * (https://github.com/tc39/proposal-nonextensible-applies-to-private) makes frozen objects refuse private fields, and V8 has
 * a flag for the proposal in Node 26. test/patching/wrapping/hidden-field.test.ts runs with the flag where there is one.
 */
export function createHiddenField<T>(field: HiddenField<T> = privateField()): HiddenField<T> {
  let refused: WeakMap<object, T> | undefined;
  return {
    put(target, value) {
      try {
        field.put(target, value);
      } catch {
        refused ??= new WeakMap();
        refused.set(target, value);
      }
    },
    get: (target) => field.get(target) ?? refused?.get(target),
  };
}
