/** A field for values on objects of an SDK, visible to this package only. */
export interface HiddenField<T> {
  put(target: object, value: T): void;
  get(target: object): T | undefined;
}

/**
 * A private field of a class on objects of an SDK. A constructor adds the private fields of the class to the object that the
 * super constructor returns, and the super constructor here returns `target`. Reflection and `util.inspect` do not find the
 * field, and the field is freed with the object. Checked with Node 20.20 and 26.10.
 */
function privateField<T>(): HiddenField<T> {
  class ReturnTarget {
    constructor(target: object) {
      // biome-ignore lint/correctness/noConstructorReturn: adds the subclass's field to `target`
      return target;
    }
  }
  class PrivateField extends ReturnTarget {
    #value: T;

    constructor(target: object, value: T) {
      super(target);
      this.#value = value;
    }

    static put(target: object, value: T): void {
      if (#value in target) (target as PrivateField).#value = value;
      else new PrivateField(target, value);
    }

    static get(target: object): T | undefined {
      return #value in target ? (target as PrivateField).#value : undefined;
    }
  }
  return PrivateField;
}

/**
 * Creates a field for objects of an SDK. If an object refuses, a `WeakMap` keeps the value: a proposal
 * (https://github.com/tc39/proposal-nonextensible-applies-to-private) makes frozen objects refuse private fields, and V8 has
 * a flag for the proposal in Node 26. test/patching/wrapping/hidden-field.test.ts runs with the flag if Node has the flag.
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
