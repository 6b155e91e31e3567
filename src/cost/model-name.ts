/** Names of models as the APIs write them, and what of them says which model it is. */

/** Google's resource names. Fireworks' `accounts/fireworks/models/` is part of the name. */
const PATH = /^(?:models|publishers\/[^/]+\/models|projects\/.+\/models)\//;
/** `ft:gpt-4o-2024-08-06:acme::abc`: the base and its snapshot set the price. */
const FINE_TUNED = /^(ft:[^:]+):.*$/;

/** The name as the table writes it: lower case, without the path of a resource or the owner of a fine-tuned model. */
export function normalName(model: string): string {
  return model.trim().toLowerCase().replace(PATH, '').replace(FINE_TUNED, '$1');
}

/** `-2024-08-06`, `-20241022`, `@20241022`, `-09-2025`, `-05-06`, `-0613`, `-001` */
const NUMBERED = /(?:[-@]20\d{2}-?\d{2}-?\d{2}|-\d{2}-20\d{2}|-\d{2}-\d{2}|-\d{3,4})$/;
/** `-latest`, `@default`, `-preview`, `-exp`, `-v1`, `:0`: words for one and the same model. */
const WORDED = /(?:[-@]latest|@default|-preview|-exp|-experimental|-v\d|:\d+)$/;

/** A name without what marks a snapshot of the model. `numbered`: only digits were taken away. */
export interface SnapshotBase {
  readonly name: string;
  readonly numbered: boolean;
}

/** `claude-haiku-4-5@20251001` is `claude-haiku-4-5`; one step after the other, the longest first. A sibling is no base. */
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

/** Is `snapshot` the model `alias` itself, or a snapshot of it? */
export function isSnapshotOf(snapshot: string, alias: string): boolean {
  if (snapshot === alias) return true;
  for (const base of withoutSnapshot(snapshot)) if (base.name === alias) return true;
  return false;
}
