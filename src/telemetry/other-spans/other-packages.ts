import { warnOnce } from '../../runtime/log.ts';

/** How the package names of foreign instrumentations of LLM SDKs start. The name of the package is also the name of the tracer. */
export const OTHER_PREFIXES = {
  contrib: '@opentelemetry/instrumentation-',
  openInference: '@arizeai/openinference-instrumentation-',
  traceloop: '@traceloop/instrumentation-',
} as const;

/** Names of SDKs in foreign package names, where the names differ from the folders in `src/providers`. */
const FOREIGN_SDK_NAMES: Readonly<Record<string, readonly string[]>> = {
  'google-genai': ['google-genai', 'google-generativeai'],
  'google-generative-ai': ['google-generativeai'],
};

/** Names of the foreign packages that instrument the SDK of the tracer name `scope`. */
export function otherPackagesFor(scope: string): ReadonlySet<string> {
  const sdk = scope.slice(scope.lastIndexOf('/') + 1);
  const names = FOREIGN_SDK_NAMES[sdk] ?? [sdk];
  return new Set(Object.values(OTHER_PREFIXES).flatMap((prefix) => names.map((name) => prefix + name)));
}

/** Warns once that the package `name` instruments the same SDK. */
export function warnOfOtherPackage(name: string): void {
  warnOnce(
    `${name} instruments the same SDK. This package records its calls instead, so that each makes one span. ` +
      'Remove the other one, or keep both with LLM_OTEL_OTHER_INSTRUMENTATIONS=keep.',
  );
}
