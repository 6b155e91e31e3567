import { envText } from '../../config/env.ts';
import type { TailSettings } from '../../config/sampling/tail-settings.ts';
import type { PipelineSettings } from '../../config/sdk/pipeline-settings.ts';
import { stepVariables } from '../../config/steps/step-variables.ts';
import { type Entry, type EntryList, entry, JsonText } from './entry.ts';
import { maskSecrets } from './mask-secrets.ts';
import { below, type Origin, sourceOf } from './origin.ts';
import { showExporter } from './show-exporter.ts';

/** Keys of a batch, and the end of the standard's variable or a variable of this package. */
const BATCH = [
  ['schedule_delay', 'scheduleDelay', 'SCHEDULE_DELAY'],
  ['export_timeout', 'exportTimeout', 'EXPORT_TIMEOUT'],
  ['max_queue_size', 'maxQueueSize', 'MAX_QUEUE_SIZE'],
  ['max_export_batch_size', 'maxExportBatchSize', 'MAX_EXPORT_BATCH_SIZE'],
  ['max_queue_bytes', 'maxQueueBytes', 'LLM_OTEL_QUEUE_MAX_BYTES'],
  ['overflow', 'overflow', 'LLM_OTEL_QUEUE_OVERFLOW'],
  ['adaptive', 'adaptive', 'LLM_OTEL_BATCH_ADAPTIVE'],
  ['max_concurrent_exports', 'maxConcurrentExports', ''],
] as const;

const RETRY = [
  ['initial_interval', 'initialInterval'],
  ['multiplier', 'multiplier'],
  ['max_interval', 'maxInterval'],
  ['max_attempts', 'maxAttempts'],
] as const;

const SPOOL = [
  ['directory', 'directory', 'LLM_OTEL_SPOOL'],
  ['mode', 'mode', 'LLM_OTEL_SPOOL_MODE'],
  ['max_bytes', 'maxBytes', 'LLM_OTEL_SPOOL_MAX_BYTES'],
  ['max_age', 'maxAge', 'LLM_OTEL_SPOOL_MAX_AGE'],
  ['fsync', 'fsync', ''],
] as const;

const TAIL = [
  ['decision_wait', 'decisionWait'],
  ['max_traces', 'maxTraces'],
  ['max_spans', 'maxSpans'],
  ['default', 'default'],
  ['decided', 'decided'],
] as const;

/** A pipeline as a processor of a file. `batch` and `simple` of the standard are shown as the pipelines that they are. */
export function showPipeline(settings: PipelineSettings, origin: Origin): EntryList {
  const { name, signal, exporter, maxRequestSize } = settings;
  const isOurs = origin.section?.pointer.endsWith('/llm_otel_pipeline') === true;
  const exporters = `OTEL_${signal.toUpperCase()}_EXPORTER`;
  const exporterSource = sourceOf(origin, 'exporter', exporters);
  const keys = [
    entry('name', name, origin.section === undefined ? exporterSource : sourceOf(origin, 'name')),
    ...showSteps(settings, origin),
    entry('batch', showBatch(settings, isOurs ? below(origin, 'batch') : origin)),
    entry('max_request_size', maxRequestSize, sourceOf(origin, 'max_request_size', 'LLM_OTEL_MAX_REQUEST_SIZE')),
    entry(
      'retry',
      RETRY.map(([key, field]) => entry(key, settings.retry[field], sourceOf(below(origin, 'retry'), key))),
    ),
    showBreaker(settings, origin),
    showSpool(settings, origin),
    ...showResourceAttributes(settings, origin),
    entry('exporter', showExporter(exporter, signal, below(origin, 'exporter')), exporterSource),
  ];
  return [entry('llm_otel_pipeline', keys)];
}

function showBatch({ batch, signal }: PipelineSettings, origin: Origin): EntryList {
  const prefix = signal === 'logs' ? 'OTEL_BLRP' : 'OTEL_BSP';
  return BATCH.map(([key, field, variable]) => {
    const name = variable.startsWith('LLM_') || variable === '' ? variable : `${prefix}_${variable}`;
    return entry(key, batch[field], sourceOf(origin, key, name));
  });
}

function showSteps({ steps, signal, tail }: PipelineSettings, origin: Origin): Entry[] {
  return [
    ...(steps === undefined
      ? []
      : [entry('steps', new JsonText(maskSecrets(steps)), stepSource(origin, signal === 'logs' ? 'logs' : 'traces'))]),
    ...(tail === undefined ? [] : [showTail(tail, below(origin, 'tail'))]),
  ];
}

/** Steps of variables stand before the steps of the file. */
function stepSource(origin: Origin, signal: 'traces' | 'logs'): string {
  // The preset of a product is a step of its pipeline.
  const backend =
    signal === 'traces' && envText(origin.env, 'LLM_OTEL_BACKEND') !== undefined ? ['LLM_OTEL_BACKEND'] : [];
  const variables = [...stepVariables(origin.env, signal), ...backend];
  const isInFile = origin.section?.isSet('steps') === true;
  return [...variables, ...(isInFile ? [sourceOf(origin, 'steps')] : [])].join(', ') || 'default';
}

function showTail({ policies, ...settings }: TailSettings, origin: Origin): Entry {
  const variable = 'LLM_OTEL_TAIL';
  const places = origin.section?.list('policies') ?? [];
  const items = policies.map(({ name, ...policy }, index) => {
    const place = { ...origin, section: places[index] };
    const conditions = Object.entries(policy).map(([key, value]) =>
      entry(key, new JsonText(value), sourceOf(place, key, variable)),
    );
    return [entry('name', name, sourceOf(place, 'name', variable)), ...conditions];
  });
  return entry('tail', [
    ...TAIL.map(([key, field]) => entry(key, settings[field], sourceOf(origin, key))),
    entry('policies', { items }),
  ]);
}

function showBreaker({ breaker }: PipelineSettings, origin: Origin): Entry {
  const variable = 'LLM_OTEL_BREAKER';
  if (breaker === null) return entry('breaker', null, sourceOf(origin, 'breaker', variable));
  const inner = below(origin, 'breaker');
  return entry('breaker', [
    entry('failures', breaker.failures, sourceOf(inner, 'failures', variable)),
    entry('open_for', breaker.openFor, sourceOf(inner, 'open_for', variable)),
    entry('max_open_for', breaker.maxOpenFor, sourceOf(inner, 'max_open_for', variable)),
  ]);
}

function showSpool({ spool }: PipelineSettings, origin: Origin): Entry {
  if (spool === null) return entry('spool', null, sourceOf(origin, 'spool'));
  const inner = below(origin, 'spool');
  const keys = SPOOL.map(([key, field, variable]) => entry(key, spool[field], sourceOf(inner, key, variable)));
  if (spool.encryption === null) return entry('spool', keys);
  const module = entry('module', spool.encryption.module, sourceOf(below(inner, 'encryption'), 'module'));
  return entry('spool', [...keys, entry('encryption', [module])]);
}

function showResourceAttributes({ resourceAttributes }: PipelineSettings, origin: Origin): Entry[] {
  if (resourceAttributes === undefined) return [];
  const from = sourceOf(origin, 'resource_attributes', 'LLM_OTEL_BACKEND');
  const items = Object.entries(resourceAttributes).map(([name, value]) => [
    entry('name', name),
    entry('value', new JsonText(value), from),
  ]);
  return [entry('resource_attributes', { items })];
}
