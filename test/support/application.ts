/** Runs an application of a user beside a provider server and an OTLP receiver of its own, and tells what it did. */
import { type OtlpReceiver, startOtlpReceiver } from './otlp-receiver.ts';
import { type ProviderRequest, type ProviderServerOptions, startProviderServer } from './provider-server.ts';
import { type RunOptions, type RunResult, runNode } from './spawn.ts';

/** What a process did, as far as others can see it. */
export interface Seen {
  readonly result: RunResult;
  /** What it asked the provider, without what differs from run to run or comes from tracing. */
  readonly requests: readonly unknown[];
  /** The `traceparent` of each request to the provider. */
  readonly traceHeaders: readonly unknown[];
  readonly spans: ReturnType<OtlpReceiver['spans']>;
  readonly metrics: ReturnType<OtlpReceiver['metrics']>;
  readonly logs: ReturnType<OtlpReceiver['logs']>;
}

/** Set by tracing, by the port that happened to be free, or random: the AWS SDK names and signs each request anew. */
const HEADERS_OF_THE_RUN = new Set([
  ...['host', 'traceparent', 'tracestate', 'baggage'],
  ...['amz-sdk-invocation-id', 'x-amz-date'],
]);

function describeRequest({ method, path, query, headers, body }: ProviderRequest): unknown {
  const kept = Object.entries(headers)
    .filter(([name]) => !HEADERS_OF_THE_RUN.has(name))
    .map(([name, value]) => [name, String(value).replace(/(boundary=\D*)\d+|(Signature=).*/, '$1$2')]); // of a form: random
  return { method, path, query, body, headers: Object.fromEntries(kept) };
}

/**
 * Runs it to its end. `PROVIDER_URL` names the provider server, `OTEL_EXPORTER_OTLP_ENDPOINT` the receiver.
 * @param scenario what the provider server is to do; see {@link ProviderServerOptions}
 */
export async function runApplication(options: RunOptions, scenario: ProviderServerOptions = {}): Promise<Seen> {
  const [provider, receiver] = await Promise.all([startProviderServer(scenario), startOtlpReceiver()]);
  try {
    const result = await runNode({
      ...options,
      env: { PROVIDER_URL: provider.url, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...options.env },
    });
    return {
      result,
      requests: provider.requests.map(describeRequest),
      traceHeaders: provider.requests.map(({ headers }) => headers.traceparent),
      spans: receiver.spans(),
      metrics: receiver.metrics(),
      logs: receiver.logs(),
    };
  } finally {
    await Promise.all([provider.close(), receiver.close()]);
  }
}

/** What a process wrote to stderr, without process ids and the hints that come with a warning. */
export function complaints(stderr: string): string[] {
  const lines = stderr.replaceAll(/\(node:\d+\)/g, '(node)').split('\n');
  return lines.filter((line) => line.trim() !== '' && !line.startsWith('(Use `node --trace-'));
}
