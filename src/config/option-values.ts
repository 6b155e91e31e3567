import type { Attributes } from '@opentelemetry/api';
import type { Prices } from '../facts/prices.ts';
import { cleanAttributes, isReserved, parseAttributes } from './attribute-values.ts';

/** The value that was meant, or why there is none. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };
/** How the raw value of an option is read. */
export type Parse<T> = (raw: unknown) => Parsed<T>;

const ok = <T>(value: T): Parsed<T> => ({ value });

/** Not what an object literal inherits: somebody's variable may well say `constructor`. */
const ownValue = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** `true`, `false`, `1` or `0`. */
export const booleanValue: Parse<boolean> = (raw) => {
  if (typeof raw === 'boolean') return ok(raw);
  const text = String(raw).trim().toLowerCase();
  if (text === 'true' || text === '1') return ok(true);
  if (text === 'false' || text === '0') return ok(false);
  return { problem: 'expected true or false' };
};

/** A whole number in a range. */
export const integerInRange =
  (least: number, most: number): Parse<number> =>
  (raw) => {
    const n = typeof raw === 'number' ? raw : Number(String(raw).trim() || 'x');
    if (Number.isInteger(n) && n >= least && n <= most) return ok(n);
    return { problem: `expected a whole number from ${least} to ${most}` };
  };

/** One of some words, whatever their case. */
export const oneOf =
  <T extends string>(values: readonly T[], aliases: Readonly<Record<string, T>> = {}): Parse<T> =>
  (raw) => {
    const text = String(raw).trim();
    const found = values.find((v) => v.toLowerCase() === text.toLowerCase()) ?? ownValue(aliases, text.toLowerCase());
    return found === undefined ? { problem: `expected one of ${values.join(', ')}` } : ok(found);
  };

/** `host=provider` pairs, or an object of them. */
export const providerHosts: Parse<Readonly<Record<string, string>>> = (raw) => {
  const entries: [string, unknown][] =
    typeof raw === 'object' && raw !== null
      ? Object.entries(raw)
      : String(raw)
          .split(',')
          .filter((pair) => pair.trim() !== '')
          .map((pair) => {
            const at = pair.indexOf('=');
            return [pair.slice(0, at < 0 ? pair.length : at).trim(), at < 0 ? '' : pair.slice(at + 1).trim()];
          });
  for (const [host, name] of entries)
    if (host === '' || typeof name !== 'string' || name === '') return { problem: 'expected host=provider pairs' };
  return ok(Object.freeze(Object.fromEntries(entries.map(([h, n]) => [h.toLowerCase(), String(n)]))));
};

/** What somebody may take for a switch is no host. */
const SWITCHES: ReadonlySet<string> = new Set(['off', 'on', 'true', 'false', '0', '1', 'yes', 'no', 'none']);
const HOST = /^(?:\*\.)?(?:[\w-]+\.)*[\w-]+$|^[\da-f:]+$/;

/** `off`, `inject`, or hosts. */
export const offInjectOrHosts: Parse<'off' | 'inject' | readonly string[]> = (raw) => {
  const names = (Array.isArray(raw) ? (raw as unknown[]) : String(raw).split(',')).map((name) =>
    String(name).trim().toLowerCase(),
  );
  const hosts = names.filter((name) => name !== 'inject' && name !== '');
  if (names.length === 1 && (names[0] === 'off' || names[0] === 'inject')) return ok(names[0]);
  if (hosts.length > 0 && hosts.every((name) => HOST.test(name) && !SWITCHES.has(name)))
    return ok(Object.freeze(hosts));
  return { problem: 'expected off, inject, or hosts such as llm.corp.example' };
};

/** Each price is checked when the first one is needed, so that a process that makes no call reads no file. */
export const priceValues: Parse<Prices | string> = (raw) => {
  if (typeof raw === 'string' && raw.trim() !== '') return ok(raw.trim());
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return ok(raw as Prices);
  return { problem: 'expected prices by model or the path of a JSON file' };
};

/** What is wrong with one of them is said where it is left out. */
export const attributeValues: Parse<Attributes> = (raw) => {
  if (typeof raw === 'string') return ok(Object.freeze(parseAttributes(raw, 'LLM_OTEL_ATTRIBUTES') ?? {}));
  if (typeof raw !== 'object' || Array.isArray(raw)) return { problem: 'expected an object of attributes' };
  return ok(Object.freeze(cleanAttributes(raw, 'option attributes') ?? {}));
};

/** Names of baggage entries, with commas or as a list. */
export const baggageKeys: Parse<readonly string[]> = (raw) => {
  const list: readonly unknown[] = typeof raw === 'string' ? raw.split(',').filter((key) => key.trim()) : [raw].flat();
  const names = list.map((key) => (typeof key === 'string' ? key.trim() : ''));
  if (names.some((key) => !/^[^*]+\*?$|^\*$/.test(key)))
    return { problem: 'expected names, at most one * at the end of each' };
  const reserved = names.find(isReserved);
  return reserved === undefined
    ? ok(Object.freeze(names))
    : { problem: `${reserved} is recorded from the call itself` };
};

/** A function. */
export const functionValue = <T>(raw: unknown): Parsed<T> =>
  typeof raw === 'function' ? ok(raw as T) : { problem: 'expected a function' };
