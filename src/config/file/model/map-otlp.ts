import { VERSION } from '../../../runtime/version.ts';
import type { Signal, Target } from '../../sdk/export-target.ts';
import type { ExporterSettings } from '../../sdk/exporter-settings.ts';
import { bytesIn } from './file-paths.ts';
import { mapPairs } from './map-attributes.ts';
import { optional, type Section } from './section.ts';

/** Longest time of a timer in milliseconds; in a file 0 means that there is no limit. */
const MOST_MS = 2_147_483_647;

/** A time in milliseconds for which 0 stands for no limit. */
export const timeIn = (section: Section, key: string, fallback: number): number =>
  Math.min(section.number(key, fallback) || MOST_MS, MOST_MS);

/** Reads `otlp_http`. */
export function mapOtlpHttp(section: Section, signal: Signal): ExporterSettings {
  const isJson = section.text('encoding') === 'json';
  const contentType = isJson ? 'application/json' : 'application/x-protobuf';
  return {
    kind: 'otlp',
    protocol: isJson ? 'http/json' : 'http/protobuf',
    target: {
      ...targetIn(section, signal),
      transport: 'http',
      url: urlIn(section, 'endpoint', `http://localhost:4318/v1/${signal}`).href,
      headers: { ...headersIn(section), 'content-type': contentType },
    },
  };
}

/** Reads `otlp_grpc`. */
export function mapOtlpGrpc(section: Section, signal: Signal): ExporterSettings {
  const insecure = section.child('tls').flag('insecure', false);
  return {
    kind: 'otlp',
    protocol: 'grpc',
    target: {
      ...targetIn(section, signal),
      transport: 'grpc',
      url: urlIn(section, 'endpoint', 'http://localhost:4317', insecure ? 'http' : 'https').origin,
      headers: headersIn(section),
    },
  };
}

function targetIn(section: Section, signal: Signal): Omit<Target, 'transport' | 'url' | 'headers'> {
  const tls = section.child('tls');
  for (const [key, other] of [
    ['key_file', 'cert_file'],
    ['cert_file', 'key_file'],
  ] as const)
    if (tls.isSet(key) && !tls.isSet(other)) tls.refuse(`${key} stands alone; expected ${other} beside it`, key);
  return {
    signal,
    compression: compressionIn(section),
    timeoutMs: timeIn(section, 'timeout', 10_000),
    tls: {
      ...optional('ca', bytesIn(tls, 'ca_file')),
      ...optional('cert', bytesIn(tls, 'cert_file')),
      ...optional('key', bytesIn(tls, 'key_file')),
    },
  };
}

function compressionIn(section: Section): 'gzip' | 'none' {
  const compression = section.text('compression') ?? 'none';
  if (compression === 'gzip' || compression === 'none') return compression;
  section.refuse(
    `the compression ${JSON.stringify(compression.slice(0, 40))} is not known; expected gzip or none`,
    'compression',
  );
  return 'none';
}

/**
 * The URL under `key`.
 * @param scheme scheme of an address without a scheme; by default such an address is a problem
 */
export function urlIn(section: Section, key: string, fallback: string, scheme?: 'http' | 'https'): URL {
  const written = section.text(key) || fallback;
  const isBare = scheme !== undefined && !/^[a-z][a-z\d+.-]*:\/\//i.test(written);
  const url = isBare ? `${scheme}://${written}` : written;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed !== undefined && /^https?:$/.test(parsed.protocol)) return parsed;
  // The address stays out of the message: a part of the address may be a password.
  section.refuse('the address cannot be used; expected a URL that starts with http:// or https://', key);
  return new URL(fallback);
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers of both forms; the list of pairs goes behind the list of entries. Neither names nor values are shown. */
function headersIn(section: Section): Record<string, string> {
  const found: Record<string, string> = { 'user-agent': `llm-otel-js/${VERSION}` };
  for (const [name, value] of Object.entries(mapPairs(section, 'headers_list'))) {
    if (HEADER_NAME.test(name) && HEADER_VALUE.test(value)) found[name.toLowerCase()] = value;
    else section.refuse('a header cannot be sent; expected a name and a value that HTTP allows', 'headers_list');
  }
  for (const entry of section.list('headers')) {
    const name = entry.text('name') ?? '';
    const value = entry.text('value');
    if (value === undefined) continue;
    if (!HEADER_NAME.test(name)) entry.refuse('the name cannot be sent; expected a name that HTTP allows', 'name');
    else if (!HEADER_VALUE.test(value))
      entry.refuse('the value cannot be sent; expected a value that HTTP allows', 'value');
    else found[name.toLowerCase()] = value; // HTTP/2 refuses names in upper case
  }
  return found;
}
