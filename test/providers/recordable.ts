import { expect } from 'vitest';
import { DEFAULTS } from '../../src/config/options.ts';
import type { InputContent, OutputMessage } from '../../src/facts/messages.ts';
import { prepareContent } from '../../src/telemetry/content/prepare.ts';
import { schemaProblems } from '../support/content-schemas.ts';

/** Content as a provider read it, once it is certain that what is recorded of it has the shape of the conventions. */
export function recordable<T extends InputContent | OutputMessage[]>(said: T): T {
  const content = Array.isArray(said) ? { output: said } : { ...said, input: (said as InputContent).messages };
  const prepared = prepareContent(content, { ...DEFAULTS, captureToolSchemas: true });
  for (const [name, value] of Object.entries(prepared?.structured ?? {}))
    expect(schemaProblems(name, value)).toEqual([]);
  return said;
}
