import { fileURLToPath } from 'node:url';
import type { Signal } from '../../sdk/export-target.ts';
import type { ExporterSettings, TranslationStrategy } from '../../sdk/exporter-settings.ts';
import { PROMETHEUS_DEFAULTS } from '../../sdk/metrics-settings.ts';
import { type TreeSettings, treeSettings } from '../../sdk/tree-settings.ts';
import { registeredExporter } from '../../start/registered-exporters.ts';
import { moduleIn, pathIn } from './file-paths.ts';
import { mapGlobs } from './map-globs.ts';
import { mapOtlpGrpc, mapOtlpHttp, timeIn, urlIn } from './map-otlp.ts';
import { optional, type Section } from './section.ts';

/** How each exporter of a file becomes settings. The schema says which signal may name which exporter. */
const EXPORTERS: Readonly<Record<string, (section: Section, signal: Signal) => ExporterSettings>> = {
  otlp_http: mapOtlpHttp,
  otlp_grpc: mapOtlpGrpc,
  console: () => ({ kind: 'console' }),
  'otlp_file/development': (section) => ({
    kind: 'otlp_file',
    path: outputIn(section),
    maxBytes: null,
    maxFiles: 1,
    maxAge: null,
  }),
  zipkin: (section) => ({
    kind: 'zipkin',
    target: {
      signal: 'traces',
      transport: 'http',
      url: urlIn(section, 'endpoint', 'http://localhost:9411/api/v2/spans').href,
      headers: { 'content-type': 'application/json' },
      compression: 'none',
      timeoutMs: timeIn(section, 'timeout', 10_000),
      tls: {},
    },
  }),
  llm_otel_console: (section) => ({
    kind: 'tree',
    tree: treeIn(section),
  }),
  llm_otel_file: (section) => ({
    kind: 'otlp_file',
    path: pathIn(section, 'path') ?? '',
    maxBytes: section.number('max_bytes', 104_857_600),
    maxFiles: section.number('max_files', 5),
    maxAge: section.number('max_age', null),
  }),
  llm_otel_memory: (section) => ({ kind: 'memory', maxItems: section.number('max_items', 10_000) }),
  llm_otel_module: (section) => ({
    kind: 'module',
    module: moduleIn(section),
    from: section.context.folder,
    options: section.data('options'),
  }),
  'prometheus/development': (section) => ({
    kind: 'prometheus',
    host: section.text('host') ?? PROMETHEUS_DEFAULTS.host,
    port: portIn(section),
    scopeInfo: section.flag('scope_info_enabled', true),
    targetInfo: section.flag('target_info_enabled/development', true),
    ...optional('translation', section.word<TranslationStrategy>('translation_strategy')),
    ...optional(
      'constantLabels',
      section.isSet('resource_constant_labels') ? mapGlobs(section.child('resource_constant_labels')) : undefined,
    ),
  }),
};

/** What the file does not say comes from the terminal and its variables; `LLM_OTEL_CONSOLE` is replaced by the file. */
function treeIn(section: Section): TreeSettings {
  const { LLM_OTEL_CONSOLE: _, ...env } = section.context.env;
  const tree = treeSettings(env);
  const output = section.text('output');
  return {
    ...tree,
    output: output === 'stdout' ? 'stdout' : tree.output,
    format: output === 'json' ? 'json' : tree.format,
    width: section.number('width', tree.width),
    all: section.flag('all', tree.all),
    wait: section.number('wait', tree.wait),
  };
}

/** Reads the exporter of a processor or a reader: a map with one key. */
export function mapExporter(
  section: Section,
  signal: Signal,
): { readonly name: string; readonly exporter: ExporterSettings } {
  const [name, below] = section.child('exporter').only();
  // Only options in code name exporters of the application: the schema of files does not have the names.
  if (registeredExporter(name) !== undefined && !Object.hasOwn(EXPORTERS, name))
    return { name, exporter: { kind: 'registered', name, options: section.child('exporter').data(name) } };
  return { name, exporter: EXPORTERS[name]?.(below, signal) ?? { kind: 'console' } };
}

function portIn(section: Section): number {
  const port = section.number('port', PROMETHEUS_DEFAULTS.port);
  if (port < 1 || port > 65_535) section.refuse(`${port} is out of range; expected a port from 1 to 65535`, 'port');
  return port;
}

/** `stdout`, or the path of `file:///path`. */
function outputIn(section: Section): string | null {
  const output = section.text('output_stream') ?? 'stdout';
  if (output === 'stdout') return null;
  try {
    return fileURLToPath(output);
  } catch {
    section.refuse('the output cannot be used; expected stdout or file:///path/to/file.jsonl', 'output_stream');
    return null;
  }
}
