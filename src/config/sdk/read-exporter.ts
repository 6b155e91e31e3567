import { resolve } from 'node:path';
import { workingDirectory } from '../../runtime/files/working-directory.ts';
import { warnOnce } from '../../runtime/log.ts';
import { type Env, envText, envValue } from '../env.ts';
import { integerInRange } from '../parsers.ts';
import type { Signal } from './export-target.ts';
import type { ExporterSettings } from './exporter-settings.ts';
import type { CustomExporter, Exporters } from './exporters.ts';
import { prometheusAddress } from './metrics-settings.ts';
import { otlpTarget, zipkinTarget } from './otlp-endpoint.ts';
import { treeSettings } from './tree-settings.ts';

/** Name of the pipeline of an exporter, and the settings of the exporter. */
export interface NamedExporter {
  readonly name: string;
  readonly exporter: ExporterSettings;
}

/** Names of exporters that this package gives their meaning. */
type BuiltIn = Exclude<Exporters[Signal][number], CustomExporter>;

/** How each kind of exporter is read; undefined if the exporter cannot be used. */
const EXPORTERS = {
  otlp: (env, signal) => ({ kind: 'otlp', ...otlpTarget(env, signal) }),
  'otlp/file': readFile,
  'otlp/stdout': () => ({ kind: 'otlp_file', path: null, maxBytes: null, maxFiles: 0, maxAge: null }),
  zipkin: (env) => ({ kind: 'zipkin', target: zipkinTarget(env) }),
  console: () => ({ kind: 'console' }),
  'llm-console': (env) => ({ kind: 'tree', tree: treeSettings(env) }),
  prometheus: (env) => ({ kind: 'prometheus', ...prometheusAddress(env) }),
} as const satisfies Record<BuiltIn, (env: Env, signal: Signal) => ExporterSettings | undefined>;

/** Reads the exporter `name` of a list such as `OTEL_TRACES_EXPORTER`. */
export function readExporter(env: Env, name: Exporters[Signal][number], signal: Signal): NamedExporter | undefined {
  const { prefix = '', rest = '' } = /^(?<prefix>module|registered):(?<rest>.+)$/s.exec(name)?.groups ?? {};
  if (prefix === 'module')
    return { name: prefix, exporter: { kind: 'module', module: rest, from: workingDirectory(), options: undefined } };
  if (prefix === 'registered') return { name: rest, exporter: { kind: 'registered', name: rest, options: undefined } };
  const exporter = EXPORTERS[name as BuiltIn](env, signal);
  return exporter && { name: pipelineName(name), exporter };
}

/** The name of a pipeline whose exporter has the name `exporter`. */
export const pipelineName = (exporter: string): string => exporter.replaceAll('/', '-');

function readFile(env: Env): ExporterSettings | undefined {
  const path = envText(env, 'LLM_OTEL_FILE');
  if (path === undefined) {
    warnOnce('the exporter otlp/file needs the path of a file and is left out. Set LLM_OTEL_FILE.');
    return undefined;
  }
  return {
    kind: 'otlp_file',
    path: resolve(workingDirectory(), path),
    maxBytes: envValue(env, ['LLM_OTEL_FILE_MAX_BYTES'], integerInRange(1), 104_857_600),
    maxFiles: envValue(env, ['LLM_OTEL_FILE_MAX_FILES'], integerInRange(0), 5),
    maxAge: null,
  };
}
