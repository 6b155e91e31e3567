import type { AnyFunction } from '../../runtime/any-function.ts';

/**
 * A span that tells what is done with it: `seen` is called before the span's own method of that name is. For code of the
 * SDK that is handed a span; the span itself may be one for all calls, and is not changed.
 */
export function spanView(span: object, seen: Readonly<Record<string, (...args: never[]) => void>>): object {
  return new Proxy(span, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const see = typeof name === 'string' && Object.hasOwn(seen, name) ? seen[name] : undefined;
      return (...args: unknown[]): unknown => {
        if (see !== undefined) Reflect.apply(see, undefined, args);
        return Reflect.apply(value as AnyFunction, target, args);
      };
    },
  });
}
