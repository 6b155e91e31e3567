import { warnOnce } from '../log.ts';

/** Can this be run? Otherwise says how it is written, and the caller gives back what it was given. */
export function isFunction(fn: unknown, usage: string): boolean {
  if (typeof fn === 'function') return true;
  warnOnce(`expected a function, ${usage}; what was given is returned as it is.`);
  return false;
}
