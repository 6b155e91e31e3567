/** The configuration of a Collector with the rules of the configuration in use. */

import type { Signal } from '../../config/sdk/export-target.ts';
import type { PipelineSettings } from '../../config/sdk/pipeline-settings.ts';
import { pipelinesOf, type SdkSettings } from '../../config/sdk/sdk-settings.ts';
import { escapeControls } from '../../pipeline/escape-controls.ts';
import { CollectorExporters, LISTENING } from './collector-exporters.ts';
import { createNotes, type Notes } from './notes.ts';
import type { StepSignal } from './ottl/ottl-text.ts';
import { attributePath, CONTEXTS, ottlValue } from './ottl/ottl-text.ts';
import { type Processor, type RuleContext, transformProcessor } from './processor.ts';
import { translateSampler } from './twins/sampler-twins.ts';
import { translateStep } from './twins/step-twins.ts';
import { translateTail } from './twins/tail-twin.ts';
import { type YamlMap, yamlOf } from './yaml-text.ts';

/** What a configuration is made of. */
export interface CollectorOptions {
  readonly sdk: SdkSettings;
  /** Base address of the backend, in place of the addresses of the pipelines. */
  readonly endpoint: string | undefined;
}

/** A configuration, and what there is to say about it. */
export interface CollectorDocument {
  /** Lines of YAML, comments first. */
  readonly lines: readonly string[];
  /** Rules without a twin. */
  readonly lacking: readonly string[];
  /** Variables that the Collector needs. */
  readonly variables: readonly string[];
  /** Pipelines of the Collector; empty if nothing is configured. */
  readonly pipelines: readonly string[];
}

const SIGNALS = ['traces', 'metrics', 'logs'] as const satisfies readonly Signal[];

/** Writes the configuration. */
export function collectorDocument({ sdk, endpoint }: CollectorOptions): CollectorDocument {
  const notes = createNotes();
  const exporters = new CollectorExporters(endpoint, notes);
  const ids = new ProcessorIds();
  const pipelines: Record<string, YamlMap> = {};
  for (const signal of SIGNALS) {
    const all = pipelinesOf(sdk)[signal].flatMap((pipeline) => {
      const exporter = exporters.idFor(pipeline);
      return exporter === undefined ? [] : [{ pipeline, exporter }];
    });
    for (const { pipeline, exporter } of all) {
      const processors = [...rulesOf(pipeline, sdk, notes), batchOf(pipeline)];
      const name = all.length === 1 ? signal : `${signal}/${pipeline.name}`;
      pipelines[name] = { receivers: ['otlp'], processors: ids.of(processors), exporters: [exporter] };
    }
  }
  const { grpc, http } = LISTENING;
  const config = {
    receivers: { otlp: { protocols: { grpc: { endpoint: grpc }, http: { endpoint: http } } } },
    processors: ids.all,
    exporters: exporters.all,
    service: { pipelines },
  };
  return {
    lines: [...comments(notes.lacking, notes.different, exporters.variables), ...yamlOf(config)],
    lacking: notes.lacking,
    variables: exporters.variables,
    pipelines: Object.keys(pipelines),
  };
}

function comments(lacking: readonly string[], different: readonly string[], variables: readonly string[]): string[] {
  return [
    'Written by llm-otel collector-config, checked with the Collector 0.161.0 (contrib).',
    'Processes have to send everything: take these rules out of the configuration of the processes.',
    'A condition about an attribute compares a list by the JSON of the list.',
    ...variables.map((name) => `needs the variable ${name}`),
    ...lacking,
    ...different,
  ].map((line) => `# ${escapeControls(line)}`);
}

function rulesOf(pipeline: PipelineSettings, sdk: SdkSettings, notes: Notes): readonly Processor[] {
  const { signal, name, steps = [], tail, resourceAttributes = {} } = pipeline;
  if (signal === 'metrics') return [];
  const contextOf = (rule: string): RuleContext => ruleContext(signal, rule, notes);
  const place = `pipeline ${name} (${signal})`;
  const added = Object.entries(resourceAttributes).map(
    ([key, value]) => `set(${attributePath(CONTEXTS.resource, key)}, ${ottlValue(value)})`,
  );
  return [
    ...(sdk.traces === undefined || signal !== 'traces'
      ? []
      : translateSampler(sdk.traces.sampler, contextOf('sampler'))),
    ...(tail === undefined ? [] : translateTail(tail, contextOf(`${place}: tail`))),
    ...steps.flatMap((step, index) => translateStep(step, (kind) => contextOf(`${place}: steps[${index}] ${kind}`))),
    ...transformProcessor(signal, [{ context: CONTEXTS.resource.context, statements: added }]),
  ];
}

function ruleContext(signal: StepSignal, rule: string, notes: Notes): RuleContext {
  const nameOf = (key: string): string => (key === '' ? rule : `${rule} ${key}`);
  return {
    signal,
    lacks: (key, why) => notes.notTranslated(nameOf(key), why),
    differs: (key, how) => notes.differs(nameOf(key), how),
  };
}

function batchOf({ signal, batch }: PipelineSettings): Processor {
  if (signal === 'metrics') return { type: 'batch', config: {} };
  const { scheduleDelay, maxExportBatchSize } = batch;
  const config = {
    timeout: `${scheduleDelay}ms`,
    send_batch_size: maxExportBatchSize,
    send_batch_max_size: maxExportBatchSize,
  };
  return { type: 'batch', config };
}

/** Ids of processors: pipelines with the same rule share a processor. */
class ProcessorIds {
  readonly #ids = new Map<string, Processor>();

  get all(): YamlMap {
    return Object.fromEntries([...this.#ids].map(([id, { config }]) => [id, config]));
  }

  /** The ids of the processors of a pipeline, each once. */
  of(processors: readonly Processor[]): string[] {
    const used = new Set<string>();
    for (const processor of processors) used.add(this.#idFor(processor, used));
    return [...used];
  }

  #idFor(processor: Processor, used: ReadonlySet<string>): string {
    const text = JSON.stringify(processor);
    for (const [id, one] of this.#ids) if (!used.has(id) && JSON.stringify(one) === text) return id;
    const count = [...this.#ids.values()].filter(({ type }) => type === processor.type).length;
    const id = count === 0 ? processor.type : `${processor.type}/${count + 1}`;
    this.#ids.set(id, processor);
    return id;
  }
}
