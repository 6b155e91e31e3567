import { warnOnce } from '../runtime/log.ts';

/** The environment as it is read here. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A variable's text without surrounding space; an empty one counts as unset, as the specification asks. */
export function envText(env: Env, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === undefined || value === '' ? undefined : value;
}

/** The first of `names` that is set: its name and text. */
export function firstSet(env: Env, ...names: readonly string[]): { name: string; value: string } | undefined {
  for (const name of names) {
    const value = envText(env, name);
    if (value !== undefined) return { name, value };
  }
  return undefined;
}

/** Warns that a variable cannot be used, and what happens instead. */
export function warnValue(name: string, value: string, problem: string, instead: string): void {
  const shown = value.length > 80 ? `${value.slice(0, 77)}...` : value;
  warnOnce(`${name}: ${JSON.stringify(shown)} cannot be used, ${problem}; using ${instead} instead.`);
}

/** What a text means, or undefined if it means nothing. */
type Read<T> = (value: string) => T | undefined;

/** What the first of `names` that can be used says; otherwise `fallback`. Warns about those that cannot. */
function firstUsable<T>(env: Env, names: readonly string[], read: Read<T>, problem: string, fallback: T): T {
  const unusable: [string, string][] = [];
  let used = fallback;
  for (const name of names) {
    const value = envText(env, name);
    if (value === undefined) continue;
    const meant = read(value);
    if (meant !== undefined) {
      used = meant;
      break;
    }
    unusable.push([name, value]);
  }
  const shown = used === Number.POSITIVE_INFINITY ? 'no limit' : String(used);
  for (const [name, value] of unusable) warnValue(name, value, problem, shown);
  return used;
}

/** A number from the first of `names` that holds one in the range; otherwise `fallback`. Warns about the others. */
export function envNumber(
  env: Env,
  names: readonly string[],
  range: { least: number; most?: number; whole?: boolean },
  fallback: number,
): number {
  const { least, most = Number.MAX_SAFE_INTEGER, whole = true } = range;
  const bounds = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  const read: Read<number> = (value) => {
    const n = Number(value);
    return n >= least && n <= most && (!whole || Number.isInteger(n)) ? n : undefined;
  };
  return firstUsable(env, names, read, `expected a ${whole ? 'whole ' : ''}number ${bounds}`, fallback);
}

/** Whether one of `names` holds a whole number of at least 0. Says nothing about those that do not. */
export function hasCount(env: Env, ...names: readonly string[]): boolean {
  return names.some((name) => {
    const n = Number(envText(env, name));
    return n >= 0 && Number.isSafeInteger(n);
  });
}

/** One of `values` from the first of `names` that says one, in any case; otherwise `fallback`. Warns about the others. */
export function envChoice<T extends string>(env: Env, names: readonly string[], values: readonly T[], fallback: T): T {
  const read: Read<T> = (value) => values.find((v) => v.toLowerCase() === value.toLowerCase());
  return firstUsable(env, names, read, `expected one of ${values.join(', ')}`, fallback);
}

/**
 * A comma-separated list of `values`; what is not among them is warned about and left out. `none` empties the list;
 * unset, or nothing usable, gives `fallback`.
 */
export function envList<T extends string>(
  env: Env,
  name: string,
  values: readonly T[],
  fallback: readonly T[],
  aliases: Readonly<Record<string, T>> = {},
): readonly T[] {
  const value = envText(env, name);
  if (value === undefined) return fallback;
  const found = new Set<T>();
  const unknown: string[] = [];
  for (const item of value.split(',').map((part) => part.trim().toLowerCase())) {
    if (item === '') continue;
    if (item === 'none') return [];
    const known = values.find((v) => v === item);
    // Not every name that an object answers to: `constructor` is no exporter.
    const alias = Object.hasOwn(aliases, item) ? aliases[item] : undefined;
    if (known !== undefined) found.add(known);
    else if (alias !== undefined) {
      found.add(alias);
      warnOnce(`${name}: ${item} is no longer supported by OpenTelemetry; using ${alias} instead.`);
    } else unknown.push(item);
  }
  const used = found.size > 0 ? [...found] : fallback;
  for (const item of unknown)
    warnValue(name, item, `expected ${[...values, 'none'].join(', ')}`, used.join(',') || 'none');
  return used;
}

/** `key=value,key=value`, values percent-decoded, as in OTEL_RESOURCE_ATTRIBUTES and the header variables. */
export function envPairs(env: Env, name: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const pair of envText(env, name)?.split(',') ?? []) {
    if (pair.trim() === '') continue;
    const at = pair.indexOf('=');
    const key = decoded(pair.slice(0, Math.max(at, 0)).trim());
    // The value stays out of the warning: header variables hold credentials.
    if (at < 1 || key === '') warnOnce(`${name}: an entry without "key=value" cannot be used; it is left out.`);
    else
      found[key] = decoded(
        pair
          .slice(at + 1)
          .trim()
          .replace(/^"(.*)"$/, '$1'),
      );
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
