/** The twin of the step `attributes`. */

import { mapOf } from '../../../pipeline/match/kind-of-value.ts';
import { compileGlobs } from '../../../runtime/glob.ts';
import { globPattern, globsOf, isLiteral } from '../ottl/glob-pattern.ts';
import { attributePath, CONTEXTS, ITEMS, type OttlContext, ottlText } from '../ottl/ottl-text.ts';
import { type Processor, type RuleContext, type TranslateStep, transformProcessor } from '../processor.ts';
import { VariableText, type YamlMap } from '../yaml-text.ts';

type Options = Readonly<Record<string, unknown>>;

/** How a hash is said to differ. */
export const HASH_KEY =
  'set LLM_OTEL_HASH_KEY where the Collector runs, to the key of the processes, of 32 characters or more';

/** The key of hashes, which the Collector reads from its environment. */
export const HASHING = {
  hash_function: 'hmac-sha256',
  hmac_key: new VariableText(`\${env:LLM_OTEL_HASH_KEY}`),
} as const satisfies YamlMap;

/** `drop`, `keep`, `hash`, `mask` and `truncate`, in this order. */
export const translateAttributes: TranslateStep = (options, rule) => {
  const { signal } = rule;
  const parts = partsOf(options, rule);
  const before = parts.map((part) => ({ context: part.context, statements: removals(options, part, rule) }));
  const after = parts.map((part) => ({
    context: part.context,
    statements: [...shortHashes(options, part), ...masks(options, part), ...cuts(options, part, rule)],
  }));
  const hash = hashProcessor(options, rule);
  if (hash.length > 0) return [...transformProcessor(signal, before), ...hash, ...transformProcessor(signal, after)];
  const groups = parts.map(({ context }, index) => ({
    context,
    statements: [...(before[index]?.statements ?? []), ...(after[index]?.statements ?? [])],
  }));
  return transformProcessor(signal, groups);
};

/** The parts of an item that the step changes. */
function partsOf({ on }: Options, { signal, lacks }: RuleContext): OttlContext[] {
  const names = on === undefined || on === null ? ['span', 'event'] : globsOf(on);
  if (names.includes('link') && signal === 'traces') lacks('on', 'OTTL does not reach the attributes of links');
  return [
    ...(names.includes('resource') ? [CONTEXTS.resource] : []),
    ...(names.includes('span') ? [ITEMS[signal]] : []),
    ...(names.includes('event') && signal === 'traces' ? [CONTEXTS.event] : []),
  ];
}

/** Statements that remove what `globs` match, or everything else. */
export function deleteStatements({ context, attributes }: OttlContext, globs: readonly string[]): string[] {
  if (globs.length === 0) return [];
  const statements = globs.every(isLiteral)
    ? globs
        .filter((key) => context !== 'log' || key !== 'body')
        .map((key) => `delete_key(${attributes}, ${ottlText(key)})`)
    : [`delete_matching_keys(${attributes}, ${ottlText(globPattern(globs))})`];
  return context === 'log' && compileGlobs(globs)('body') ? [...statements, 'set(log.body, "")'] : statements;
}

function removals({ drop, keep }: Options, part: OttlContext, { differs }: RuleContext): string[] {
  const kept = keep === undefined ? [] : globsOf(keep);
  const dropped = globsOf(drop);
  const isBodyGone = part.context === 'log' && compileGlobs(dropped)('body');
  const isBodyLost = part.context === 'log' && keep !== undefined && !compileGlobs(kept)('body');
  if (isBodyGone || isBodyLost) differs('body', 'the body of log records becomes an empty text');
  return [
    ...deleteStatements(part, dropped),
    ...(keep === undefined ? [] : [`keep_matching_keys(${part.attributes}, ${ottlText(globPattern(kept))})`]),
    ...(isBodyLost ? ['set(log.body, "")'] : []),
  ];
}

function hashProcessor({ hash }: Options, { differs, lacks, signal }: RuleContext): Processor[] {
  if (hash === undefined) return [];
  const globs = globsOf(hash);
  differs('hash', `${HASH_KEY}; the items of a list have one hash together; attributes of the resource are hashed too`);
  if (signal === 'logs' && compileGlobs(globs)('body')) lacks('hash', 'the body of log records cannot be hashed');
  const config = {
    allow_all_keys: true,
    blocked_key_patterns: [globPattern(globs)],
    redact_all_types: true,
    ...HASHING,
    summary: 'silent',
  };
  return [{ type: 'redaction', config }];
}

/** The processor writes 64 digits. */
function shortHashes({ hash }: Options, part: OttlContext): string[] {
  if (hash === undefined) return [];
  const short = (target: string): string =>
    `replace_all_patterns(${target}, "value", "^([0-9a-f]{16})[0-9a-f]{48}$", "hmac:$1")`;
  return onKeys(part, globsOf(hash), 'hashed', (target) => [short(target)]);
}

function masks({ mask }: Options, part: OttlContext): string[] {
  if (mask === undefined) return [];
  const globs = globsOf(mask);
  const isBody = part.context === 'log' && compileGlobs(globs)('body');
  if (globs.every(isLiteral))
    return globs.map((key) => {
      const path = attributePath(part, key);
      return `set(${path}, "[masked]") where ${path} != nil`;
    });
  const statements = onKeys(part, globs, 'masked', (target) => [
    `stringify_all(${target})`,
    `replace_all_patterns(${target}, "value", "(?s)^.*$", "[masked]")`,
  ]);
  return isBody ? [...statements, 'set(log.body, "[masked]") where log.body != nil'] : statements;
}

function cuts({ truncate }: Options, part: OttlContext, { differs, lacks }: RuleContext): string[] {
  const { keys, max } = mapOf(truncate) ?? {};
  if (typeof max !== 'number') return [];
  differs('truncate', 'bytes are counted, JSON is cut anywhere, and the items of a list stay whole');
  const isBody = part.context === 'log' && (keys === undefined || compileGlobs(globsOf(keys))('body'));
  if (isBody) lacks('truncate', 'the body of log records stays whole');
  const cut = (target: string): string[] => [
    `truncate_all(${target}, ${max}, truncation_marker=${ottlText('...'.slice(0, max))})`,
  ];
  return keys === undefined ? cut(part.attributes) : onKeys(part, globsOf(keys), 'cut', cut);
}

/** Changes the attributes that `globs` match on a copy, because functions of OTTL change all attributes of a map. */
function onKeys(
  { attributes, cache }: OttlContext,
  globs: readonly string[],
  name: string,
  change: (target: string) => readonly string[],
): string[] {
  const copy = `${cache}["${name}"]`;
  return [
    `set(${copy}, ${attributes})`,
    `keep_matching_keys(${copy}, ${ottlText(globPattern(globs))})`,
    ...change(copy),
    `merge_maps(${attributes}, ${copy}, "upsert")`,
  ];
}
