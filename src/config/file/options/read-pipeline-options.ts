/** Pipelines in code go through the mapper of configuration files. Loaded where an option names pipelines; reads no YAML. */

import { workingDirectory } from '../../../runtime/files/working-directory.ts';
import { warnOnce } from '../../../runtime/log.ts';
import type { Env } from '../../env.ts';
import { tailOfEnvironment } from '../../sampling/tail-settings.ts';
import type { PipelineSettings } from '../../sdk/pipeline-settings.ts';
import { canSpool, readShared, type SharedSettings, spoolFor } from '../../sdk/read-pipelines.ts';
import type { TelemetryPipeline } from '../../start/pipeline-options.ts';
import { showValue } from '../../unusable-value.ts';
import { mapProcessors } from '../model/map-pipeline.ts';
import { type FileContext, Section } from '../model/section.ts';
import { checkValue, type PlacedProblem } from '../schema/check-document.ts';
import type { Schema } from '../schema/schema.ts';
import type { DocumentNode } from '../text/document-node.ts';
import { type ExporterParts, splitExporter } from './exporter-option.ts';
import { asInFile, documentOf } from './option-document.ts';
import { camelCase, optionSchema } from './option-schema.ts';

type Signal = 'traces' | 'logs';

/** Definitions of the schema by signal. */
const SCHEMAS = {
  traces: { pipeline: 'LlmOtelSpanPipeline', exporter: 'SpanExporter' },
  logs: { pipeline: 'LlmOtelLogPipeline', exporter: 'LogRecordExporter' },
} as const satisfies Record<Signal, object>;

/** A pipeline whose options are well formed, as a processor of a file, and its place among the options. */
interface Candidate {
  readonly index: number;
  readonly processor: DocumentNode;
}

/** Reads the pipelines of one signal. A pipeline that cannot be used is reported and left out. */
export function readPipelineOptions(list: readonly TelemetryPipeline[], signal: Signal, env: Env): PipelineSettings[] {
  const shared = readShared(env, signal);
  const candidates = [...list.entries()].flatMap(([index, one]) => candidateOf(one, index, signal) ?? []);
  const faulty = new Set(mapAll(candidates, shared, env).problems.map(({ pointer }) => Number(pointer.split('/')[1])));
  const usable = candidates.filter(({ index }) => !faulty.has(index));
  const variable = signal === 'traces' ? tailOfEnvironment(env) : undefined;
  return mapAll(usable, shared, env).settings.map((one, at) => {
    const isTailGiven = list[usable[at]?.index ?? 0]?.tail !== undefined;
    return {
      ...one,
      spool: canSpool(one.exporter) ? one.spool : spoolFor(shared.spool, one.exporter, one.name),
      ...(isTailGiven || variable === undefined ? {} : { tail: variable }),
    };
  });
}

/** Maps all pipelines together, because each name is free once. */
function mapAll(
  candidates: readonly Candidate[],
  shared: SharedSettings,
  env: Env,
): { readonly settings: PipelineSettings[]; readonly problems: readonly PlacedProblem[] } {
  const context: FileContext = { env, folder: workingDirectory(), problems: [], warnings: [] };
  const sections = candidates.map(({ index, processor }) => new Section(processor, `/${index}`, context));
  const settings = mapProcessors(sections, shared).map((mapped) => mapped.settings);
  for (const problem of context.problems) refuse(problem);
  for (const { pointer, message } of context.warnings) warnOnce(`option ${optionPath(pointer)}: ${message}.`);
  return { settings, problems: context.problems };
}

/** The pipeline as a processor of a file; undefined, with warnings, where the options cannot be used. */
function candidateOf(one: unknown, index: number, signal: Signal): Candidate | undefined {
  const pointer = `/${index}`;
  const problem = (message: string, at = pointer): undefined => refuse({ line: 1, column: 1, pointer: at, message });
  if (typeof one !== 'object' || one === null || Array.isArray(one))
    return problem(`it is ${showValue(one)}; expected an object`);
  const { signal: own = 'traces', ...option } = one as TelemetryPipeline;
  if (own !== 'traces' && own !== 'logs')
    return problem(`${showValue(own)} is not known; expected traces or logs`, `${pointer}/signal`);
  if (own !== signal) return undefined;
  const root = optionSchema();
  const { pipeline, exporter: definition } = SCHEMAS[signal];
  const schema: Schema = { $ref: `#/$defs/${pipeline}` };
  const exporter = splitExporter(option.exporter, root, definition);
  if (typeof exporter === 'string') return problem(exporter, `${pointer}/exporter`);
  try {
    const document = documentOf({ ...option, exporter: exporter.checked });
    const problems = checkValue(root, document, schema, pointer);
    for (const fault of problems) refuse(fault);
    if (problems.length > 0) return undefined;
    const inFile = asInFile(document, schema, root);
    return { index, processor: processorOf(inFile, exporter) };
  } catch (error) {
    if (error instanceof TypeError) return problem(error.message);
    throw error;
  }
}

/** `{ llm_otel_pipeline: ... }` with the whole exporter. */
function processorOf(pipeline: DocumentNode, exporter: ExporterParts): DocumentNode {
  if (pipeline.kind !== 'map') return pipeline;
  const entries = pipeline.entries.map((entry) =>
    entry.key === 'exporter' ? { ...entry, node: exporter.complete(entry.node) } : entry,
  );
  const { line, column } = pipeline;
  const place = { line, column };
  return { ...place, kind: 'map', entries: [{ key: 'llm_otel_pipeline', place, node: { ...pipeline, entries } }] };
}

function refuse({ pointer, message }: PlacedProblem): undefined {
  warnOnce(`option ${optionPath(pointer)}: ${message}; the pipeline is left out.`);
}

/** `pipelines[0].batch.scheduleDelay` for `/0/batch/schedule_delay`. */
function optionPath(pointer: string): string {
  const [index, ...steps] = pointer
    .slice(1)
    .split('/')
    .filter((step) => step !== 'llm_otel_pipeline')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  // Exporters have the same names in a file and in code.
  const names = steps.map((step, at) => (steps[at - 1] === 'exporter' ? step : camelCase(step)));
  return names.reduce(
    (path, name) => (/^\d+$/.test(name) ? `${path}[${name}]` : `${path}.${name}`),
    `pipelines[${index}]`,
  );
}
