import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Folder } from '../support/folders.ts';
import { freePort } from '../support/free-ports.ts';
import type { Plain, ReceivedSpan } from '../support/otlp/flatten.ts';
import { BURST_SPANS, prepare, runApplication, runBurst, type Sent } from './application.ts';
import { programOf } from './programs.ts';
import { askUntil, getJson, type Server, startServer, storedSpanIds } from './server.ts';

interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly name: string;
  readonly kind?: string;
  readonly timestamp: number;
  readonly duration: number;
  readonly localEndpoint: { readonly serviceName: string };
  readonly remoteEndpoint?: { readonly serviceName?: string; readonly port?: number };
  readonly annotations?: readonly { readonly timestamp: number; readonly value: string }[];
  readonly tags?: Readonly<Record<string, string>>;
}

const KINDS = [undefined, 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

/** Zipkin has texts only; OpenTelemetry wants JSON for other values. */
const text = (value: Plain): string => (typeof value === 'string' ? value : JSON.stringify(value));

const microseconds = (nanos: bigint): number => Math.round(Number(nanos / 1000n) + Number(nanos % 1000n) / 1000);

/** What Zipkin has to know of a span: names of spans and services in lower case, as Zipkin keeps them. */
function expected(span: ReceivedSpan): object {
  const { status, scope, attributes, resource } = span;
  const { 'service.name': service, ...others } = resource;
  const tags = Object.fromEntries(
    Object.entries({ ...others, ...attributes }).map(([name, value]) => [name, text(value)]),
  );
  return {
    traceId: span.traceId,
    id: span.spanId,
    ...(span.parentSpanId !== undefined && { parentId: span.parentSpanId }),
    name: span.name.toLowerCase(),
    kind: KINDS[span.kind],
    localEndpoint: { serviceName: service },
    tags: {
      ...tags,
      'otel.scope.name': scope.name,
      'otel.scope.version': scope.version,
      ...(status.code > 0 && { 'otel.status_code': status.code === 2 ? 'ERROR' : 'OK' }),
      ...(status.code === 2 && { error: status.message ?? '' }),
    },
    annotations: span.events.map(({ name, attributes }) =>
      Object.keys(attributes).length === 0 ? name : `${JSON.stringify(name)}: ${JSON.stringify(attributes)}`,
    ),
  };
}

/** The same of a span that Zipkin returned. */
function found({ traceId, id, parentId, name, kind, localEndpoint, tags, annotations = [] }: ZipkinSpan): object {
  return {
    traceId,
    id,
    ...(parentId !== undefined && { parentId }),
    name,
    kind,
    localEndpoint,
    tags,
    annotations: annotations.map(({ value }) => value),
  };
}

const program = await programOf('zipkin');

describe.skipIf(program === undefined)('Zipkin', () => {
  let server: Server;
  let url: string;
  let folder: Folder;
  let sent: Sent;
  let spans: ZipkinSpan[];
  const env = (): Record<string, string> => ({
    OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${url}/api/v2/spans`,
    OTEL_TRACES_EXPORTER: 'zipkin',
  });
  const traceOf = (id: string): Promise<ZipkinSpan[]> => getJson(`${url}/api/v2/trace/${id}`);

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    server = await startServer({
      command: 'java',
      args: () => ['-Xmx512m', '-jar', program as string],
      env: () => ({ QUERY_PORT: String(port), STORAGE_TYPE: 'mem', MEM_MAX_SPANS: '50000' }),
      ready: `${url}/health`,
    });
    folder = await prepare();
    sent = await runApplication(folder, { traces: 'zipkin' }, { OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${url}/api/v2/spans` });
    spans = await askUntil(
      () => traceOf(sent.traceId),
      ({ length }) => length >= sent.spans.length,
    );
  });
  afterAll(() => server?.stop());

  test('the application ends well', () => {
    expect(sent.result).toMatchObject({ code: 0, stderr: '' });
    expect(sent.spans.length).toBeGreaterThan(10);
  });

  test('every span is there, with its parent, tags and annotations', () => {
    const byId = new Map(spans.map((span) => [span.id, span]));
    expect(spans).toHaveLength(sent.spans.length);
    for (const span of sent.spans) expect(found(byId.get(span.spanId) as ZipkinSpan)).toEqual(expected(span));
  });

  test('times are microseconds of the span, a duration is never 0', () => {
    const byId = new Map(spans.map((span) => [span.id, span]));
    for (const { spanId, startTime, endTime, events } of sent.spans) {
      const span = byId.get(spanId) as ZipkinSpan;
      expect(Math.abs(span.timestamp - microseconds(startTime))).toBeLessThanOrEqual(1);
      expect(Math.abs(span.duration - Math.max(1, microseconds(endTime - startTime)))).toBeLessThanOrEqual(1);
      for (const [i, { time }] of events.entries())
        expect(Math.abs((span.annotations?.[i]?.timestamp ?? 0) - microseconds(time))).toBeLessThanOrEqual(1);
    }
  });

  test('the other side of a call is the remote endpoint, and a dependency', async () => {
    const remote = (name: string) => spans.find((span) => span.name === name)?.remoteEndpoint;
    expect(remote('ask ocean')).toEqual({ serviceName: 'ocean', port: 8443 });
    expect(remote('handle request')).toBeUndefined();
    expect(remote('chat gpt-4o')).toMatchObject({ serviceName: '127.0.0.1' });
    const dependencies = await getJson<object[]>(`${url}/api/v2/dependencies?endTs=${Date.now()}&lookback=3600000`);
    expect(dependencies).toContainEqual({ parent: 'ocean-app', child: 'ocean', callCount: 1, errorCount: 1 });
  });

  test('a tag finds the trace', async () => {
    const query = new URLSearchParams({
      serviceName: 'ocean-app',
      annotationQuery: 'gen_ai.operation.name=embeddings',
    });
    const traces = await getJson<ZipkinSpan[][]>(`${url}/api/v2/traces?${query}`);
    expect(traces.map(([span]) => span?.traceId)).toEqual([sent.traceId]);
  });

  test('a burst of 10,000 spans arrives whole', async () => {
    const { result, traceIds } = await runBurst(folder, env());
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const idsOf = async (traceId: string) => (await traceOf(traceId)).map((span) => span.id);
    const ids = await storedSpanIds(traceIds, idsOf, 10_000);
    expect(ids.size).toBe(BURST_SPANS);
  });
});
