import { UnusableData } from '../../sampling/data-fields.ts';
import { readTail, type TailSettings } from '../../sampling/tail-settings.ts';
import type { ExporterSettings } from '../../sdk/exporter-settings.ts';
import type {
  BatchSettings,
  BreakerSettings,
  PipelineSettings,
  RetrySettings,
  SpoolSettings,
} from '../../sdk/pipeline-settings.ts';
import { BREAKER_DEFAULTS, SPOOL_DEFAULTS } from '../../sdk/pipeline-settings.ts';
import { pipelineName } from '../../sdk/read-exporter.ts';
import { canSpool, isImmediate, type SharedSettings, withSteps } from '../../sdk/read-pipelines.ts';
import type { PlainData } from '../text/document-node.ts';
import { moduleIn, pathIn } from './file-paths.ts';
import { mapAttributes } from './map-attributes.ts';
import { mapExporter } from './map-exporter.ts';
import { timeIn } from './map-otlp.ts';
import { sectionAt } from './map-sampler.ts';
import { optional, type Section } from './section.ts';

/** A pipeline and the place of the pipeline in the file. */
export interface MappedPipeline {
  readonly settings: PipelineSettings;
  readonly section: Section;
}

/** Processors of the standard that this package does not have. */
const UNSUPPORTED: ReadonlySet<string> = new Set(['event_to_span_event_bridge/development']);

/**
 * Reads the processors of a provider, a pipeline each.
 * @param shared defaults of every pipeline: `LLM_OTEL_*` holds where the file is silent
 */
export function mapProcessors(processors: readonly Section[], shared: SharedSettings): MappedPipeline[] {
  const names = new PipelineNames();
  const given = processors
    .map((processor) => processor.only())
    .filter(([kind, section]) => {
      if (UNSUPPORTED.has(kind)) section.warn(`${kind} is not supported; the processor is left out`);
      return !UNSUPPORTED.has(kind);
    });
  for (const [, section] of given) names.reserve(section);
  return given.map(([kind, section]) => {
    const { name, exporter } = mapExporter(section, shared.signal);
    const settings: PipelineSettings = {
      ...shared,
      exporter,
      name: section.text('name') ?? names.free(pipelineName(name)),
      spool: canSpool(exporter) ? shared.spool : null,
      ...(kind === 'llm_otel_pipeline'
        ? pipelineKeys(section, shared, exporter)
        : { batch: kind === 'simple' ? immediate(shared.batch) : batchIn(section, shared.batch, exporter) }),
    };
    return { settings, section };
  });
}

/** Names that are taken within one signal. */
class PipelineNames {
  readonly #taken = new Set<string>();

  /** Takes the name that a section gives itself. A name given twice is a problem. */
  reserve(section: Section): void {
    const name = section.text('name');
    if (name === undefined) return;
    if (this.#taken.has(name))
      section.refuse(`the name "${name}" is given twice; expected a name of its own for each pipeline`, 'name');
    this.#taken.add(name);
  }

  /** `name`, or `name-2`, `name-3` where the name is taken. */
  free(name: string): string {
    let candidate = name;
    for (let number = 2; this.#taken.has(candidate); number++) candidate = `${name}-${number}`;
    this.#taken.add(candidate);
    return candidate;
  }
}

function pipelineKeys(
  section: Section,
  shared: SharedSettings,
  exporter: ExporterSettings,
): Omit<SharedSettings, 'signal'> {
  const attributes = mapAttributes(section.list('resource_attributes'));
  return {
    batch: batchIn(section.child('batch'), shared.batch, exporter),
    maxRequestSize: section.number('max_request_size', shared.maxRequestSize),
    retry: retryIn(section.child('retry'), shared.retry),
    breaker: section.isNull('breaker') ? null : breakerIn(section.child('breaker'), shared.breaker),
    spool: spoolIn(section, shared.spool, exporter),
    ...optional('resourceAttributes', Object.keys(attributes).length > 0 ? attributes : undefined),
    ...stepsIn(section, shared),
    ...optional('tail', section.isSet('tail') ? tailIn(section) : undefined),
  };
}

/** The steps of variables, then the steps of the pipeline. */
function stepsIn(section: Section, { steps = [] }: SharedSettings): Pick<PipelineSettings, 'steps' | 'stepSources'> {
  const own = section.list('steps').map(stepIn);
  const { env, folder } = section.context;
  return withSteps([...steps, ...own], { env, folder });
}

/** A step as plain data, in which paths of modules are absolute. */
function stepIn(section: Section): PlainData {
  const [name, below] = section.only();
  const options = section.data(name) ?? null;
  const isMap = typeof options === 'object' && options !== null && !Array.isArray(options);
  return { [name]: isMap && below.isSet('module') ? { ...options, module: moduleIn(below) } : options };
}

function tailIn(section: Section): TailSettings | undefined {
  try {
    return readTail(section.data('tail'), ['tail']);
  } catch (error) {
    if (!(error instanceof UnusableData)) throw error;
    sectionAt(section, error.path).refuse(error.problem);
    return undefined;
  }
}

const immediate = (batch: BatchSettings): BatchSettings => ({ ...batch, scheduleDelay: 0 });

function batchIn(section: Section, shared: BatchSettings, exporter: ExporterSettings): BatchSettings {
  const fallback = isImmediate(exporter) ? immediate(shared) : shared;
  const maxQueueSize = section.has('max_queue_size') ? section.number('max_queue_size', null) : fallback.maxQueueSize;
  const maxExportBatchSize = section.number('max_export_batch_size', fallback.maxExportBatchSize);
  const most = maxQueueSize ?? Number.MAX_SAFE_INTEGER;
  if (maxExportBatchSize > most && section.isSet('max_export_batch_size'))
    section.refuse(`it is more than max_queue_size; expected at most ${most}`, 'max_export_batch_size');
  return {
    scheduleDelay: section.number('schedule_delay', fallback.scheduleDelay),
    exportTimeout: timeIn(section, 'export_timeout', fallback.exportTimeout),
    maxQueueSize,
    maxExportBatchSize: Math.min(maxExportBatchSize, most),
    maxQueueBytes: section.number('max_queue_bytes', fallback.maxQueueBytes),
    overflow: section.word<BatchSettings['overflow']>('overflow') ?? fallback.overflow,
    adaptive: section.flag('adaptive', fallback.adaptive),
    maxConcurrentExports: section.number('max_concurrent_exports', fallback.maxConcurrentExports),
  };
}

function retryIn(section: Section, shared: RetrySettings): RetrySettings {
  return {
    initialInterval: section.number('initial_interval', shared.initialInterval),
    multiplier: section.number('multiplier', shared.multiplier),
    maxInterval: section.number('max_interval', shared.maxInterval),
    maxAttempts: section.number('max_attempts', shared.maxAttempts),
  };
}

/** A breaker that the file describes goes before `LLM_OTEL_BREAKER=off`. */
function breakerIn(section: Section, shared: BreakerSettings | null): BreakerSettings | null {
  if (section.node === undefined) return shared;
  const { failures, openFor, maxOpenFor } = shared ?? BREAKER_DEFAULTS;
  const open = section.number('open_for', openFor);
  const most = section.number('max_open_for', Math.max(maxOpenFor, open));
  if (most < open) section.refuse(`it is less than open_for; expected at least ${open}`, 'max_open_for');
  return { failures: section.number('failures', failures), openFor: open, maxOpenFor: most };
}

function spoolIn(pipeline: Section, shared: SpoolSettings | null, exporter: ExporterSettings): SpoolSettings | null {
  if (pipeline.isNull('spool')) return null;
  const section = pipeline.child('spool');
  if (section.node === undefined) return canSpool(exporter) ? shared : null;
  if (!canSpool(exporter))
    pipeline.refuse('requests of this exporter cannot be kept on disk; expected otlp_http or otlp_grpc', 'spool');
  const { mode, maxBytes, maxAge, fsync } = shared ?? SPOOL_DEFAULTS;
  const encryption = section.child('encryption');
  return {
    directory: pathIn(section, 'directory') ?? '',
    mode: section.word<SpoolSettings['mode']>('mode') ?? mode,
    maxBytes: section.number('max_bytes', maxBytes),
    maxAge: section.number('max_age', maxAge),
    fsync: section.flag('fsync', fsync),
    encryption: section.isSet('encryption') ? { module: moduleIn(encryption), from: section.context.folder } : null,
  };
}
