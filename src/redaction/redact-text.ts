/** Replaces secrets and personal data in texts by marks. */
import type { DetectorName } from '../facts/detector-names.ts';
import { RULES, type Rule } from './detectors.ts';
import { foldText } from './fold-text.ts';
import { mayHoldSecrets, ruleTest } from './may-hold-secrets.ts';

/** A chosen set of detectors. */
export type Detectors = ReadonlySet<DetectorName>;

/** A secret in a text: `[start, end)`. */
export interface Secret<Name extends string = DetectorName> {
  readonly name: Name;
  readonly start: number;
  readonly end: number;
}

/** Makes the text in place of a secret. */
export type MarkSecret = (name: DetectorName, secret: string) => string;

/** `[redacted:<name>]` */
export const mark: MarkSecret = (name) => `[redacted:${name}]`;

/** Covers a found secret, character for character, so that places stay and no later detector finds a part of the secret. */
const COVER = String.fromCharCode(0xe000); // in the build every character has to take one byte

/** `text` with a mark in place of each secret that the `detectors` find. */
export function redactText(text: string, detectors: Detectors, makeMark: MarkSecret = mark): string {
  return replaceSecrets(text, findSecrets(text, detectors), makeMark);
}

/** `text` with a mark in place of each of `secrets`, which stand in order and without overlaps. */
export function replaceSecrets<Name extends string>(
  text: string,
  secrets: readonly Secret<Name>[],
  makeMark: (name: Name, secret: string) => string,
): string {
  if (secrets.length === 0) return text;
  let redacted = '';
  let from = 0;
  for (const { name, start, end } of secrets) {
    redacted += text.slice(from, start) + makeMark(name, text.slice(start, end));
    from = end;
  }
  return redacted + text.slice(from);
}

/**
 * The texts, which a reader sees one after another, with a mark in place of each secret that goes over the end of a text. Secrets
 * within one text stay, for {@link redactText}.
 */
export function redactSplitSecrets(
  texts: readonly string[],
  detectors: Detectors,
  makeMark: MarkSecret = mark,
): string[] {
  const joined = texts.join('');
  const redacted = [...texts];
  const secrets = findSecrets(joined, detectors);
  let offset = joined.length;
  for (let i = texts.length - 1, next = secrets.length - 1; i >= 0; i--) {
    const end = offset;
    const start = end - (texts[i] ?? '').length;
    offset = start;
    while (next > 0 && (secrets[next] as Secret).start >= end) next--;
    for (let at = next; at >= 0; at--) {
      const secret = secrets[at] as Secret;
      if (secret.end <= start) break;
      const isWhole = secret.start >= start && secret.end <= end;
      if (isWhole || secret.start >= end) continue;
      const text = redacted[i] as string;
      const before = text.slice(0, Math.max(0, secret.start - start));
      const replaced = secret.start >= start ? makeMark(secret.name, joined.slice(secret.start, secret.end)) : '';
      redacted[i] = before + replaced + text.slice(Math.min(text.length, secret.end - start));
    }
  }
  return redacted;
}

/** The secrets in `text`, in order, without overlaps. */
export function findSecrets(text: string, detectors: Detectors): Secret[] {
  if (!mayHoldSecrets(text)) return [];
  const secrets: Secret[] = [];
  const covered = coverSecrets(text, detectors, (name, start, end) => secrets.push({ name, start, end }));
  const folded = foldText(covered);
  if (folded !== undefined) {
    // The end of a secret is behind its last character: what follows may begin with characters without width.
    coverSecrets(folded.text, detectors, (name, start, end) =>
      secrets.push({ name, start: folded.place(start), end: folded.place(end) }),
    );
  }
  return withoutOverlaps(secrets);
}

/** `text` with covers in place of secrets. `found` is called for each secret. */
function coverSecrets(
  text: string,
  detectors: Detectors,
  found: (name: DetectorName, start: number, end: number) => void,
): string {
  let covered = text;
  let isDiff: boolean | undefined;
  // Covers take parts of the text away and add none.
  const canFind = ruleTest(text);
  for (const [name, rule] of RULES) {
    if (!detectors.has(name) || !canFind(rule)) continue;
    const { pattern, accept, notInDiff }: Rule = rule;
    const whole = covered;
    covered = whole.replace(pattern, (match: string, ...rest: unknown[]) => {
      // The groups, then the place of the match and the text.
      const place = rest[rest.length - 2] as number;
      const group = rest.length > 2 ? rest[rest.length - 3] : undefined;
      const isGroup = typeof group === 'string' && group.length > 1 && match.endsWith(group);
      const secret = isGroup ? group : match;
      if (accept !== undefined && !accept(secret)) return match;
      if (notInDiff && whole[place - 1] === '\n') {
        isDiff ??= DIFF.test(whole);
        if (isDiff) return match;
      }
      const start = place + match.length - secret.length;
      found(name, start, start + secret.length);
      return match.slice(0, match.length - secret.length) + COVER.repeat(secret.length);
    });
  }
  return covered;
}

/** A header of a diff. */
const DIFF = /^(?:@@ |diff |--- |\+\+\+ )/m;

/** The secrets in order; of secrets that overlap the first, with the end of the last. */
export function withoutOverlaps<Name extends string>(secrets: Secret<Name>[]): Secret<Name>[] {
  if (secrets.length < 2) return secrets;
  const kept: Secret<Name>[] = [];
  for (const secret of secrets.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1);
    if (last === undefined || secret.start >= last.end) kept.push(secret);
    else if (secret.end > last.end) kept[kept.length - 1] = { ...last, end: secret.end };
  }
  return kept;
}
