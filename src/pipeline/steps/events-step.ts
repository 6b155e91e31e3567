import { compileGlobList } from '../match/text-condition.ts';
import type { CreateStep } from './step.ts';
import { rememberKeys } from './values/key-test.ts';

/** Drops events of spans by name, or keeps events and drops the rest. */
export const createEvents: CreateStep = ({ drop, keep }, where) => {
  if (drop === undefined && keep === undefined) {
    where.refuse('neither drop nor keep is set; expected one of the two with globs');
    return undefined;
  }
  const isDropped = drop === undefined ? () => false : compileGlobList(drop, where.at('drop'));
  const isListed = keep === undefined ? () => true : compileGlobList(keep, where.at('keep'));
  const isKept = rememberKeys((name) => isListed(name) && !isDropped(name));
  return {
    run(draft) {
      if (draft.timedEvents.length === 0) return true;
      const kept = draft.timedEvents.filter(({ name }) => isKept(name));
      if (kept.length < draft.timedEvents.length) draft.timedEvents = kept;
      return true;
    },
  };
};
