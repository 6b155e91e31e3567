import { readFileSync } from 'node:fs';
import { warnOnce } from '../runtime/log.ts';
import { VERSION } from '../runtime/version.ts';
import { type Env, envChoice, envNumber, envPairs, firstSet, warnValue } from './env.ts';
import { type Signal, shownUrl, type Target } from './export-target.ts';

/** Encodings of OTLP; `grpc` is protobuf over HTTP/2. */
export type Protocol = 'http/protobuf' | 'http/json' | 'grpc';

const PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'] as const;

/** Where a signal goes over OTLP, from the general and the signal's own variables. */
export function otlpTarget(env: Env, signal: Signal): { protocol: Protocol; target: Target } {
  const names = (end: string): [string, string] => [
    `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${end}`,
    `OTEL_EXPORTER_OTLP_${end}`,
  ];
  const protocol = envChoice(env, names('PROTOCOL'), PROTOCOLS, 'http/protobuf');
  const grpc = protocol === 'grpc';
  const content = protocol === 'http/json' ? 'application/json' : 'application/x-protobuf';
  const [own, general] = names('HEADERS');
  const agent = { 'user-agent': `llm-otel-js/${VERSION}` };
  return {
    protocol,
    target: {
      signal,
      format: 'otlp',
      transport: grpc ? 'grpc' : 'http',
      url: grpc ? grpcUrl(env, names) : httpUrl(env, names, signal),
      headers: {
        ...agent,
        ...headers(env, general),
        ...headers(env, own),
        ...(grpc ? {} : { 'content-type': content }),
      },
      compression: envChoice(env, names('COMPRESSION'), ['none', 'gzip'], 'none'),
      timeoutMs: envNumber(env, names('TIMEOUT'), { least: 1, most: 2_147_483_647 }, 10_000),
      tls: {
        ...file(env, 'ca', names('CERTIFICATE')),
        ...file(env, 'cert', names('CLIENT_CERTIFICATE')),
        ...file(env, 'key', names('CLIENT_KEY')),
      },
    },
  };
}

/** Where Zipkin spans go. */
export function zipkinTarget(env: Env): Target {
  const fallback = 'http://localhost:9411/api/v2/spans';
  const found = firstSet(env, 'OTEL_EXPORTER_ZIPKIN_ENDPOINT');
  return {
    signal: 'traces',
    format: 'zipkin',
    transport: 'http',
    url: found === undefined ? fallback : (parsed(found)?.href ?? instead(found, fallback)),
    headers: { 'content-type': 'application/json' },
    compression: 'none',
    timeoutMs: envNumber(env, ['OTEL_EXPORTER_ZIPKIN_TIMEOUT'], { least: 1, most: 2_147_483_647 }, 10_000),
    tls: {},
  };
}

type Found = { readonly name: string; readonly value: string };
type Names = (end: string) => [string, string];

function httpUrl(env: Env, names: Names, signal: Signal): string {
  const [own, general] = names('ENDPOINT');
  const path = `v1/${signal}`;
  const fallback = (): string => {
    const base = firstSet(env, general);
    const url = base && parsed(base);
    // The general endpoint is a base, a signal's own endpoint is taken as it stands.
    if (url) return new URL(`${url.pathname.replace(/\/*$/, '/')}${path}${url.search}`, url).href;
    const standard = `http://localhost:4318/${path}`;
    return base === undefined ? standard : instead(base, standard);
  };
  const found = firstSet(env, own);
  return found === undefined ? fallback() : (parsed(found)?.href ?? instead(found, fallback()));
}

function grpcUrl(env: Env, names: Names): string {
  const fallback = 'http://localhost:4317';
  const found = firstSet(env, ...names('ENDPOINT'));
  if (found === undefined) return fallback;
  const insecure = envChoice(env, names('INSECURE'), ['true', 'false'], 'false') === 'true';
  // gRPC clients take host:port too; it is secure unless said otherwise.
  const value = /^[a-z]+:\/\//i.test(found.value) ? found.value : `${insecure ? 'http' : 'https'}://${found.value}`;
  return parsed({ name: found.name, value })?.origin ?? instead(found, fallback);
}

function parsed({ value }: Found): URL | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) ? url : undefined;
}

function instead({ name, value }: Found, used: string): string {
  warnValue(name, shownUrl(value), 'expected a URL that starts with http:// or https://', shownUrl(used));
  return used;
}

/** The headers of a variable, without those that node:http would throw at. */
function headers(env: Env, name: string): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(envPairs(env, name))) {
    // "name: value=" has the value in what counts as the name; so neither is shown.
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(key))
      warnOnce(`${name}: an entry whose name is no valid header name cannot be used; it is left out.`);
    else if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      warnValue(name, key, 'its value is no valid header value', 'the other headers');
    // HTTP/2 refuses header names in upper case.
    else kept[key.toLowerCase()] = value;
  }
  return kept;
}

function file<K extends string>(env: Env, key: K, names: readonly string[]): { [P in K]?: Uint8Array } {
  const found = firstSet(env, ...names);
  if (found === undefined) return {};
  try {
    const bytes: Uint8Array = readFileSync(found.value);
    return { [key]: bytes } as { [P in K]?: Uint8Array };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    warnValue(found.name, found.value, `the file cannot be read (${code ?? 'unknown'})`, 'the system defaults');
    return {};
  }
}
