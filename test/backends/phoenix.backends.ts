import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Folder } from '../support/folders.ts';
import { freePorts } from '../support/free-ports.ts';
import type { ReceivedSpan } from '../support/otlp/flatten.ts';
import { TOKENS } from '../support/scenario.ts';
import { BURST_SPANS, prepare, runApplication, runBurst, type Sent } from './application.ts';
import { runWithPreset } from './preset-application.ts';
import { programOf } from './programs.ts';
import { askUntil, getJson, type Server, startServer } from './server.ts';
import { apart, outline, spansOf } from './snake-case.ts';

interface GraphQl {
  readonly data: {
    readonly projects: {
      readonly edges: readonly { readonly node: { readonly name: string; readonly recordCount: number } }[];
    };
  };
}

const program = await programOf('phoenix');

describe.skipIf(program === undefined)('Arize Phoenix', () => {
  let server: Server;
  let url: string;
  let folder: Folder;
  let sent: Sent;
  let burstBegan = '';
  const env = (): Record<string, string> => ({ OTEL_EXPORTER_OTLP_ENDPOINT: url });

  /** Pages of spans. */
  async function* pages(query: string): AsyncGenerator<object[]> {
    let cursor = '';
    do {
      const path = `/v1/projects/default/spans/otlpv1?limit=1000&${query}${cursor}`;
      const { data, next_cursor } = await getJson<{ data: object[]; next_cursor: string | null }>(`${url}${path}`);
      yield data;
      cursor = next_cursor === null ? '' : `&cursor=${next_cursor}`;
    } while (cursor !== '');
  }
  const traceOf = async (id: string): Promise<ReceivedSpan[]> => {
    const spans: ReceivedSpan[] = [];
    for await (const page of pages(`trace_id=${id}`)) spans.push(...spansOf(page));
    return spans;
  };
  const recordCount = async (): Promise<number> => {
    const query = '{ projects { edges { node { name recordCount } } } }';
    const body = JSON.stringify({ query });
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    const { data } = await getJson<GraphQl>(`${url}/graphql`, init);
    return data.projects.edges.find(({ node }) => node.name === 'default')?.node.recordCount ?? 0;
  };
  const burstSpans = async (): Promise<number> => {
    const ids = new Set<string>();
    for await (const page of pages(`start_time=${encodeURIComponent(burstBegan)}`))
      for (const { name, spanId } of spansOf(page)) if (/^(?:burst|part) \d+$/.test(name)) ids.add(spanId);
    return ids.size;
  };

  beforeAll(async () => {
    const [port, grpc] = await freePorts(2);
    url = `http://127.0.0.1:${port}`;
    server = await startServer({
      command: program as string,
      args: () => ['serve'],
      env: (place) => ({
        PHOENIX_WORKING_DIR: place,
        PHOENIX_HOST: '127.0.0.1',
        PHOENIX_PORT: String(port),
        PHOENIX_GRPC_PORT: String(grpc),
        PHOENIX_TELEMETRY_ENABLED: 'false',
      }),
      ready: `${url}/healthz`,
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

  test('every span is there: parent, status, times, types of attributes, events', async () => {
    const spans = await askUntil(
      () => traceOf(sent.traceId),
      ({ length }) => length >= sent.spans.length,
    );
    expect(spans).toHaveLength(sent.spans.length);
    for (const span of sent.spans) {
      const found = spans.find(({ spanId }) => spanId === span.spanId);
      expect(outline(found, span)).toEqual(outline(span, span));
      expect(apart(found, span)).toBeLessThan(1.5);
    }
  });

  test('Phoenix understands what the spans are', async () => {
    const spans = await traceOf(sent.traceId);
    const attributesOf = (name: string) => spans.find((span) => span.name === name)?.attributes;
    expect(attributesOf('chat gpt-4o')).toMatchObject({
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'gpt-4o',
      'llm.token_count.prompt': TOKENS.input,
      'llm.token_count.completion': TOKENS.output,
      'llm.input_messages.0.message.content': 'Why is the sea blue? Grüße 🌊 "quoted" \\ <b>',
    });
    expect(attributesOf('execute_tool get_weather')).toMatchObject({ 'openinference.span.kind': 'TOOL' });
    expect(attributesOf('invoke_agent forecaster')).toMatchObject({ 'openinference.span.kind': 'AGENT' });
  });

  test('the preset openinference: kinds, question and answer, tokens and cost', async () => {
    const { result, traceId } = await runWithPreset(folder, 'openinference', env());
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const spans = await askUntil(
      () => traceOf(traceId),
      ({ length }) => length >= 3,
    );
    const attributesOf = (name: string) => spans.find((span) => span.name === name)?.attributes;
    const shown = { 'input.value': 'Why is the sea blue?', 'output.value': 'Water absorbs red light.' };
    expect(attributesOf('invoke_workflow forecast')).toMatchObject({ 'openinference.span.kind': 'CHAIN', ...shown });
    expect(attributesOf('invoke_agent forecaster')).toMatchObject({ 'openinference.span.kind': 'AGENT', ...shown });
    expect(attributesOf('chat claude-sonnet')).toMatchObject({
      'openinference.span.kind': 'LLM',
      ...shown,
      'llm.token_count.prompt': 120,
      'llm.token_count.completion': 40,
      'llm.token_count.total': 160,
      'llm.token_count.prompt_details.cache_read': 30,
      'llm.token_count.prompt_details.cache_write': 50,
      'llm.token_count.completion_details.reasoning': 10,
      'llm.cost.total': 0.25,
    });
  });

  test('a burst of 10,000 spans arrives whole', async () => {
    const recorded = await recordCount();
    burstBegan = new Date().toISOString();
    const { result, traceIds } = await runBurst(folder, env());
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(traceIds).toHaveLength(100);
    // Phoenix stores what it has taken bit by bit. The number of spans costs less to ask for than the spans.
    const all = recorded + BURST_SPANS;
    expect(await askUntil(recordCount, (count) => count >= all, 160_000)).toBe(all);
    expect(await burstSpans()).toBe(BURST_SPANS);
  });
});
