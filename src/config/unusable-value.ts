import { warnOnce } from '../runtime/log.ts';

/** Most characters of a value in a message. */
const MAX_SHOWN = 80;

/** Warns that the value of a variable or an option cannot be used, and names the replacement. */
export function warnUnusable(source: string, value: unknown, problem: string, replacement: string): void {
  warnOnce(`${source}: ${showValue(value)} cannot be used, ${problem}; using ${replacement} instead.`);
}

/** A value as messages show the value: in JSON, and cut. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(cut(value));
  return typeof value === 'function' ? 'a function' : cut(jsonOf(value));
}

const cut = (text: string): string => (text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 3)}...` : text);

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return `a ${typeof value}`;
  }
}
