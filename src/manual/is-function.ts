import { warnOnce } from '../runtime/log.ts';

/** Can this be run? Otherwise says how `name` is written, and the caller gives back what it was given. */
export function isFunction(fn: unknown, name: string, usage: string): boolean {
  if (typeof fn === 'function') return true;
  warnOnce(`${name}: expected a function, as in ${usage}; what was given is returned as it is.`);
  return false;
}
