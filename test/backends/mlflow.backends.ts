import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Folder } from '../support/folders.ts';
import { freePorts } from '../support/free-ports.ts';
import type { ReceivedSpan } from '../support/otlp/flatten.ts';
import { BURST_SPANS, prepare, runApplication, runBurst, type Sent } from './application.ts';
import { runWithPreset } from './preset-application.ts';
import { programOf } from './programs.ts';
import { askUntil, getJson, type Server, startServer, storedSpanIds } from './server.ts';
import { apart, outline, spansOf } from './snake-case.ts';

interface Trace {
  readonly trace_info: { readonly trace_metadata: Readonly<Record<string, string>> };
  readonly spans: readonly object[];
}

const program = await programOf('mlflow');

describe.skipIf(program === undefined)('MLflow', () => {
  let server: Server;
  let url: string;
  let folder: Folder;
  let sent: Sent;
  const env = (): Record<string, string> => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-mlflow-experiment-id=0',
    // MLflow answers once all spans are in its database; a burst takes SQLite longer than the 10 s of the standard.
    OTEL_EXPORTER_OTLP_TIMEOUT: '60000',
    LLM_OTEL_EXIT_TIMEOUT: '80000',
  });

  const getTrace = async (id: string): Promise<Trace> =>
    (await getJson<{ trace: Trace }>(`${url}/api/3.0/mlflow/traces/get?trace_id=tr-${id}`)).trace;
  const traceOf = async (id: string): Promise<ReceivedSpan[]> => spansOf((await getTrace(id)).spans);

  beforeAll(async () => {
    const [port] = await freePorts(1);
    url = `http://127.0.0.1:${port}`;
    server = await startServer({
      command: program as string,
      args: (place) => [
        'server',
        '--host',
        '127.0.0.1',
        '--port',
        String(port),
        '--workers',
        '1',
        '--backend-store-uri',
        `sqlite:///${place}/mlflow.db`,
      ],
      env: () => ({ MLFLOW_DISABLE_TELEMETRY: 'true' }),
      ready: `${url}/health`,
      seconds: 120,
    });
    folder = await prepare();
    sent = await runApplication(folder, { traces: 'otlp' }, env());
  });
  afterAll(() => server?.stop());

  test('the application ends well', () => {
    expect(sent.result).toMatchObject({ code: 0, stderr: '' });
    expect(sent.spans.length).toBeGreaterThan(10);
  });

  test('every span is there: parent, status, times, types of attributes, events, links', async () => {
    const spans = await askUntil(
      () => traceOf(sent.traceId),
      ({ length }) => length >= sent.spans.length,
    );
    expect(spans).toHaveLength(sent.spans.length);
    for (const span of sent.spans) {
      const found = spans.find(({ spanId }) => spanId === span.spanId);
      expect(outline(found, span)).toEqual(outline(span, span));
      expect(apart(found, span)).toBeLessThan(1.5);
      expect(found?.links).toEqual(span.links);
    }
  });

  test('MLflow understands what the spans are', async () => {
    const { trace_info, spans } = await getTrace(sent.traceId);
    const typeOf = (name: string) => spansOf(spans).find((span) => span.name === name)?.attributes['mlflow.spanType'];
    expect(typeOf('chat gpt-4o')).toBe('CHAT_MODEL');
    expect(typeOf('execute_tool get_weather')).toBe('TOOL');
    expect(typeOf('invoke_agent forecaster')).toBe('AGENT');
    expect(trace_info.trace_metadata['mlflow.trace.session']).toBe('conversation-1');
  });

  test('the preset mlflow: kinds, question and answer, tokens and cost', async () => {
    const { result, traceId } = await runWithPreset(folder, 'mlflow', env());
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const spans = await askUntil(
      () => traceOf(traceId),
      ({ length }) => length >= 3,
    );
    const attributesOf = (name: string) => spans.find((span) => span.name === name)?.attributes ?? {};
    const json = (value: unknown): unknown =>
      typeof value === 'string' && /^[{"[]/.test(value) ? JSON.parse(value) : value;
    for (const [name, type] of [
      ['invoke_workflow forecast', 'CHAIN'],
      ['invoke_agent forecaster', 'AGENT'],
      ['chat claude-sonnet', 'CHAT_MODEL'],
    ] as const) {
      const attributes = attributesOf(name);
      expect(json(attributes['mlflow.spanType'])).toBe(type);
      expect(JSON.stringify(attributes['mlflow.spanInputs'])).toContain('Why is the sea blue?');
      expect(JSON.stringify(attributes['mlflow.spanOutputs'])).toContain('Water absorbs red light.');
    }
    const { 'mlflow.chat.tokenUsage': usage, 'mlflow.llm.cost': cost } = attributesOf('chat claude-sonnet');
    expect(json(usage)).toMatchObject({
      input_tokens: 120,
      output_tokens: 40,
      total_tokens: 160,
      cache_read_input_tokens: 30,
      cache_creation_input_tokens: 50,
    });
    expect(json(cost)).toMatchObject({ total_cost: 0.25 });
  });

  test('a burst of 10,000 spans arrives whole', async () => {
    const { result, traceIds } = await runBurst(folder, env());
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const idsOf = async (traceId: string) => (await traceOf(traceId)).map((span) => span.spanId);
    const ids = await storedSpanIds(traceIds, idsOf, 60_000);
    expect(ids.size).toBe(BURST_SPANS);
  });
});
