/** The twin of the step `redact`. */
import { DETECTOR_NAMES, type DetectorName } from '../../../facts/detector-names.ts';
import { mapOf } from '../../../pipeline/match/kind-of-value.ts';
import { CONTEXTS, ITEMS, NAMES, type StepSignal } from '../ottl/ottl-text.ts';
import { type Processor, type TranslateStep, transformProcessor } from '../processor.ts';
import { HASH_KEY, HASHING } from './attributes-twin.ts';
import { SECRET_KEYS, SECRET_PATTERNS } from './secret-patterns.ts';

/** Attributes, bodies, names and the status message by the processor `redaction`. */
export const translateRedact: TranslateStep = (options, { signal, lacks, differs }) => {
  const { detectors = 'all', patterns = [], allow, mode, keys } = options;
  const chosen = chosenDetectors(detectors);
  const found = chosen.flatMap((name): readonly string[] => SECRET_PATTERNS[name]);
  const own = Array.isArray(patterns) ? patterns.map((one) => String(mapOf(one)?.regex)) : [];
  const values = [...found, ...own];
  const blockedKeys = Object.entries(SECRET_KEYS).flatMap(([name, list]) =>
    chosen.includes(name as DetectorName) ? list : [],
  );
  const isHash = mode === 'hash';
  differs(
    'detectors',
    'patterns without checksums find more, the mark is ****, and attributes of the resource are redacted too',
  );
  if (isHash) differs('mode', `${HASH_KEY}; hashes have 64 digits and no hmac:`);
  if (allow !== undefined)
    lacks('allow', 'the processor redaction would leave the whole value alone; the secrets are redacted');
  if (keys !== undefined) differs('keys', 'every attribute is redacted');
  if (signal === 'traces') lacks('links', 'no processor reaches the attributes of links');
  const config = {
    allow_all_keys: true,
    ...(blockedKeys.length === 0 ? {} : { blocked_key_patterns: blockedKeys }),
    blocked_values: values,
    redact_all_types: true,
    ...(isHash ? HASHING : {}),
    summary: 'silent',
  };
  return aroundNames(signal, [{ type: 'redaction', config }]);
};

/** Names and the status message are attributes while `redaction` runs, which changes attributes alone. */
function aroundNames(signal: StepSignal, processors: readonly Processor[]): Processor[] {
  const item = ITEMS[signal];
  const groups = [
    { ...item, paths: signal === 'traces' ? [NAMES.traces, 'span.status.message'] : [NAMES.logs] },
    ...(signal === 'traces' ? [{ ...CONTEXTS.event, paths: ['spanevent.name'] }] : []),
  ];
  const placeOf = (attributes: string, path: string): string => `${attributes}["llm_otel.redacted.${path}"]`;
  const before = groups.map(({ context, attributes, paths }) => ({
    context,
    statements: paths.map((path) => `set(${placeOf(attributes, path)}, ${path})`),
  }));
  const after = groups.map(({ context, attributes, paths }) => ({
    context,
    statements: paths.flatMap((path) => [
      `set(${path}, ${placeOf(attributes, path)})`,
      `delete_key(${attributes}, "llm_otel.redacted.${path}")`,
    ]),
  }));
  return [...transformProcessor(signal, before), ...processors, ...transformProcessor(signal, after)];
}

function chosenDetectors(option: unknown): readonly DetectorName[] {
  if (!Array.isArray(option) || option.includes('all')) return DETECTOR_NAMES;
  return DETECTOR_NAMES.filter((name) => option.includes(name));
}
