import { envText } from '../../config/env.ts';
import { type Signal, shownUrl, type Target } from '../../config/sdk/export-target.ts';
import type { ExporterSettings, OtlpFileSettings, PrometheusSettings } from '../../config/sdk/exporter-settings.ts';
import type { TreeSettings } from '../../config/sdk/tree-settings.ts';
import { type Entry, type EntryList, entry, JsonText } from './entry.ts';
import { maskSecrets } from './mask-secrets.ts';
import { below, type Origin, sourceOf } from './origin.ts';

type Otlp = Extract<ExporterSettings, { readonly kind: 'otlp' }>;

/** Headers that the package adds. */
const OURS: ReadonlySet<string> = new Set(['user-agent', 'content-type']);

/** An exporter as a map with one key, the name of the exporter in files. */
export function showExporter(exporter: ExporterSettings, signal: Signal, origin: Origin): EntryList {
  switch (exporter.kind) {
    case 'otlp': {
      const name = exporter.protocol === 'grpc' ? 'otlp_grpc' : 'otlp_http';
      return [entry(name, showOtlp(exporter, signal, below(origin, name)))];
    }
    case 'zipkin':
      return [entry('zipkin', showZipkin(exporter.target, below(origin, 'zipkin')))];
    case 'tree':
      return [entry('llm_otel_console', showTree(exporter.tree, below(origin, 'llm_otel_console')))];
    case 'otlp_file':
      return showFile(exporter, origin);
    case 'memory': {
      const from = sourceOf(below(origin, 'llm_otel_memory'), 'max_items');
      return [entry('llm_otel_memory', [entry('max_items', exporter.maxItems, from)])];
    }
    case 'module': {
      const inner = below(origin, 'llm_otel_module');
      const options = exporter.options === undefined ? [] : showData({ options: exporter.options }, inner);
      return [entry('llm_otel_module', [entry('module', exporter.module, sourceOf(inner, 'module')), ...options])];
    }
    case 'prometheus':
      return [entry('prometheus/development', showPrometheus(exporter, below(origin, 'prometheus/development')))];
    default:
      return [entry('console', [])];
  }
}

function showOtlp({ target, protocol }: Otlp, signal: Signal, origin: Origin): EntryList {
  const names = (end: string): readonly string[] => [
    `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${end}`,
    `OTEL_EXPORTER_OTLP_${end}`,
  ];
  const from = (key: string, end: string): string => sourceOf(origin, key, ...names(end));
  const headers = Object.keys(target.headers).filter((name) => !OURS.has(name));
  const headerSource = sourceOf(
    origin,
    origin.section?.isSet('headers') ? 'headers' : 'headers_list',
    ...names('HEADERS'),
  );
  const encoding = protocol === 'http/json' ? 'json' : 'protobuf';
  return [
    entry('endpoint', shownUrl(target.url), from('endpoint', 'ENDPOINT')),
    ...(headers.length === 0
      ? []
      : [
          entry('headers', {
            items: headers.map((name) => [entry('name', name), entry('value', '***', headerSource)]),
          }),
        ]),
    entry('compression', target.compression, from('compression', 'COMPRESSION')),
    entry('timeout', target.timeoutMs, from('timeout', 'TIMEOUT')),
    ...showTls(target, origin, names),
    ...(protocol === 'grpc' ? [] : [entry('encoding', encoding, from('encoding', 'PROTOCOL'))]),
  ];
}

const TLS_FILES = [
  ['ca_file', 'CERTIFICATE', 'ca'],
  ['cert_file', 'CLIENT_CERTIFICATE', 'cert'],
  ['key_file', 'CLIENT_KEY', 'key'],
] as const;

function showTls({ tls }: Target, origin: Origin, names: (end: string) => readonly string[]): Entry[] {
  const inner = below(origin, 'tls');
  const files = TLS_FILES.flatMap(([key, end, part]) => {
    if (tls[part] === undefined) return [];
    const variable = names(end).find((name) => envText(origin.env, name) !== undefined) ?? '';
    const path = inner.section?.text(key) ?? envText(origin.env, variable) ?? '';
    return [entry(key, path, sourceOf(inner, key, variable))];
  });
  return files.length === 0 ? [] : [entry('tls', files)];
}

function showZipkin(target: Target, origin: Origin): EntryList {
  return [
    entry('endpoint', shownUrl(target.url), sourceOf(origin, 'endpoint', 'OTEL_EXPORTER_ZIPKIN_ENDPOINT')),
    entry('timeout', target.timeoutMs, sourceOf(origin, 'timeout', 'OTEL_EXPORTER_ZIPKIN_TIMEOUT')),
  ];
}

function showFile({ path, maxBytes, maxFiles, maxAge }: OtlpFileSettings, origin: Origin): EntryList {
  if (maxBytes === null) {
    const output = path === null ? 'stdout' : `file://${path}`;
    const from = sourceOf(below(origin, 'otlp_file/development'), 'output_stream');
    return [entry('otlp_file/development', [entry('output_stream', output, from)])];
  }
  const inner = below(origin, 'llm_otel_file');
  return [
    entry('llm_otel_file', [
      entry('path', path ?? '', sourceOf(inner, 'path', 'LLM_OTEL_FILE')),
      entry('max_bytes', maxBytes, sourceOf(inner, 'max_bytes', 'LLM_OTEL_FILE_MAX_BYTES')),
      entry('max_files', maxFiles, sourceOf(inner, 'max_files', 'LLM_OTEL_FILE_MAX_FILES')),
      entry('max_age', maxAge, sourceOf(inner, 'max_age')),
    ]),
  ];
}

function showTree({ output, format, width, all, wait }: TreeSettings, origin: Origin): EntryList {
  return [
    entry('output', format === 'json' ? 'json' : output, sourceOf(origin, 'output', 'LLM_OTEL_CONSOLE')),
    entry('width', width ?? null, sourceOf(origin, 'width', 'LLM_OTEL_CONSOLE_WIDTH')),
    entry('all', all, sourceOf(origin, 'all', 'LLM_OTEL_CONSOLE_ALL')),
    entry('wait', wait, sourceOf(origin, 'wait', 'LLM_OTEL_CONSOLE_WAIT')),
  ];
}

function showPrometheus(settings: PrometheusSettings, origin: Origin): EntryList {
  const { host, port, scopeInfo = true, targetInfo = true, translation, constantLabels } = settings;
  return [
    entry('host', host, sourceOf(origin, 'host', 'OTEL_EXPORTER_PROMETHEUS_HOST')),
    entry('port', port, sourceOf(origin, 'port', 'OTEL_EXPORTER_PROMETHEUS_PORT')),
    entry('scope_info_enabled', scopeInfo, sourceOf(origin, 'scope_info_enabled')),
    entry('target_info_enabled/development', targetInfo, sourceOf(origin, 'target_info_enabled/development')),
    ...(translation === undefined
      ? []
      : [entry('translation_strategy', translation, sourceOf(origin, 'translation_strategy'))]),
    ...(constantLabels === undefined ? [] : showData({ resource_constant_labels: constantLabels }, origin)),
  ];
}

/** Keys of plain data, each on one line. */
export function showData(data: object, origin: Origin): Entry[] {
  return Object.entries(maskSecrets(data) as object).map(([key, value]) =>
    entry(key, new JsonText(value), sourceOf(origin, key)),
  );
}
