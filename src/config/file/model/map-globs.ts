import type { GlobLists } from '../../../runtime/glob.ts';
import { optional, type Section } from './section.ts';

/** Reads `{included, excluded}`. */
export function mapGlobs(section: Section): GlobLists {
  return {
    ...optional('included', section.texts('included')),
    ...optional('excluded', section.texts('excluded')),
  };
}
