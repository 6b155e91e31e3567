import { warnOnce } from '../runtime/log.ts';

/** Warns unless `fn` is a function. The caller then returns `fn` unchanged. `usage`: how a call of `name` is written. */
export function isFunction(fn: unknown, name: string, usage: string): boolean {
  if (typeof fn === 'function') return true;
  warnOnce(`${name}: expected a function, as in ${usage}; what was given is returned as it is.`);
  return false;
}
