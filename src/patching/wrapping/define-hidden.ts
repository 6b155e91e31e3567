/** Gives `target` an own property, usually a method, hidden from enumeration. */
export function defineHidden(target: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}
