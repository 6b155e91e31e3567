/** Names of models as the APIs write the names, and the part of a name that identifies the model. */

/** Google's resource paths. The path `accounts/fireworks/models/` of Fireworks is part of the name. */
const RESOURCE_PATH = /^(?:models|publishers\/[^/]+\/models|projects\/.+\/models)\//;
/** `ft:gpt-4o-2024-08-06:acme::abc`: the base and its snapshot set the price. */
const FINE_TUNED = /^(ft:[^:]+):.*$/;

/**
 * The name in the form of the price table: lower case, without a resource path, without the owner of a fine-tuned
 * model.
 */
export function normalName(model: string): string {
  return model.trim().toLowerCase().replace(RESOURCE_PATH, '').replace(FINE_TUNED, '$1');
}

/** `-2024-08-06`, `-20241022`, `@20241022`, `-09-2025`, `-05-06`, `-0613`, `-001` */
const NUMBERED = /(?:[-@]20\d{2}-?\d{2}-?\d{2}|-\d{2}-20\d{2}|-\d{2}-\d{2}|-\d{3,4})$/;
/** `-latest`, `@default`, `-preview`, `-exp`, `-v1`, `:0`: suffixes in words; the model is the same without the suffix. */
const WORDED = /(?:[-@]latest|@default|-preview|-exp|-experimental|-v\d|:\d+)$/;

/** A name without the suffix of a snapshot. `numbered`: only suffixes of digits were removed. */
export interface SnapshotBase {
  readonly name: string;
  readonly numbered: boolean;
}

/**
 * The name without one suffix, without two suffixes, and so on: `claude-haiku-4-5` for `claude-haiku-4-5@20251001`. Only a
 * suffix is removed, so the name of a sibling model is never a result.
 */
export function* withoutSnapshot(name: string): Generator<SnapshotBase> {
  let numbered = true;
  for (let rest = name; ; ) {
    const digits = NUMBERED.exec(rest);
    const suffix = digits ?? WORDED.exec(rest);
    if (suffix === null || suffix.index === 0) return;
    if (digits === null) numbered = false;
    rest = rest.slice(0, suffix.index);
    yield { name: rest, numbered };
  }
}

/** True if `snapshot` is the name `alias`, or a snapshot of the model `alias`. */
export function isSnapshotOf(snapshot: string, alias: string): boolean {
  if (snapshot === alias) return true;
  for (const base of withoutSnapshot(snapshot)) if (base.name === alias) return true;
  return false;
}
