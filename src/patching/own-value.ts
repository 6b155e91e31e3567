import type { AnyFunction } from '../telemetry/otel.ts';

/** Gives `target` a method of its own that enumeration does not show. */
export function ownValue(target: object, name: string, value: AnyFunction): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}
