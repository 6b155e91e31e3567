import type { Attributes } from '@opentelemetry/api';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TreeConsoleSpanExporter } from '../../../../src/pipeline/exporters/tree/tree-exporter.ts';
import { chat } from './sample-spans.ts';

let written: string[];

beforeEach(() => {
  written = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  vi.stubEnv('FORCE_COLOR', '0');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const provider = (exporter: TreeConsoleSpanExporter): BasicTracerProvider =>
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

test('an SDK of the application prints its traces by the exporter', async () => {
  const sdk = provider(new TreeConsoleSpanExporter({ width: 80 }));
  const tracer = sdk.getTracer('app');
  for (const name of ['chat a', 'chat b'])
    tracer.startSpan(name, { attributes: chat('x').attributes as Attributes }).end();
  tracer.startSpan('GET /').end();
  await sdk.forceFlush();
  expect(written).toHaveLength(2);
  expect(written[0]).toMatch(/^span .*\n● chat a .*stop\n$/);
  expect(written[1]).toMatch(/^● chat b .*stop\n$/);
  await sdk.shutdown();
  await sdk.shutdown();
  expect(written.slice(2)).toEqual(['Σ total: 2 model calls · 2,824 in · 6 out · $0.000432 · 2 traces\n']);
});

test('JSON is printed at once, a line a model call', () => {
  const sdk = provider(new TreeConsoleSpanExporter({ format: 'json' }));
  sdk
    .getTracer('app')
    .startSpan('chat a', { attributes: chat('x').attributes as Attributes })
    .end();
  sdk.getTracer('app').startSpan('GET /').end();
  expect(written.map((line) => JSON.parse(line).name)).toEqual(['chat a']);
});

test('a span that cannot be read harms nobody', async () => {
  const exporter = new TreeConsoleSpanExporter();
  const codes: number[] = [];
  exporter.export([{} as never], ({ code }) => codes.push(code));
  await exporter.forceFlush();
  expect(codes).toEqual([0]);
});
