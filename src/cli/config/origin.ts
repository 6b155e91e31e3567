import { variablesOfBackend } from '../../config/backends/with-backend.ts';
import { type Env, envText } from '../../config/env.ts';
import type { Section } from '../../config/file/model/section.ts';

/** Where values come from: a section of the file goes before variables. */
export interface Origin {
  readonly file: string;
  readonly env: Env;
  /** Undefined for what the environment describes. */
  readonly section: Section | undefined;
}

/** The same file and environment, one section below. */
export const below = (origin: Origin, key: string): Origin => ({ ...origin, section: origin.section?.child(key) });

/** The source of a key: a variable, `file:line`, or `default`. */
export function sourceOf({ file, env, section }: Origin, key: string, ...variables: readonly string[]): string {
  const found = section?.entry(key);
  if (found !== undefined) {
    const { node, place } = found;
    if (node.kind === 'scalar' && node.variables.length > 0) return [...new Set(node.variables)].join(', ');
    return `${file}:${node.kind === 'scalar' ? node.line : place.line}`;
  }
  const set = variables.find((name) => envText(env, name) !== undefined);
  if (set !== undefined) return set;
  const ofBackend = variablesOfBackend(env);
  return variables.some((name) => Object.hasOwn(ofBackend, name)) ? 'LLM_OTEL_BACKEND' : 'default';
}
