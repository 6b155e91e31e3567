import { readRegularFile } from '../../runtime/files/read-file.ts';
import { warnOnce } from '../../runtime/log.ts';
import { VERSION } from '../../runtime/version.ts';
import { type Env, envPairs, envValue, firstSet } from '../env.ts';
import { integerInRange, MAX_TIMER_MS, oneOf } from '../parsers.ts';
import { warnUnusable } from '../unusable-value.ts';
import { type Signal, shownUrl, type Target } from './export-target.ts';

/** Encodings of OTLP; `grpc` is protobuf over HTTP/2. */
export type Protocol = 'http/protobuf' | 'http/json' | 'grpc';

const PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'] as const;
const TIMEOUT_MS = integerInRange(1, MAX_TIMER_MS);

/** The OTLP target of a signal, from the general variables and the variables of the signal. */
export function otlpTarget(env: Env, signal: Signal): { protocol: Protocol; target: Target } {
  const names = (end: string): [string, string] => [
    `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${end}`,
    `OTEL_EXPORTER_OTLP_${end}`,
  ];
  const protocol = envValue(env, names('PROTOCOL'), oneOf(PROTOCOLS), 'http/protobuf');
  const grpc = protocol === 'grpc';
  const content = protocol === 'http/json' ? 'application/json' : 'application/x-protobuf';
  const [ofSignal, general] = names('HEADERS');
  const agent = { 'user-agent': `llm-otel-js/${VERSION}` };
  return {
    protocol,
    target: {
      signal,
      transport: grpc ? 'grpc' : 'http',
      url: grpc ? grpcUrl(env, names) : httpUrl(env, names, signal),
      headers: {
        ...agent,
        ...headers(env, general),
        ...headers(env, ofSignal),
        ...(grpc ? {} : { 'content-type': content }),
      },
      compression: envValue(env, names('COMPRESSION'), oneOf(['none', 'gzip']), 'none'),
      timeoutMs: envValue(env, names('TIMEOUT'), TIMEOUT_MS, 10_000),
      tls: {
        ...tlsFile(env, 'ca', names('CERTIFICATE')),
        ...tlsFile(env, 'cert', names('CLIENT_CERTIFICATE')),
        ...tlsFile(env, 'key', names('CLIENT_KEY')),
      },
    },
  };
}

/** The target of Zipkin spans. */
export function zipkinTarget(env: Env): Target {
  const fallback = 'http://localhost:9411/api/v2/spans';
  const found = firstSet(env, 'OTEL_EXPORTER_ZIPKIN_ENDPOINT');
  return {
    signal: 'traces',
    transport: 'http',
    url: found === undefined ? fallback : (parseHttpUrl(found.value)?.href ?? warnUrl(found, fallback)),
    headers: { 'content-type': 'application/json' },
    compression: 'none',
    timeoutMs: envValue(env, ['OTEL_EXPORTER_ZIPKIN_TIMEOUT'], TIMEOUT_MS, 10_000),
    tls: {},
  };
}

type Found = { readonly name: string; readonly value: string };
type Names = (end: string) => [string, string];

function httpUrl(env: Env, names: Names, signal: Signal): string {
  const [ofSignal, general] = names('ENDPOINT');
  const path = `v1/${signal}`;
  const fallback = (): string => {
    const base = firstSet(env, general);
    const url = base && parseHttpUrl(base.value);
    // The general endpoint is a base. The endpoint of a signal is used unchanged.
    if (url) return new URL(`${url.pathname.replace(/\/*$/, '/')}${path}${url.search}`, url).href;
    const standard = `http://localhost:4318/${path}`;
    return base === undefined ? standard : warnUrl(base, standard);
  };
  const found = firstSet(env, ofSignal);
  return found === undefined ? fallback() : (parseHttpUrl(found.value)?.href ?? warnUrl(found, fallback()));
}

function grpcUrl(env: Env, names: Names): string {
  const fallback = 'http://localhost:4317';
  const found = firstSet(env, ...names('ENDPOINT'));
  if (found === undefined) return fallback;
  const insecure = envValue(env, names('INSECURE'), oneOf(['true', 'false']), 'false') === 'true';
  // gRPC clients accept host:port too, with TLS unless OTEL_EXPORTER_OTLP_INSECURE is true.
  const value = /^[a-z]+:\/\//i.test(found.value) ? found.value : `${insecure ? 'http' : 'https'}://${found.value}`;
  return parseHttpUrl(value)?.origin ?? warnUrl(found, fallback);
}

function parseHttpUrl(value: string): URL | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) ? url : undefined;
}

/** Warns about a URL that cannot be used, and returns the replacement. */
function warnUrl({ name, value }: Found, replacement: string): string {
  warnUnusable(name, shownUrl(value), 'expected a URL that starts with http:// or https://', shownUrl(replacement));
  return replacement;
}

/** The headers of a variable, without headers for which node:http throws. */
function headers(env: Env, name: string): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(envPairs(env, name))) {
    // A user may write "name: value=", and the value is then part of the name: so the message shows no part of the entry.
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(key))
      warnOnce(`${name}: an entry whose name is no valid header name cannot be used; it is left out.`);
    else if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      warnUnusable(name, key, 'its value is no valid header value', 'the other headers');
    // HTTP/2 refuses header names in upper case.
    else kept[key.toLowerCase()] = value;
  }
  return kept;
}

/** Largest file of certificates: the certificates of all known authorities are some 200 KiB. */
const MOST_BYTES = 1024 * 1024;

function tlsFile<K extends string>(env: Env, key: K, names: readonly string[]): { [P in K]?: Uint8Array } {
  const found = firstSet(env, ...names);
  if (found === undefined) return {};
  const file = readRegularFile(found.value, MOST_BYTES);
  if ('bytes' in file) {
    const bytes: Uint8Array = file.bytes;
    return { [key]: bytes } as { [P in K]?: Uint8Array };
  }
  const problem = file.code === undefined ? file.problem : `the file cannot be read (${file.code})`;
  warnUnusable(found.name, found.value, problem, 'the system defaults');
  return {};
}
