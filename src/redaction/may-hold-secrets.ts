/** Says fast of most texts that no detector can find a secret: a text of few characters would cost more than its serialization. */
import { RULES, type Rule } from './detectors.ts';

/** The shortest secret is an e-mail address: `a@b.co`. */
const SHORTEST = 6;
/** Longer texts nearly always have a part that looks like the beginning of a secret. */
const LONGEST = 256;
/** Look-alikes are folded before a second search: see fold-text.ts. */
const LOOK_ALIKE = '[^\\x00-\\x7f]|%[2-7][0-9A-Fa-f]';

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/** A part of every text with a secret: what a rule needs at least, of all rules. */
const PARTS = new Set(
  RULES.flatMap(([, { hints = [], probe }]: readonly [string, Rule]) =>
    probe === undefined ? hints.map(escaped) : [probe.source],
  ),
);
const MAY_HOLD = new RegExp([LOOK_ALIKE, ...PARTS].join('|'));

/** False if `text` holds no secret for sure. */
export function mayHoldSecrets(text: string): boolean {
  return text.length >= SHORTEST && (text.length > LONGEST || MAY_HOLD.test(text));
}

/** Characters that stand in few texts, the rarest first: a text without the character holds no hint with the character. */
const RARE = ['_', '1', '8', '=', '+', '@', '/', ':', '.', '-', ' '] as const;

/** A hint, and a rare character of the hint. */
interface RareHint {
  readonly hint: string;
  readonly rare: string | undefined;
}

const rareHints = new Map<Rule, readonly RareHint[]>(
  RULES.map(([, rule]: readonly [string, Rule]) => [
    rule,
    (rule.hints ?? []).map((hint) => ({ hint, rare: RARE.find((character) => hint.includes(character)) })),
  ]),
);

/** Makes the function that says whether a rule can find a secret in `text`. */
export function ruleTest(text: string): (rule: Rule) => boolean {
  const has = new Map<string, boolean>();
  const holds = (character: string): boolean => {
    let found = has.get(character);
    if (found === undefined) {
      found = text.includes(character);
      has.set(character, found);
    }
    return found;
  };
  return (rule) => {
    const hints = rareHints.get(rule) ?? [];
    const isHinted =
      hints.length === 0 ||
      hints.some(({ hint, rare }) => (rare === undefined || holds(rare)) && (hint === rare || text.includes(hint)));
    return isHinted && (rule.probe === undefined || rule.probe.test(text));
  };
}
