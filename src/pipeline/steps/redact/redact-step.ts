/** The step `redact`: secrets and personal data in every text of an item. Loaded only by pipelines with the step. */
import type { ConfigPlace } from '../../../config/config-place.ts';
import { DETECTOR_NAMES, type DetectorName } from '../../../facts/detector-names.ts';
import { findSecrets, replaceSecrets, type Secret, withoutOverlaps } from '../../../redaction/redact-text.ts';
import { compileRegex, type Regex } from '../../match/compile-regex.ts';
import { kindOfValue, mapOf } from '../../match/kind-of-value.ts';
import type { AttributeRecord } from '../draft/draft.ts';
import type { CreateStep } from '../step.ts';
import { changeItem, changeList, type FindChanges } from '../values/change-parts.ts';
import { createHash } from '../values/hash-value.ts';
import { compileKeys } from '../values/key-test.ts';
import { redactValue, type TextChange } from './redact-strings.ts';

/** Most texts, and most characters of a text, that are remembered because nothing was found: names come again and again. */
const MOST_TEXTS = 2000;
const LONGEST = 100;

/** A pattern of a user with the name in the mark. */
interface NamedPattern {
  readonly name: string;
  readonly regex: Regex;
}

/** Redacts name, status message, attributes, events and links. */
export const createRedact: CreateStep = (
  { detectors = 'all', patterns, allow, mode = 'mask', keys },
  where,
  { env },
) => {
  const chosen = readDetectors(detectors, where.at('detectors'));
  const own = readPatterns(patterns, where.at('patterns'));
  const allowed = readAllowed(allow, where.at('allow'));
  if (mode !== 'mask' && mode !== 'hash') where.at('mode').refuse('the mode is not known; expected mask or hash');
  const hash = mode === 'hash' ? createHash(env) : undefined;
  const makeMark = (name: string, secret: string): string => hash?.(secret) ?? `[redacted:${name}]`;
  const isAllowed = (text: string): boolean => allowed.some((regex) => regex.test(text));
  const change: TextChange = {
    text: rememberClean((text) => replaceSecrets(text, secretsIn(text, chosen, own, isAllowed), makeMark)),
    secret: (kind, text) => (isAllowed(text) ? text : makeMark(kind, text)),
    hidesSecret: (kind) => chosen.has(kind),
  };
  const isMeant = compileKeys(keys, where.at('keys'), true);
  const find: FindChanges = (attributes) => findChanges(attributes, isMeant, change);
  // A span may have a number as its name.
  const string = (text: string): string => redactValue(text, '', change) as string;
  return {
    dropsFailed: true,
    run(draft) {
      if (draft.name !== undefined) draft.name = string(draft.name);
      if (draft.statusMessage) draft.statusMessage = string(draft.statusMessage);
      changeItem(draft, find);
      draft.links = changeList(draft.links, find);
      draft.timedEvents = renamed(changeList(draft.timedEvents, find), string);
      return true;
    },
  };
};

function findChanges(
  attributes: AttributeRecord,
  isMeant: (key: string) => boolean,
  change: TextChange,
): ReadonlyMap<string, unknown> | undefined {
  let changes: Map<string, unknown> | undefined;
  for (const key of Object.keys(attributes)) {
    if (!isMeant(key)) continue;
    const value = attributes[key];
    const after = redactValue(value, key, change);
    if (after === value) continue;
    changes ??= new Map();
    changes.set(key, after);
  }
  return changes;
}

/** Events with changed names; the same list if nothing changes. */
function renamed<Event extends { readonly name: string }>(
  events: readonly Event[],
  change: (text: string) => string,
): readonly Event[] {
  const names = events.map(({ name }) => change(name));
  if (events.every(({ name }, index) => name === names[index])) return events;
  return events.map((event, index) => ({ ...event, name: names[index] ?? event.name }));
}

/** The secrets in a text, in order, without overlaps and without those that are allowed. */
function secretsIn(
  text: string,
  detectors: ReadonlySet<DetectorName>,
  patterns: readonly NamedPattern[],
  isAllowed: (secret: string) => boolean,
): Secret<string>[] {
  const found: Secret<string>[] = detectors.size === 0 ? [] : findSecrets(text, detectors);
  for (const { name, regex } of patterns)
    for (const [start, end] of regex.matches(text)) if (end > start) found.push({ name, start, end });
  return withoutOverlaps(found.filter(({ start, end }) => !isAllowed(text.slice(start, end))));
}

/** Remembers short texts in which nothing was found. Texts with secrets are not kept. */
function rememberClean(redact: (text: string) => string): (text: string) => string {
  const clean = new Set<string>();
  return (text) => {
    if (clean.has(text)) return text;
    const redacted = redact(text);
    if (redacted !== text || text.length > LONGEST) return redacted;
    if (clean.size >= MOST_TEXTS) clean.clear();
    clean.add(text);
    return text;
  };
}

function readDetectors(option: unknown, where: ConfigPlace): ReadonlySet<DetectorName> {
  if (option === 'all') return new Set(DETECTOR_NAMES);
  const isName = (name: unknown): name is DetectorName => DETECTOR_NAMES.includes(name as DetectorName);
  if (Array.isArray(option) && option.every((name) => name === 'all' || isName(name)))
    return new Set(option.includes('all') ? DETECTOR_NAMES : option.filter(isName));
  where.refuse(`it is ${kindOfValue(option)}; expected all, or a list of ${DETECTOR_NAMES.join(', ')}`);
  return new Set();
}

function readPatterns(option: unknown, where: ConfigPlace): NamedPattern[] {
  return listOf(option, 'a list of maps with name and regex', where).flatMap((pattern, index) => {
    const { name, regex } = mapOf(pattern) ?? {};
    const place = where.at(index);
    if (typeof name !== 'string' || !/^[\w.-]{1,40}$/.test(name)) {
      place.at('name').refuse(`it is ${kindOfValue(name)}; expected a name of letters, digits, ., _ and -, at most 40`);
      return [];
    }
    const compiled = compileRegex(regex, place.at('regex'));
    return compiled === undefined ? [] : [{ name, regex: compiled }];
  });
}

function readAllowed(option: unknown, where: ConfigPlace): Regex[] {
  return listOf(option, 'a list of maps with regex', where).flatMap(
    (pattern, index) => compileRegex(mapOf(pattern)?.regex, where.at(index).at('regex')) ?? [],
  );
}

function listOf(option: unknown, words: string, where: ConfigPlace): readonly unknown[] {
  if (option === undefined) return [];
  if (Array.isArray(option)) return option;
  where.refuse(`it is ${kindOfValue(option)}; expected ${words}`);
  return [];
}
