import { warnOnce } from '../../runtime/log.ts';

/** Instrumentations of others that do the same work: how the names of their packages start, which are those of their tracers. */
export const OTHER_PREFIXES = {
  contrib: '@opentelemetry/instrumentation-',
  openInference: '@arizeai/openinference-instrumentation-',
  traceloop: '@traceloop/instrumentation-',
} as const;

/** Names of SDKs in the names of others, where they differ from the names of our providers. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'google-genai': ['google-genai', 'google-generativeai'],
  'google-generative-ai': ['google-generativeai'],
};

/** The packages of others that instrument the SDK whose calls are recorded as `scope`. */
export function othersFor(scope: string): ReadonlySet<string> {
  const sdk = scope.slice(scope.lastIndexOf('/') + 1);
  const names = NAMES[sdk] ?? [sdk];
  return new Set(Object.values(OTHER_PREFIXES).flatMap((prefix) => names.map((name) => prefix + name)));
}

/** Says once that the package `name` does the same work. */
export function warnOfOther(name: string): void {
  warnOnce(
    `${name} instruments the same SDK. This package records its calls instead, so that each makes one span. ` +
      'Remove the other one, or keep both with LLM_OTEL_OTHER_INSTRUMENTATIONS=keep.',
  );
}
