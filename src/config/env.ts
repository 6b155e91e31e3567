import { warnOnce } from '../runtime/log.ts';
import { oneOf, ownEntry, type Parse, splitPairs } from './parsers.ts';
import { warnUnusable } from './unusable-value.ts';

/** Environment variables by name. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Text of a variable without surrounding space. An empty variable counts as unset: the OpenTelemetry specification says so. */
export function envText(env: Env, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === undefined || value === '' ? undefined : value;
}

/** Name and text of the first variable of `names` that is set. */
export function firstSet(env: Env, ...names: readonly string[]): { name: string; value: string } | undefined {
  for (const name of names) {
    const value = envText(env, name);
    if (value !== undefined) return { name, value };
  }
  return undefined;
}

/** Value of the first variable of `names` that can be used, else `fallback`. Warns about the variables before that cannot. */
export function envValue<T>(env: Env, names: readonly string[], parse: Parse<T>, fallback: T): T {
  const unusable: [name: string, text: string, problem: string][] = [];
  let used = fallback;
  for (const name of names) {
    const text = envText(env, name);
    if (text === undefined) continue;
    const parsed = parse(text);
    if ('value' in parsed) {
      used = parsed.value;
      break;
    }
    unusable.push([name, text, parsed.problem]);
  }
  const replacement = used === Number.POSITIVE_INFINITY ? 'no limit' : String(used);
  for (const [name, text, problem] of unusable) warnUnusable(name, text, problem, replacement);
  return used;
}

/** Whether a variable of `names` holds a value that can be used. Warns about nothing. */
export function hasEnvValue(env: Env, names: readonly string[], parse: Parse<unknown>): boolean {
  return names.some((name) => {
    const text = envText(env, name);
    return text !== undefined && 'value' in parse(text);
  });
}

/**
 * A comma-separated list of `words`. Unknown words are left out with a warning. `none` empties the list. Without a usable
 * word the list is `fallback`.
 * @param custom reads an item that is none of `words`, in the case in which the user has written the item
 */
export function envList<T extends string, Custom = never>(
  env: Env,
  name: string,
  words: readonly T[],
  fallback: readonly T[],
  aliases: Readonly<Record<string, T>> = {},
  custom: (item: string) => Custom | undefined = () => undefined,
): readonly (T | Custom)[] {
  const text = envText(env, name);
  if (text === undefined) return fallback;
  const parse = oneOf(words);
  const found = new Set<T | Custom>();
  const unknown: string[] = [];
  for (const written of text.split(',').map((part) => part.trim())) {
    const item = written.toLowerCase();
    if (item === '') continue;
    if (item === 'none') return [];
    const parsed = parse(item);
    const alias = ownEntry(aliases, item);
    const other = custom(written);
    if ('value' in parsed) found.add(parsed.value);
    else if (other !== undefined) found.add(other);
    else if (alias !== undefined) {
      found.add(alias);
      warnOnce(`${name}: ${item} is no longer supported by OpenTelemetry; using ${alias} instead.`);
    } else unknown.push(item);
  }
  const used = found.size > 0 ? [...found] : fallback;
  for (const item of unknown)
    warnUnusable(name, item, `expected ${[...words, 'none'].join(', ')}`, used.join(',') || 'none');
  return used;
}

/** `key=value,key=value`, percent-decoded, as in OTEL_RESOURCE_ATTRIBUTES and the variables of headers. */
export function envPairs(env: Env, name: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const pair of splitPairs(envText(env, name) ?? '')) {
    const key = decoded(pair.name);
    // Without the text of the entry: variables of headers hold credentials.
    if (key === '') warnOnce(`${name}: an entry without "key=value" cannot be used; it is left out.`);
    else found[key] = decoded(pair.value.replace(/^"(.*)"$/, '$1'));
  }
  return found;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
