import type { Attributes } from '@opentelemetry/api';
import type { Env } from '../../config/env.ts';
import { configKey } from '../../config/file/config-key.ts';
import type { FileSettings } from '../../config/file/index.ts';
import type { Section } from '../../config/file/model/section.ts';
import { type Config, DEFAULTS, resolveConfig, variableOf } from '../../config/options.ts';
import type { SdkSettings } from '../../config/sdk/sdk-settings.ts';
import { readAuto } from '../../config/start/auto-setting.ts';
import { type Entry, type EntryList, entry, JsonText } from './entry.ts';
import { maskSecrets } from './mask-secrets.ts';
import { below, type Origin, sourceOf } from './origin.ts';
import { showData } from './show-exporter.ts';
import { showReader } from './show-metrics.ts';
import { showPipeline } from './show-pipeline.ts';
import { showSampler } from './show-sampler.ts';

/** What the printed configuration is made of. */
export interface Effective {
  readonly sdk: SdkSettings;
  readonly env: Env;
  /** Path of the configuration file; empty without a file. */
  readonly file: string;
  readonly root: Section | undefined;
  readonly settings: FileSettings | undefined;
  /** The file is laid over the environment. */
  readonly isOverlay: boolean;
}

/** The configuration in use as entries of a configuration file. */
export function effectiveConfig(effective: Effective): EntryList {
  const { sdk, settings, root, file } = effective;
  const top: Origin = { file, env: {}, section: root };
  const disabled = settings?.isDisabled ?? false;
  return [
    entry('file_format', '1.1'),
    entry('disabled', disabled, sourceOf(top, 'disabled')),
    entry('resource', showResource(sdk, originOf(effective, 'resource'))),
    entry('propagator', [
      entry('composite_list', sdk.propagators.join(',') || 'none', propagatorSource(originOf(effective, 'propagator'))),
    ]),
    ...showTraces(effective),
    ...showLogs(effective),
    ...showMetrics(effective),
    entry('distribution', [entry('llm_otel', showOptions(effective))]),
  ];
}

/** A section that the file has stands alone; every section that the file lacks comes from the environment. */
function originOf({ file, env, root, isOverlay }: Effective, key: string): Origin {
  const isInFile = root?.isSet(key) === true || (root !== undefined && !isOverlay);
  if (isInFile) return { file, env: oursIn(env), section: root.child(key) };
  return { file, env: root?.isSet('tracer_provider') ? withoutBackend(env) : env, section: undefined };
}

/** Variables of this package that hold beside a section of the file. */
const oursIn = (env: Env): Env =>
  withoutBackend(
    Object.fromEntries(
      Object.entries(env).filter(([name]) => name.startsWith('LLM_OTEL_') && !/^LLM_OTEL_(?:SAMPLER|TAIL)/.test(name)),
    ),
  );

/** A file replaces the product that the variable names. */
const withoutBackend = (env: Env): Env => ({ ...env, LLM_OTEL_BACKEND: undefined });

const propagatorSource = (origin: Origin): string =>
  sourceOf(origin, origin.section?.isSet('composite') ? 'composite' : 'composite_list', 'OTEL_PROPAGATORS');

function showResource({ resource }: SdkSettings, origin: Origin): EntryList {
  const { attributes, serviceName, schemaUrl, detectors } = resource;
  const all: Attributes = serviceName === undefined ? attributes : { ...attributes, 'service.name': serviceName };
  const items = Object.entries(all).map(([name, value]) => [
    entry('name', name),
    entry('value', new JsonText(value), attributeSource(name, origin)),
  ]);
  return [
    ...(items.length === 0 ? [] : [entry('attributes', { items })]),
    ...(schemaUrl === undefined ? [] : [entry('schema_url', schemaUrl, sourceOf(origin, 'schema_url'))]),
    ...(origin.section?.isSet(DETECTION) === true
      ? showData({ [DETECTION]: origin.section.data(DETECTION) }, origin)
      : showDetectors(detectors, origin)),
  ];
}

const DETECTION = 'detection/development';

function showDetectors(detectors: readonly string[], origin: Origin): EntryList {
  if (detectors.length === 0) return [];
  const from = sourceOf(origin, DETECTION, 'OTEL_NODE_RESOURCE_DETECTORS');
  return [entry(DETECTION, [entry('detectors', { items: detectors.map((name) => [entry(name, [], from)]) })])];
}

function attributeSource(name: string, origin: Origin): string {
  const written = origin.section?.list('attributes').find((attribute) => attribute.text('name') === name);
  if (written !== undefined) return sourceOf({ ...origin, section: written }, 'value');
  if (origin.section !== undefined) return sourceOf(origin, 'attributes_list');
  const variables =
    name === 'service.name' ? ['OTEL_SERVICE_NAME', 'OTEL_RESOURCE_ATTRIBUTES'] : ['OTEL_RESOURCE_ATTRIBUTES'];
  return sourceOf(origin, name, ...variables);
}

const pipelineOrigin = (effective: Effective, origin: Origin, settings: object): Origin => ({
  ...origin,
  section: effective.settings?.sections.get(settings),
});

function showTraces(effective: Effective): Entry[] {
  const { traces } = effective.sdk;
  if (traces === undefined) return [];
  const origin = originOf(effective, 'tracer_provider');
  const items = traces.pipelines.map((one) => showPipeline(one, pipelineOrigin(effective, origin, one)));
  const { limits } = traces;
  const from = (key: string, ...variables: readonly string[]): string => limitSource(effective, origin, key, variables);
  return [
    entry('tracer_provider', [
      entry('processors', { items }),
      entry(
        'sampler',
        showSampler(traces.sampler, below(origin, 'sampler')),
        sourceOf(origin, 'sampler', 'LLM_OTEL_SAMPLER', 'OTEL_TRACES_SAMPLER'),
      ),
      entry('limits', [
        entry(
          'attribute_value_length_limit',
          finite(limits.attributeValueLengthLimit),
          from(
            'attribute_value_length_limit',
            'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
            'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
          ),
        ),
        entry(
          'attribute_count_limit',
          limits.attributeCountLimit,
          from('attribute_count_limit', 'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'),
        ),
        entry('event_count_limit', limits.eventCountLimit, from('event_count_limit', 'OTEL_SPAN_EVENT_COUNT_LIMIT')),
        entry('link_count_limit', limits.linkCountLimit, from('link_count_limit', 'OTEL_SPAN_LINK_COUNT_LIMIT')),
        entry(
          'event_attribute_count_limit',
          limits.attributePerEventCountLimit,
          from('event_attribute_count_limit', 'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT'),
        ),
        entry(
          'link_attribute_count_limit',
          limits.attributePerLinkCountLimit,
          from('link_attribute_count_limit', 'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT'),
        ),
      ]),
    ]),
  ];
}

/** A limit of the provider, else of `attribute_limits`, else of a variable. */
function limitSource({ root, file }: Effective, origin: Origin, key: string, variables: readonly string[]): string {
  const inner = below(origin, 'limits');
  if (inner.section?.has(key)) return sourceOf(inner, key);
  const general = root?.child('attribute_limits');
  return general?.has(key) ? sourceOf({ file, env: {}, section: general }, key) : sourceOf(inner, key, ...variables);
}

const finite = (limit: number): number | null => (Number.isFinite(limit) ? limit : null);

function showLogs(effective: Effective): Entry[] {
  const { logs } = effective.sdk;
  if (logs === undefined) return [];
  const origin = originOf(effective, 'logger_provider');
  const items = logs.pipelines.map((one) => showPipeline(one, pipelineOrigin(effective, origin, one)));
  const limits = (['attribute_value_length_limit', 'attribute_count_limit'] as const).map((key) => {
    const value =
      key === 'attribute_count_limit' ? logs.limits.attributeCountLimit : logs.limits.attributeValueLengthLimit;
    const variables = [`OTEL_LOGRECORD_${key.toUpperCase()}`, `OTEL_${key.toUpperCase()}`];
    return entry(key, finite(value), limitSource(effective, origin, key, variables));
  });
  return [entry('logger_provider', [entry('processors', { items }), entry('limits', limits)])];
}

function showMetrics(effective: Effective): Entry[] {
  const { metrics } = effective.sdk;
  if (metrics === undefined) return [];
  const origin = originOf(effective, 'meter_provider');
  const items = metrics.readers.map((one) => showReader(one, pipelineOrigin(effective, origin, one)));
  const views = origin.section?.isSet('views') ? showData({ views: origin.section.data('views') }, origin) : [];
  return [entry('meter_provider', [entry('readers', { items }), ...views])];
}

/** Options of the instrumentations; what code alone can set is left out. */
function showOptions({ env, file, root, settings }: Effective): EntryList {
  const config = resolveConfig({}, env);
  const section = root?.child('distribution').child('llm_otel');
  const origin: Origin = { file, env: withoutBackend(env), section: undefined };
  const names = Object.keys(DEFAULTS) as (keyof Config)[];
  const options = names.flatMap((name) => {
    const variable = variableOf(name);
    if (variable === undefined) return [];
    const key = configKey(name);
    const fromVariable = sourceOf(origin, key, variable);
    const from = fromVariable === 'default' ? sourceOf({ file, env: {}, section }, key) : fromVariable;
    return [entry(key, new JsonText(maskSecrets(config[name] ?? null)), from)];
  });
  const autoVariable = sourceOf(origin, 'auto', 'LLM_OTEL_AUTO');
  const distribution = { ...settings?.distribution, auto: readAuto(env, settings?.distribution.auto) ?? false };
  const others = Object.entries(distribution).map(([name, value]) => {
    const key = configKey(name);
    const fromFile = sourceOf({ file, env: {}, section }, key);
    return entry(key, new JsonText(value), key === 'auto' && autoVariable !== 'default' ? autoVariable : fromFile);
  });
  return [...options, ...others];
}
