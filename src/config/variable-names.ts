/** Names of variables: the names that are read, and the names that look like a mistake. */
import { info, warnOnce } from '../runtime/log.ts';
import type { Env } from './env.ts';
import { nearestName } from './nearest-name.ts';

/**
 * Variables of this package without a row in options.ts. test/config/variable-names.test.ts finds every name in the sources
 * and fails for a name that is neither here nor in options.ts.
 */
export const OTHER_VARIABLES = [
  'LLM_OTEL_SDK',
  'LLM_OTEL_LOG',
  'LLM_OTEL_INSTRUMENTATIONS',
  'LLM_OTEL_DISABLED_INSTRUMENTATIONS',
  'LLM_OTEL_CONSOLE',
  'LLM_OTEL_CONSOLE_WIDTH',
  'LLM_OTEL_CONSOLE_ALL',
  'LLM_OTEL_CONSOLE_WAIT',
  'LLM_OTEL_SPOOL',
  'LLM_OTEL_SPOOL_MODE',
  'LLM_OTEL_SPOOL_MAX_BYTES',
  'LLM_OTEL_SPOOL_MAX_AGE',
  'LLM_OTEL_QUEUE_OVERFLOW',
  'LLM_OTEL_QUEUE_MAX_BYTES',
  'LLM_OTEL_MAX_REQUEST_SIZE',
  'LLM_OTEL_BREAKER',
  'LLM_OTEL_BATCH_ADAPTIVE',
  'LLM_OTEL_EXIT_TIMEOUT',
  'LLM_OTEL_STEPS_LLM_ONLY',
  'LLM_OTEL_STEPS_DROP_SPANS',
  'LLM_OTEL_STEPS_DROP_EVENTS',
  'LLM_OTEL_STEPS_DROP_ATTRIBUTES',
  'LLM_OTEL_STEPS_HASH_ATTRIBUTES',
  'LLM_OTEL_STEPS_ENRICH',
  'LLM_OTEL_STEPS_PRESET',
  'LLM_OTEL_STEPS_REDACT',
  'LLM_OTEL_HASH_KEY',
  'LLM_OTEL_SAMPLER',
  'LLM_OTEL_SAMPLER_ARG',
  'LLM_OTEL_TAIL',
  'LLM_OTEL_LOG_SAMPLING',
  'LLM_OTEL_FILE',
  'LLM_OTEL_RUNTIME_METRICS',
  'LLM_OTEL_AUTO',
  'LLM_OTEL_FILE_MAX_BYTES',
  'LLM_OTEL_FILE_MAX_FILES',
  'LLM_OTEL_CONFIG',
  'LLM_OTEL_BACKEND',
  'LLM_OTEL_REPORT_FOLDER',
] as const;

const OURS = /^(?:LLM_OTEL_|OTEL_INSTRUMENTATION_GENAI_)/;
/** Variables of the utilities of other languages (opentelemetry-util-genai and packages above): no mistake, and of no effect here. */
const OF_OTHER_LANGUAGES =
  /^OTEL_INSTRUMENTATION_GENAI_(?:UPLOAD_\w+|EMITTERS(?:_\w+)?|EVAL\w*|CAPTURE_MESSAGE_CONTENT_MODE)$/;

const ending = (name: string): string => name.replace(OURS, '');

/** Warns of each variable of `env` that is named like a variable of this package and is not in `names`. */
export function warnOfUnknownVariables(env: Env, names: readonly string[]): void {
  for (const name of Object.keys(env)) {
    if (!OURS.test(name) || names.includes(name) || (env[name] ?? '').trim() === '') continue;
    if (OF_OTHER_LANGUAGES.test(name)) info(`${name} is a variable of other languages and has no effect here.`);
    else warnOnce(`${name} is no variable of @x/llm-otel and has no effect${adviceFor(name, names)}`);
  }
}

function adviceFor(name: string, names: readonly string[]): string {
  // Without the beginning, which all names share: the beginning would make all names look alike.
  const nearest = nearestName(ending(name), names.map(ending));
  const meant = names.find((candidate) => nearest !== undefined && ending(candidate) === nearest);
  return meant === undefined
    ? '. docs/configuration.md of @x/llm-otel lists all variables.'
    : `, did you mean ${meant}?`;
}

/** Options of other packages, and the option of this package; undefined where this package has no such option. */
const FOREIGN_OPTIONS: Readonly<Record<string, string | undefined>> = {
  captureMessageContent: 'captureContent',
  recordInputs: 'captureContent',
  recordOutputs: 'captureContent',
  traceContent: 'captureContent',
  requireParentSpan: undefined,
  exceptionLogger: undefined,
};

/** Warns of each option in `options` that is not in `names`. */
export function warnOfUnknownOptions(options: object, names: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const meant = Object.hasOwn(FOREIGN_OPTIONS, name) ? FOREIGN_OPTIONS[name] : nearestName(name, names);
    const advice = meant === undefined ? '. The README of @x/llm-otel lists all options.' : `, did you mean ${meant}?`;
    warnOnce(`option ${name.slice(0, 64)} is no option of @x/llm-otel and has no effect${advice}`);
  }
}
