import type { AnyFunction } from '../../../runtime/any-function.ts';

/** Functions to call before the span's method of the same name. */
type Observers = Readonly<Record<string, (...args: never[]) => void>>;

/**
 * A view of `span` that calls an observer before the span's own method. The view is handed to code of the SDK. The span is
 * not changed, because the SDK may use a single span for all calls.
 */
export function spanView(span: object, observers: Observers): object {
  return new Proxy(span, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const observe = typeof name === 'string' && Object.hasOwn(observers, name) ? observers[name] : undefined;
      return (...args: unknown[]): unknown => {
        if (observe !== undefined) Reflect.apply(observe, undefined, args);
        return Reflect.apply(value as AnyFunction, target, args);
      };
    },
  });
}
