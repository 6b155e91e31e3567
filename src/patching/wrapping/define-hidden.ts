/** Gives `target` a property of its own, a method as a rule, that enumeration does not show. */
export function defineHidden(target: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}
