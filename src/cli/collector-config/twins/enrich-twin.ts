/** The twin of the step `enrich`. */
import { mapOf } from '../../../pipeline/match/kind-of-value.ts';
import { globPattern, globsOf, isLiteral } from '../ottl/glob-pattern.ts';
import { attributePath, CONTEXTS, ITEMS, type OttlContext, ottlText, ottlValue } from '../ottl/ottl-text.ts';
import { type TranslateStep, transformProcessor } from '../processor.ts';

type Options = Readonly<Record<string, unknown>>;

/** Attributes, and copies of attributes of the resource. */
export const translateEnrich: TranslateStep = (options, { signal, lacks }) => {
  const item = ITEMS[signal];
  if (options.env !== undefined)
    lacks('env', 'a Collector has the environment of its machine; put the values into OTEL_RESOURCE_ATTRIBUTES');
  if (options.baggage !== undefined) lacks('baggage', 'the baggage does not leave the process with an item');
  if (options.module !== undefined) lacks('module', 'code of the application does not run in a Collector');
  const statements = [...fixedStatements(options, item), ...resourceStatements(options, item)];
  return transformProcessor(signal, [{ context: item.context, statements }]);
};

/** What an item has stays, unless the step overwrites. What is absent is not copied: OTTL would set an empty value. */
function addStatement(path: string, value: string, isCopy: boolean, { overwrite }: Options): string {
  const conditions = [...(isCopy ? [`${value} != nil`] : []), ...(overwrite === true ? [] : [`${path} == nil`])];
  return `set(${path}, ${value})${conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`}`;
}

const fixedStatements = (options: Options, item: OttlContext): string[] =>
  Object.entries(mapOf(options.attributes) ?? {}).map(([key, value]) =>
    addStatement(attributePath(item, key), ottlValue(value), false, options),
  );

function resourceStatements(options: Options, item: OttlContext): string[] {
  if (options.resource === undefined) return [];
  const globs = globsOf(options.resource);
  if (globs.every(isLiteral))
    return globs.map((key) =>
      addStatement(attributePath(item, key), attributePath(CONTEXTS.resource, key), true, options),
    );
  const copy = `${item.cache}["resource"]`;
  return [
    `set(${copy}, ${CONTEXTS.resource.attributes})`,
    `keep_matching_keys(${copy}, ${ottlText(globPattern(globs))})`,
    `merge_maps(${item.attributes}, ${copy}, "${options.overwrite === true ? 'upsert' : 'insert'}")`,
  ];
}
