import { type Attributes, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TreeConsoleSpanExporter } from '../../../../src/pipeline/index.ts';
import '../../support/parts.ts';
import { chat } from './sample-spans.ts';

vi.mock(import('../../../../src/pipeline/load.ts'), () => import('../../support/load.ts'));

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
  const sdk = provider(new TreeConsoleSpanExporter({ output: 'json' }));
  sdk
    .getTracer('app')
    .startSpan('chat a', { attributes: chat('x').attributes as Attributes })
    .end();
  sdk.getTracer('app').startSpan('GET /').end();
  expect(written.map((line) => JSON.parse(line).name)).toEqual(['chat a']);
});

test('many exporters have one listener for the end of the process', async () => {
  const before = process.listenerCount('exit');
  const exporters = Array.from({ length: 12 }, () => new TreeConsoleSpanExporter({ width: 80 }));
  expect(process.listenerCount('exit')).toBeLessThanOrEqual(before + 1);
  const [listener, ...others] = process.listeners('exit').filter(({ name }) => name === 'printAll');
  expect(others).toEqual([]);
  await exporters[0]?.shutdown();
  const tracer = provider(exporters[1] as TreeConsoleSpanExporter).getTracer('app');
  tracer.startSpan('chat a', { attributes: chat('x').attributes as Attributes }).end();
  expect(written).toEqual([]);
  process.removeListener('exit', listener as () => void);
  listener?.(0);
  expect(written.join('')).toContain('chat a');
});

test('a span that cannot be read harms nobody', async () => {
  const exporter = new TreeConsoleSpanExporter();
  const codes: number[] = [];
  exporter.export([{} as never], ({ code }) => codes.push(code));
  await exporter.forceFlush();
  expect(codes).toEqual([0]);
});

test.each([
  [{ output: 'paper' }, /^TreeConsoleSpanExporter: output: expected stderr, stdout or json$/],
  [{ width: 0.5 }, /width: expected a positive whole number/],
  [{ wait: -1 }, /wait: expected milliseconds/],
])('options that cannot be used throw: %j', (options, message) => {
  expect(() => new TreeConsoleSpanExporter(options as never)).toThrow(message);
});

test('stdout, every span and colours are options', async () => {
  const printed: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  const sdk = provider(new TreeConsoleSpanExporter({ output: 'stdout', all: true, colors: true, wait: 10 }));
  const tracer = sdk.getTracer('app');
  const parent = tracer.startSpan('chat a', { attributes: chat('x').attributes as Attributes }, ROOT_CONTEXT);
  tracer.startSpan('GET /', {}, trace.setSpan(ROOT_CONTEXT, parent)).end();
  parent.end();
  await sdk.forceFlush();
  expect(printed.join('')).toContain('GET /');
  expect(printed.join('')).toContain('\x1b[');
  expect(written).toEqual([]);
});
