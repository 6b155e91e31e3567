import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Folder } from '../support/folders.ts';
import { freePorts } from '../support/free-ports.ts';
import { flattenSpans, type ReceivedSpan } from '../support/otlp/flatten.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.ts';
import { BURST_SPANS, prepare, runApplication, runBurst, type Sent } from './application.ts';
import { programOf } from './programs.ts';
import { type Reference, runReference, shapeOfLogs, shapeOfMetrics } from './reference.ts';
import { askUntil, getJson, type Server, startServer, storedSpanIds } from './server.ts';

/** Jaeger 2 is an OpenTelemetry Collector: spans go to its storage, metrics and logs through the Collector to a receiver. */
const configuration = (ports: Ports, receiver: string): object => ({
  receivers: {
    otlp: {
      protocols: { grpc: { endpoint: `127.0.0.1:${ports.grpc}` }, http: { endpoint: `127.0.0.1:${ports.http}` } },
    },
  },
  processors: { batch: { timeout: '100ms' } },
  exporters: {
    jaeger_storage_exporter: { trace_storage: 'memory' },
    otlphttp: { endpoint: receiver, compression: 'none' },
  },
  extensions: {
    jaeger_storage: { backends: { memory: { memory: { max_traces: 10_000 } } } },
    jaeger_query: {
      storage: { traces: 'memory' },
      http: { endpoint: `127.0.0.1:${ports.query}` },
      grpc: { endpoint: `127.0.0.1:${ports.queryGrpc}` },
    },
  },
  service: {
    extensions: ['jaeger_storage', 'jaeger_query'],
    pipelines: {
      traces: { receivers: ['otlp'], processors: ['batch'], exporters: ['jaeger_storage_exporter'] },
      metrics: { receivers: ['otlp'], processors: ['batch'], exporters: ['otlphttp'] },
      logs: { receivers: ['otlp'], processors: ['batch'], exporters: ['otlphttp'] },
    },
    telemetry: { metrics: { level: 'none' }, logs: { level: 'warn' } },
  },
});

interface Ports {
  readonly grpc: number;
  readonly http: number;
  readonly query: number;
  readonly queryGrpc: number;
}

/** What the protocols of OTLP need; `size` limits a request, so that a burst is many requests. */
const PROTOCOLS = {
  'http/protobuf': {},
  'http/protobuf, gzip': { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' },
  'http/json': { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
  grpc: { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
  'grpc, gzip': { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' },
} as const;
type Protocol = keyof typeof PROTOCOLS;

const byId = (spans: readonly ReceivedSpan[]): object =>
  Object.fromEntries(spans.map((span) => [span.spanId, { ...span, ...counted(span) }]));

/** Jaeger's API says nothing of what was dropped. */
const counted = ({ status }: ReceivedSpan): Partial<ReceivedSpan> => ({
  status: { code: status.code, message: status.message },
});

const program = await programOf('jaeger');

describe.skipIf(program === undefined)('Jaeger 2 and the Collector inside', () => {
  let server: Server;
  let receiver: OtlpReceiver;
  let folder: Folder;
  let reference: Reference;
  let ports: Ports;

  const envOf = (protocol: Protocol): Record<string, string> => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${protocol.startsWith('grpc') ? ports.grpc : ports.http}`,
    ...PROTOCOLS[protocol],
  });
  const traceOf = async (id: string): Promise<ReceivedSpan[]> => {
    const url = `http://127.0.0.1:${ports.query}/api/v3/traces/${id}?raw_traces=true`;
    return flattenSpans((await getJson<{ result: Record<string, unknown> }>(url)).result);
  };

  beforeAll(async () => {
    const [grpc = 0, http = 0, query = 0, queryGrpc = 0] = await freePorts(4);
    ports = { grpc, http, query, queryGrpc };
    receiver = await startOtlpReceiver();
    server = await startServer({
      command: program as string,
      args: (place) => {
        writeFileSync(join(place, 'config.json'), JSON.stringify(configuration(ports, receiver.url)));
        return ['--config', join(place, 'config.json')];
      },
      ready: `http://127.0.0.1:${query}/api/services`,
    });
    folder = await prepare();
    reference = await runReference(folder);
  });
  afterAll(() => Promise.all([server?.stop(), receiver?.close()]));

  describe.each(Object.keys(PROTOCOLS) as Protocol[])('%s', (protocol) => {
    let sent: Sent;
    beforeAll(async () => {
      receiver.reset();
      sent = await runApplication(folder, { traces: 'otlp', metrics: 'otlp', logs: 'otlp' }, envOf(protocol));
    });

    test('the application ends well', () => {
      expect(sent.result).toMatchObject({ code: 0, stderr: '' });
      expect(sent.spans.length).toBeGreaterThan(10);
    });

    test('every span is there: parent, kind, status, times, types of attributes, events, links', async () => {
      const spans = await askUntil(
        () => traceOf(sent.traceId),
        ({ length }) => length >= sent.spans.length,
      );
      expect(byId(spans)).toEqual(byId(sent.spans));
      const root = spans.find(({ name }) => name === 'handle request');
      expect(root?.attributes).toMatchObject({
        'type.large': Number.MAX_SAFE_INTEGER,
        'type.double': 0.1,
        'type.boolean': true,
        'type.texts': ['a', 'b'],
        'type.none': [],
      });
    });

    test('the Collector understands metrics and logs', async () => {
      await askUntil(
        async () => [receiver.logs().length, receiver.metrics().length],
        ([logs = 0, metrics = 0]) => logs >= reference.logs.length && metrics >= reference.metrics.length,
      );
      expect(reference.metrics.length).toBeGreaterThan(2);
      expect(shapeOfMetrics(receiver.metrics())).toEqual(shapeOfMetrics(reference.metrics));
      expect(reference.logs.length).toBeGreaterThan(0);
      expect(shapeOfLogs(receiver.logs())).toEqual(shapeOfLogs(reference.logs));
    });
  });

  test('Jaeger finds the trace by service, span name and tag', async () => {
    const tags = JSON.stringify({ 'gen_ai.operation.name': 'embeddings' });
    const query = new URLSearchParams({ service: 'ocean-app', operation: 'embeddings text-embedding-3-small', tags });
    const { data } = await getJson<{ data: object[] }>(`http://127.0.0.1:${ports.query}/api/traces?${query}`);
    expect(data).toHaveLength(Object.keys(PROTOCOLS).length);
  });

  test.each(Object.keys(PROTOCOLS) as Protocol[])('a burst of 10,000 spans arrives whole: %s', async (protocol) => {
    const { result, traceIds } = await runBurst(folder, envOf(protocol));
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const idsOf = async (traceId: string) => (await traceOf(traceId)).map((span) => span.spanId);
    const ids = await storedSpanIds(traceIds, idsOf, 10_000);
    expect(ids.size).toBe(BURST_SPANS);
  });
});
