/** Exporters of a Collector: one for each address, with variables in the places of header values. */
import { shownUrl, type Target } from '../../config/sdk/export-target.ts';
import type { PipelineSettings } from '../../config/sdk/pipeline-settings.ts';
import type { Notes } from './notes.ts';
import { VariableText, type YamlMap } from './yaml-text.ts';

type ExporterType = 'otlp_http' | 'otlp_grpc';

/** The variable of the Collector with the address of the backend, where none is configured. */
const ENDPOINT_VARIABLE = 'BACKEND_ENDPOINT';
/** Headers that a Collector writes itself. */
const WRITTEN_BY_COLLECTOR: ReadonlySet<string> = new Set(['user-agent', 'content-type']);
/** Where the written Collector listens. */
export const LISTENING = { grpc: 'localhost:4317', http: 'localhost:4318' } as const;
const OWN_ADDRESS = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0):431[78](?:\/|$)/;

/** Collects exporters. */
export class CollectorExporters {
  readonly #endpoint: string | undefined;
  readonly #notes: Notes;
  readonly #exporters = new Map<string, YamlMap>();
  readonly #variables = new Set<string>();

  /** @param endpoint base address for all pipelines, in place of the addresses of the configuration */
  constructor(endpoint: string | undefined, notes: Notes) {
    this.#endpoint = endpoint;
    this.#notes = notes;
  }

  /** Exporters by id. */
  get all(): YamlMap {
    return Object.fromEntries(this.#exporters);
  }

  /** Variables that the Collector needs. */
  get variables(): readonly string[] {
    return [...this.#variables];
  }

  /** The id of the exporter of a pipeline; undefined, with a note, if the exporter has no twin. */
  idFor({ exporter, signal, name }: PipelineSettings): string | undefined {
    if (exporter.kind === 'otlp') {
      const type = exporter.protocol === 'grpc' ? 'otlp_grpc' : 'otlp_http';
      const id = name.startsWith('otlp') ? type : `${type}/${name}`;
      return this.#endpoint === undefined ? this.#add(id, type, exporter.target) : this.#addGeneral(exporter.target);
    }
    if (this.#endpoint !== undefined) return this.#addGeneral(undefined);
    const why = 'the exporter is not OTLP; --endpoint URL names a backend that takes OTLP';
    this.#notes.notTranslated(`pipeline ${name} (${signal}): exporter ${exporter.kind}`, why);
    return undefined;
  }

  /** The one exporter of `--endpoint`, with the headers of all. */
  #addGeneral(target: Target | undefined): string {
    const before = this.#exporters.get('otlp_http');
    const headers = { ...(before?.headers as YamlMap | undefined), ...this.#headers('otlp_http', target) };
    const endpoint = this.#endpoint ?? '';
    this.#exporters.set('otlp_http', { endpoint, ...(Object.keys(headers).length === 0 ? {} : { headers }) });
    return 'otlp_http';
  }

  #add(id: string, type: ExporterType, target: Target): string {
    const { signal, compression, timeoutMs, tls } = target;
    const headers = this.#headers(id, target);
    const isSelf = OWN_ADDRESS.test(target.url);
    if (isSelf) this.#variables.add(ENDPOINT_VARIABLE);
    if (Object.keys(tls).length > 0)
      this.#notes.notTranslated(
        `exporter ${id}: tls`,
        'name files of the machine of the Collector: tls: { ca_file, cert_file, key_file }',
      );
    const common = {
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
      compression,
      timeout: `${timeoutMs}ms`,
    };
    const endpoints = isSelf
      ? { endpoint: new VariableText(`\${env:${ENDPOINT_VARIABLE}}`) }
      : endpointsOf(type, target);
    const free = this.#freeId(id, signal, common, isSelf);
    this.#exporters.set(free, { ...endpoints, ...this.#exporters.get(free), ...common, ...endpoints });
    return free;
  }

  /** Signals share an exporter if only their addresses differ. */
  #freeId(id: string, signal: string, common: YamlMap, isSelf: boolean): string {
    const before = this.#exporters.get(id);
    if (before === undefined) return id;
    const { endpoint, traces_endpoint, metrics_endpoint, logs_endpoint, tls, ...others } = before;
    const isSame = JSON.stringify(others) === JSON.stringify(common) && (endpoint !== undefined) === isSelf;
    if (isSame && (id.startsWith('otlp_http') || isSelf)) return id;
    return `${id}${id.includes('/') ? '-' : '/'}${signal}`;
  }

  #headers(id: string, target: Target | undefined): YamlMap {
    const names = Object.keys(target?.headers ?? {}).filter((name) => !WRITTEN_BY_COLLECTOR.has(name));
    const [, exporter = ''] = id.split('/');
    return Object.fromEntries(
      names.map((name) => {
        const words = ['OTLP_HEADER', exporter, name].filter((word) => word !== '');
        const variable = words.join('_').toUpperCase().replaceAll(/\W/g, '_');
        this.#variables.add(variable);
        return [name, new VariableText(`\${env:${variable}}`)];
      }),
    );
  }
}

function endpointsOf(type: ExporterType, { url, signal }: Target): YamlMap {
  const address = shownUrl(url);
  if (type === 'otlp_http') return { [`${signal}_endpoint`]: address };
  const isPlain = address.startsWith('http://');
  return {
    endpoint: address.replace(/^https?:\/\//, '').replace(/\/.*$/s, ''),
    ...(isPlain ? { tls: { insecure: true } } : {}),
  };
}
