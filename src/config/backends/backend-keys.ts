import { type Env, firstSet } from '../env.ts';
import { shownUrl } from '../sdk/export-target.ts';
import { warnUnusable } from '../unusable-value.ts';

/** Reads the variables of a product, and notes which variables were asked for and which are missing. */
export class BackendKeys {
  readonly #env: Env;
  /** Names of all variables of the product. */
  readonly asked = new Set<string>();
  /** Names of variables without which the product refuses requests. */
  readonly missing: string[] = [];

  constructor(env: Env) {
    this.#env = env;
  }

  /** The value of the first variable of `names` that is set. */
  optional(...names: readonly string[]): string | undefined {
    for (const name of names) this.asked.add(name);
    return firstSet(this.#env, ...names)?.value;
  }

  /** Like {@link optional}; the first name counts as missing if no variable is set. */
  required(...names: readonly [string, ...string[]]): string | undefined {
    const value = this.optional(...names);
    if (value === undefined) this.missing.push(names[0]);
    return value;
  }

  /** `user:password` in base64, as HTTP has credentials. */
  basic(user: string | undefined, password: string | undefined): string | undefined {
    if (user === undefined || password === undefined) return undefined;
    return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }

  /** An address without a slash at the end: of the first variable of `names` that is set, else `fallback`. */
  url(fallback: string, ...names: readonly string[]): string {
    for (const name of names) this.asked.add(name);
    const found = firstSet(this.#env, ...names);
    if (found === undefined) return fallback;
    if (/^https?:\/\//i.test(found.value) && URL.canParse(found.value)) return found.value.replace(/\/+$/, '');
    warnUnusable(found.name, shownUrl(found.value), 'expected a URL that starts with http:// or https://', fallback);
    return fallback;
  }
}
