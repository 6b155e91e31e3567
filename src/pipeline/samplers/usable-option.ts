import type { Parse } from '../../config/parsers.ts';
import { showValue } from '../../config/unusable-value.ts';

/** The value of an option of a class. Throws a TypeError if the value cannot be used. */
export function usableOption<T>(name: string, value: unknown, parse: Parse<T>): T {
  const parsed = parse(value);
  if ('value' in parsed) return parsed.value;
  throw new TypeError(`${name}: ${showValue(value)} cannot be used, ${parsed.problem}`);
}
