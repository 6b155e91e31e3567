import { ignoreRejection } from '../../runtime/guard.ts';
import type { Draft } from './draft/draft.ts';
import { isRecord } from './draft/draft.ts';
import type { CreateStep } from './step.ts';
import { userModule } from './values/user-module.ts';

type ChangeItem = (item: Record<string, unknown>) => unknown;

/**
 * A step of a user: the default export gets the options and returns a function that gets a copy of each item, and returns
 * the copy, another item, or null to drop the item.
 */
export const createModule: CreateStep = ({ module, options }, where, { folder }) => {
  const load = userModule(module, where.at('module'), folder);
  if (load === undefined) return undefined;
  let change: ChangeItem | undefined;
  return {
    run(draft) {
      const factory = load();
      if (factory === undefined) return true;
      change ??= madeBy(factory(options));
      return changeItem(draft, change);
    },
  };
};

function madeBy(made: unknown): ChangeItem {
  if (ignoreRejection(made)) throw new TypeError('the default export returned a promise; expected a function at once');
  if (typeof made !== 'function')
    throw new TypeError('expected the default export to be a function (options) => (span) => span or null');
  return made as ChangeItem;
}

function changeItem(draft: Draft, change: ChangeItem): boolean {
  const changed = change(draft.toPlainItem());
  if (changed === null) return false;
  const isPromise = ignoreRejection(changed);
  if (isPromise || !isRecord(changed))
    throw new TypeError(
      `the function returned ${isPromise ? 'a promise' : typeof changed}; expected the span or null at once`,
    );
  draft.absorb(changed);
  return true;
}
