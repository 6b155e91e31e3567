/** Parsers of single options; parsers that several options and variables share are in parsers.ts. */
import type { Attributes } from '@opentelemetry/api';
import type { RedactHook } from '../facts/hooks.ts';
import type { Prices } from '../facts/prices.ts';
import { warnOnce } from '../runtime/log.ts';
import { cleanAttributes, isReserved, parseAttributes } from './attribute-values.ts';
import { booleanValue, type Parse, splitPairs, usable } from './parsers.ts';
import { showValue } from './unusable-value.ts';

/** `host=provider` pairs, or an object of host names and provider names. */
export const providerHosts: Parse<Readonly<Record<string, string>>> = (raw) => {
  const entries: [string, unknown][] =
    typeof raw === 'object' && raw !== null
      ? Object.entries(raw)
      : splitPairs(String(raw)).map(({ name, value }) => [name, value]);
  for (const [host, name] of entries)
    if (host === '' || typeof name !== 'string' || name === '') return { problem: 'expected host=provider pairs' };
  return usable(Object.freeze(Object.fromEntries(entries.map(([host, name]) => [host.toLowerCase(), String(name)]))));
};

/** Words that a user may write to switch the option on or off: no host is called so. */
const SWITCHES: ReadonlySet<string> = new Set(['off', 'on', 'true', 'false', '0', '1', 'yes', 'no', 'none']);
const HOST = /^(?:\*\.)?(?:[\w-]+\.)*[\w-]+$|^[\da-f:]+$/;

/** `off`, `inject`, or hosts. */
export const offInjectOrHosts: Parse<'off' | 'inject' | readonly string[]> = (raw) => {
  const names = (Array.isArray(raw) ? (raw as unknown[]) : String(raw).split(',')).map((name) =>
    String(name).trim().toLowerCase(),
  );
  if (names.length === 1 && ['false', '0', 'no'].includes(names[0] ?? '')) return usable('off');
  const hosts = names.filter((name) => name !== 'inject' && name !== '');
  if (names.length === 1 && (names[0] === 'off' || names[0] === 'inject')) return usable(names[0]);
  if (hosts.length > 0 && hosts.every((name) => HOST.test(name) && !SWITCHES.has(name)))
    return usable(Object.freeze(hosts));
  return { problem: 'expected off, inject, or hosts such as llm.corp.example' };
};

/** `true`, `false`, or detectors that are off by default: `ip`, `all`. */
export const redactionSetting: Parse<boolean | 'ip' | 'all'> = (raw) => {
  const word = String(raw).trim().toLowerCase();
  if (word === 'ip' || word === 'all') return usable(word);
  const parsed = booleanValue(raw);
  return 'value' in parsed ? parsed : { problem: 'expected true, false, ip or all' };
};

/** Prices, or the path of a file of prices. Prices are checked at their first use: a process without calls reads no file. */
export const priceValues: Parse<Prices | string> = (raw) => {
  if (typeof raw === 'string' && raw.trim().startsWith('{'))
    return { problem: 'expected the path of a JSON file, not the JSON itself' };
  if (typeof raw === 'string' && raw.trim() !== '') return usable(raw.trim());
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return usable(raw as Prices);
  return {
    problem:
      'expected prices by model or the path of a JSON file, USD per million tokens as in { "gpt-4o": { "input": 2.5, "output": 10 } }',
  };
};

/** A function that redacts. */
export const redactFunction: Parse<RedactHook> = (raw) =>
  typeof raw === 'function'
    ? usable(raw as RedactHook)
    : {
        problem:
          'expected a function that gets a part and returns the part, a copy or undefined; option redactPatterns (LLM_OTEL_REDACT) switches the built-in patterns',
      };

/** Custom attributes. Each attribute that cannot be recorded has a warning of its own in attribute-values.ts. */
export const attributeValues: Parse<Attributes> = (raw) => {
  if (typeof raw === 'string') return usable(Object.freeze(parseAttributes(raw, 'LLM_OTEL_ATTRIBUTES') ?? {}));
  if (typeof raw !== 'object' || Array.isArray(raw)) return { problem: 'expected an object of attributes' };
  return usable(Object.freeze(cleanAttributes(raw, 'option attributes') ?? {}));
};

/** Names of baggage entries, with commas or as a list. */
export const baggageKeys: Parse<readonly string[]> = (raw) => {
  const list: readonly unknown[] = typeof raw === 'string' ? raw.split(',').filter((key) => key.trim()) : [raw].flat();
  const names = list.map((key) => (typeof key === 'string' ? key.trim() : ''));
  if (names.some((key) => !/^[^*]+\*?$|^\*$/.test(key)))
    return { problem: 'expected names, at most one * at the end of each' };
  const reserved = names.find(isReserved);
  return reserved === undefined
    ? usable(Object.freeze(names))
    : { problem: `${reserved} is recorded from the call itself` };
};

/** Names that are different for every user, session or request, and why a metric cannot have such a name. */
const UNBOUNDED: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/(?:^|[._-])(?:end)?user(?:s)?(?:$|[._-]?(?:id|name|full_?name|hash|key)$)/i, 'it names a user'],
  [/e[-_.]?mail|(?:^|[._-])phone/i, 'it names a person'],
  [/(?:^|[._-])(?:session|conversation|thread|chat)(?:$|[._-]?(?:id|key)$)/i, 'it names a session or a conversation'],
  [
    /(?:^|[._-])(?:trace|span|request|response|correlation|message|run|call|job|transaction|order|event)[._-]?id$/i,
    'it is different for every request',
  ],
  [/(?:^|[._-])(?:uuid|guid|id)$|[a-z]I[dD]$/, 'an id has a value for each thing that it names'],
];

/** Ids of few things: what a bill is split by. */
const BOUNDED_ID =
  /(?:^|[._-])(?:tenant|team|org|organi[sz]ation|customer|account|project|workspace|plan|region|group|department)[._-]?id$/i;

/** Names of custom attributes that metrics have too. A name that would make a series for each user or request is left out. */
export const metricAttributeNames: Parse<readonly string[]> = (raw) => {
  const list: readonly unknown[] = typeof raw === 'string' ? raw.split(',') : [raw].flat();
  const names = list.map((name) => (typeof name === 'string' ? name.trim() : undefined));
  if (names.some((name) => name === undefined)) return { problem: 'expected names of custom attributes' };
  const source = typeof raw === 'string' ? 'LLM_OTEL_METRIC_ATTRIBUTES' : 'option metricAttributes';
  const kept = names.filter((name): name is string => {
    if (name === undefined || name === '') return false;
    const reason = reasonAgainst(name);
    if (reason !== undefined)
      warnOnce(`${source}: ${showValue(name)} is left out, ${reason}; each value would be a series of its own.`);
    return reason === undefined;
  });
  return usable(Object.freeze([...new Set(kept)]));
};

function reasonAgainst(name: string): string | undefined {
  if (isReserved(name)) return 'it is recorded from the call itself';
  if (BOUNDED_ID.test(name)) return undefined;
  return UNBOUNDED.find(([pattern]) => pattern.test(name))?.[1];
}
