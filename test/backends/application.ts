/** The application whose telemetry real backends get: what it sends is also in a file, which says what has to arrive. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Folder, packProject, prepareApplication } from '../support/folders.ts';
import { flattenSpans, type ReceivedSpan } from '../support/otlp/flatten.ts';
import { startProviderServer } from '../support/provider-server.ts';
import { type RunResult, runNode } from '../support/spawn.ts';

const DEPENDENCIES = { '@opentelemetry/api': '1.9.1', openai: '7.59.0' };

/** Calls, a stream, a tool that the SDK runs, an agent, an error, below a span with attributes of every type. */
const SOURCE = `
import { existsSync } from 'node:fs';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { agent, recordFeedback } from '@x/llm-otel';
import OpenAI from 'openai';

const openai = new OpenAI({ apiKey: 'test', baseURL: process.env.PROVIDER_URL + '/v1', maxRetries: 0 });
const tracer = trace.getTracer('application', '1.2.3');
const messages = [{ role: 'user', content: 'Why is the sea blue? Grüße 🌊 "quoted" \\\\ <b>' }];
const weather = {
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  parse: JSON.parse,
  function: async ({ city }) => city + ': sunny',
};

const earlier = tracer.startSpan('earlier', { root: true });
earlier.end();

const types = {
  'type.text': 'blue 🌊', 'type.empty': '', 'type.integer': 42, 'type.negative': -7, 'type.large': 9007199254740991, 'type.double': 0.1,
  'type.boolean': true, 'type.false': false, 'type.texts': ['a', 'b'], 'type.integers': [1, 2], 'type.doubles': [0.5, 1.5],
  'type.booleans': [true, false], 'type.none': [], 'peer.service': 'ocean', 'server.address': 'ocean.example', 'server.port': 8443,
};
await tracer.startActiveSpan('handle request', { root: true, kind: SpanKind.SERVER, attributes: types }, async (root) => {
  root.addLink({ context: earlier.spanContext(), attributes: { 'link.reason': 'earlier', 'link.weight': 3 } });
  root.addEvent('received', { size: 12, ratio: 0.5, fast: true, parts: ['a', 'b'] });
  root.addEvent('without attributes');
  const client = tracer.startSpan('ask ocean', { kind: SpanKind.CLIENT, attributes: types });
  client.recordException(new TypeError('the ocean is away'));
  client.setStatus({ code: SpanStatusCode.ERROR, message: 'the ocean is away' });
  client.end();
  tracer.startSpan('publish', { kind: SpanKind.PRODUCER }).end();
  tracer.startSpan('consume', { kind: SpanKind.CONSUMER }).end();

  await openai.chat.completions.create({ model: 'gpt-4o-mini', messages, temperature: 0.25, stop: ['a', 'b'] });
  const stream = await openai.chat.completions.create({
    model: 'gpt-4o', messages, stream: true, stream_options: { include_usage: true },
  });
  for await (const _chunk of stream);
  await agent('forecaster', async () => {
    const tools = [{ type: 'function', function: weather }];
    const runner = openai.chat.completions.runTools({ model: 'gpt-4o-mini', messages, tools });
    return runner.finalContent();
  }, { id: 'agent-1', conversationId: 'conversation-1', description: 'It knows the weather' });
  await openai.embeddings.create({ model: 'text-embedding-3-small', input: ['sea', 'tide'] });
  await openai.chat.completions.create({ model: '{status=429}gpt-4o-mini', messages }).catch(() => {});
  recordFeedback(root, { name: 'helpful', score: 1, label: 'yes' });
  root.setStatus({ code: SpanStatusCode.OK });
  root.end();
  console.log(root.spanContext().traceId);
});
// A server that asks for metrics needs a process that runs.
while (process.env.HOLD && !existsSync(process.env.HOLD)) await new Promise((resolve) => setTimeout(resolve, 100));
`;

/** 100 traces of 100 spans each, all at once, and the end of the process. */
const BURST = `
import { context, trace } from '@opentelemetry/api';
const tracer = trace.getTracer('burst');
const ids = [];
for (let i = 0; i < 100; i++) {
  const root = tracer.startSpan('burst ' + i);
  const inside = trace.setSpan(context.active(), root);
  for (let j = 1; j < 100; j++) tracer.startSpan('part ' + j, { attributes: { trace: i, part: j } }, inside).end();
  root.end();
  ids.push(root.spanContext().traceId);
}
console.log(ids.join(' '));
`;

/** Spans of the burst. */
export const BURST_SPANS = 10_000;

/** What the application did and sent; spans as the exporter of files wrote them beside the backend. */
export interface Sent {
  readonly result: RunResult;
  /** Trace of the request of the application. */
  readonly traceId: string;
  /** The spans of the request, without those of the trace it links to. */
  readonly spans: readonly ReceivedSpan[];
}

/** The application's folder, with the packed package. */
export async function prepare(): Promise<Folder> {
  return prepareApplication('backends', DEPENDENCIES, await packProject());
}

const RESOURCE = 'service.version=4.5.6,deployment.environment.name=test';
const run = ({ path }: Folder, source: string, env: Readonly<Record<string, string>>): Promise<RunResult> =>
  runNode({
    cwd: path,
    source,
    nodeArgs: ['--import', '@x/llm-otel/register'],
    env: { OTEL_SERVICE_NAME: 'ocean-app', OTEL_RESOURCE_ATTRIBUTES: RESOURCE, LLM_OTEL_EXIT_TIMEOUT: '30000', ...env },
    timeoutMs: 90_000,
  });

const spansIn = (file: string): ReceivedSpan[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .flatMap((line) => flattenSpans(JSON.parse(line) as Record<string, unknown>))
    : [];

/** Exporters of each signal. A file beside that of traces says which spans the backend has to have. */
export interface Exporters {
  readonly traces?: string;
  readonly metrics?: string;
  readonly logs?: string;
}

/** Runs the application to its end with these exporters, and what they need in `env`. */
export async function runApplication(folder: Folder, exporters: Exporters, env: Record<string, string>): Promise<Sent> {
  const place = mkdtempSync(join(folder.path, 'sent-'));
  const file = join(place, 'sent.jsonl');
  const provider = await startProviderServer();
  try {
    const result = await run(folder, SOURCE, {
      PROVIDER_URL: provider.url,
      LLM_OTEL_FILE: file,
      LLM_OTEL_FEEDBACK: exporters.logs === undefined ? 'span' : 'event',
      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'SPAN_ONLY',
      OTEL_TRACES_EXPORTER: exporters.traces === undefined ? 'none' : `${exporters.traces},otlp/file`,
      OTEL_METRICS_EXPORTER: exporters.metrics ?? 'none',
      OTEL_LOGS_EXPORTER: exporters.logs ?? 'none',
      ...env,
    });
    const traceId = result.stdout.trim();
    const spans = spansIn(file).filter((span) => span.traceId === traceId);
    return { result, traceId, spans };
  } finally {
    await provider.close();
    rmSync(place, { recursive: true });
  }
}

/** Runs the burst, and returns the ids of its traces. */
export async function runBurst(
  folder: Folder,
  env: Record<string, string>,
): Promise<{ result: RunResult; traceIds: string[] }> {
  const result = await run(folder, BURST, { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', ...env });
  return { result, traceIds: result.stdout.trim().split(' ') };
}
