import { describe, expect, test } from 'vitest';
import { OTHER_PREFIXES, otherPackagesFor } from '../../../src/telemetry/other-spans/other-packages.ts';
import { rowsOf } from '../../support/source-tables.ts';

/** How others name their packages. */
const PREFIXES = {
  contrib: '@opentelemetry/instrumentation-',
  openInference: '@arizeai/openinference-instrumentation-',
  traceloop: '@traceloop/instrumentation-',
};

/** What others call the SDK of a provider of ours. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'google-genai': ['google-genai', 'google-generativeai'],
  'google-generative-ai': ['google-generativeai'],
  openai: ['openai'],
};

describe('packages that instrument the same SDK', () => {
  test.each(Object.entries(NAMES))('as %s', (provider, names) => {
    const expected = Object.values(PREFIXES).flatMap((prefix) => names.map((name) => prefix + name));
    expect([...otherPackagesFor(`@x/llm-otel/${provider}`)].sort()).toEqual(expected.sort());
  });

  test('every name of the tables has a row here', () => {
    expect(OTHER_PREFIXES).toEqual(PREFIXES);
    const named = rowsOf('src/telemetry/other-spans/other-packages.ts', 'FOREIGN_SDK_NAMES');
    expect(named.filter((name) => NAMES[name] === undefined)).toEqual([]);
  });
});
