import { compileMatch } from '../match/compile-match.ts';
import { kindOfValue, ownValue } from '../match/kind-of-value.ts';
import type { Draft } from './draft/draft.ts';
import type { CreateStep, Step } from './step.ts';

/** Drops items, or keeps items and drops the rest. */
export const createFilter: CreateStep = (options, where) => {
  const { drop, keep, llm_only: llmOnly } = options;
  if (Object.keys(options).length > 1) {
    where.refuse('there are several keys; expected one of drop, keep and llm_only, and a step for each');
    return undefined;
  }
  if (drop !== undefined) {
    const matches = compileMatch(drop, where.at('drop'));
    return { run: (draft) => !matches(draft) };
  }
  if (keep !== undefined) {
    const matches = compileMatch(keep, where.at('keep'));
    return { run: (draft) => matches(draft) };
  }
  if (llmOnly === true) return keepLlmSpans();
  if (llmOnly === false) return { run: () => true };
  where.refuse(`llm_only is ${kindOfValue(llmOnly)}; expected drop or keep with a match, or llm_only: true`);
  return undefined;
};

/** Attribute that every LLM span has. */
const OPERATION_NAME = 'gen_ai.operation.name';
/** Most parents that are awaited: the oldest is forgotten first. */
const MOST_PARENTS = 10_000;

/**
 * Keeps LLM spans, and of the spans around them in this process those that end later. A span ends after its children, so the
 * filter knows the parent of each LLM span before the parent comes.
 */
function keepLlmSpans(): Step {
  const parents = new Set<string>();
  const expectParent = ({ traceId, localParentId }: Draft): void => {
    if (!localParentId) return;
    const parent = `${traceId}${localParentId}`;
    parents.delete(parent);
    if (parents.size >= MOST_PARENTS) parents.delete(parents.values().next().value ?? '');
    parents.add(parent);
  };
  return {
    run(draft) {
      const isAwaited = parents.delete(`${draft.traceId}${draft.spanId}`);
      // An earlier step may have removed the attribute from the draft.
      const { attributes } = draft.item as { readonly attributes: Readonly<Record<string, unknown>> };
      if (!isAwaited && ownValue(attributes, OPERATION_NAME) === undefined) return false;
      expectParent(draft);
      return true;
    },
  };
}
