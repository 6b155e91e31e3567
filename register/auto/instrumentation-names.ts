/** Names of instrumentations: what users write, and which instrumentations stay out. */

import type { ProcessMetricsGroup } from '../../src/config/sdk/sdk-settings.ts';
import type { AutoSetting } from '../../src/config/start/auto-setting.ts';

/** Start of the npm names. */
export const PREFIX = '@opentelemetry/instrumentation-';

/** Instrumentations whose npm name does not begin with {@link PREFIX}. */
const ELSEWHERE: Readonly<Record<string, string>> = { fastify: '@fastify/otel' };

/** npm name of an instrumentation that the user has named by the npm name, or by the end of the npm name. */
export const packageOf = (written: string): string =>
  ELSEWHERE[written] ?? (written.startsWith('@') ? written : PREFIX + written.replace(/^instrumentation-/, ''));

/** The short name, for messages. */
export const shortName = (name: string): string => (name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name);

/**
 * Instrumentations of OpenTelemetry that record the same as this package, by what this package records. A row for each SDK
 * that both record, and nothing for an SDK that OpenTelemetry does not record.
 */
const SAME_SDK: Readonly<Record<string, string>> = { openai: `${PREFIX}openai` };
const SAME_METRICS: Readonly<Partial<Record<ProcessMetricsGroup, string>>> = {
  runtime: `${PREFIX}runtime-node`,
  host: `${PREFIX}host-metrics`,
};

/**
 * npm names of the instrumentations that stay out, because this package records the same.
 * @param sdks npm names of the SDKs that this package records
 * @param processMetrics metrics about the process that this package records
 */
export function ownedInstrumentations(
  sdks: readonly string[],
  processMetrics: readonly ProcessMetricsGroup[],
): ReadonlySet<string> {
  const owned = [...sdks.map((sdk) => SAME_SDK[sdk]), ...processMetrics.map((group) => SAME_METRICS[group])];
  return new Set(owned.filter((name) => name !== undefined));
}

/** How the user has written the setting, for messages. */
export const settingText = (setting: AutoSetting): string => (setting === true ? 'true' : setting.join(','));
