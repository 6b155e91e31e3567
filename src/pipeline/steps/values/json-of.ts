const UNREADABLE = '"[no JSON]"';

/**
 * `value` as JSON. Never throws: `JSON.stringify` refuses BigInts, which are texts here, and circles and getters that throw, which
 * make the whole value a mark. A value without JSON, such as a function, is `null`.
 */
export function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value, withoutBigInts) ?? 'null';
  } catch {
    return UNREADABLE;
  }
}

const withoutBigInts = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
