/**
 * A view of a value of the application that reads each property of the value once, when a reader asks for the property. Getters and
 * proxies of the application run code of the application, and code that runs more often than without this package is noticed.
 */
import { isPlainObject } from '../../runtime/plain-object.ts';

/** The view of `value`. An instance of a class stays itself, because a method of the class may need the instance. Never throws. */
export function readOnce(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  try {
    if (Array.isArray(value)) return elementsOnce(value);
    return isPlainObject(value) ? new Proxy({}, new ReadOnce(value as Fields)) : value;
  } catch {
    return undefined; // a revoked proxy
  }
}

/** The views of the elements, by plain indexes: `map` of a subclass would run the constructor of the subclass. */
function elementsOnce(list: readonly unknown[]): unknown[] {
  const views: unknown[] = [];
  const { length } = list;
  for (let i = 0; i < length; i++) {
    try {
      views.push(readOnce(list[i]));
    } catch {
      views.push(undefined); // a getter that throws
    }
  }
  return views;
}

type Fields = Record<PropertyKey, unknown>;

/** Key under which a view gives the object behind the view. */
const SOURCE = Symbol('source');

/** The object behind a view, for a comparison by identity. Only for objects of an SDK: a proxy of the application would see the key. */
export function sourceOf(value: object): object {
  return (value as { readonly [SOURCE]?: object })[SOURCE] ?? value;
}

/** The target of the proxy is an empty object: a frozen target would allow no views in place of its values. */
class ReadOnce implements ProxyHandler<object> {
  readonly #source: Fields;
  readonly #read = new Map<PropertyKey, unknown>();
  #keys: Set<string> | undefined;

  constructor(source: Fields) {
    this.#source = source;
  }

  get(_target: object, key: PropertyKey): unknown {
    if (key === SOURCE) return this.#source;
    if (this.#read.has(key)) return this.#read.get(key);
    let value: unknown;
    try {
      value = readOnce(this.#source[key]);
    } catch {
      value = undefined; // a getter that throws
    }
    this.#read.set(key, value);
    return value;
  }

  has(_target: object, key: PropertyKey): boolean {
    return key in this.#source;
  }

  ownKeys(): string[] {
    this.#keys ??= new Set(Object.keys(this.#source));
    return [...this.#keys];
  }

  getOwnPropertyDescriptor(target: object, key: PropertyKey): PropertyDescriptor | undefined {
    this.#keys ??= new Set(Object.keys(this.#source));
    if (!this.#keys.has(key as string)) return undefined;
    return { value: this.get(target, key), enumerable: true, configurable: true, writable: true };
  }
}
