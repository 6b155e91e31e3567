/** Every example of docs/shaping.md does what the page says. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { expect, test, vi } from 'vitest';
import { problemLine, readConfigFile } from '../../../src/pipeline/config-file.ts';
import { PipelineSpanProcessor } from '../../../src/pipeline/sdk/own-sdk.ts';
import '../support/parts.ts';

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../support/load.ts'));

interface Example {
  readonly before: {
    readonly name?: string;
    readonly attributes?: Record<string, string>;
    readonly events?: readonly string[];
    readonly baggage?: Record<string, string>;
  };
  readonly after: { readonly name?: string; readonly attributes?: object; readonly events?: readonly string[] } | null;
}

const page = readFileSync(join(import.meta.dirname, '../../../docs/shaping.md'), 'utf8');
const blocks = [...page.matchAll(/^```yaml\n(- [\s\S]*?)^```\n\n```json\n([\s\S]*?)^```$/gm)];
const examples = blocks.map(([, step = '', json = '']) => [step, JSON.parse(json) as Example] as const);
const folder = mkdtempSync(join(tmpdir(), 'llm-otel-shaping-'));
writeFileSync(join(folder, 'step.mjs'), /^```js\n\/\/ step\.mjs\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '');

/** Steps of a text, as a file has the steps. */
function stepsIn(text: string): readonly unknown[] {
  const file = text.startsWith('- ')
    ? `file_format: "1.1"\ntracer_provider:\n  processors:\n    - llm_otel_pipeline:\n        exporter: { console: }\n        steps:\n${text.replaceAll(/^/gm, '          ')}`
    : text;
  const path = join(folder, 'otel.yaml');
  writeFileSync(path, file);
  const { problems, warnings, settings } = readConfigFile({}, { path, variable: 'OTEL_CONFIG_FILE', isOverlay: false });
  expect([...problems, ...warnings].map(problemLine)).toEqual([]);
  return settings?.sdk.traces?.pipelines[0]?.steps ?? [];
}

test('every step but preset has an example', () => {
  const named = examples.map(([step]) => /^- (\w+)/.exec(step)?.[1]);
  expect(named).toEqual(['filter', 'events', 'attributes', 'enrich', 'transform', 'redact', 'module']);
});

test.each(examples)('%s', async (step, { before, after }) => {
  vi.stubEnv('LLM_OTEL_HASH_KEY', 'key');
  vi.stubEnv('REGION', 'eu');
  const exporter = new InMemorySpanExporter();
  const processor = new PipelineSpanProcessor({ exporter, steps: stepsIn(step) as object[] });
  const resource = resourceFromAttributes({ 'service.name': 'shop' });
  const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
  const { name = 'span', attributes = {}, events = [], baggage = {} } = before;
  const entries = Object.entries(baggage).map(([key, value]) => [key, { value }]);
  const context = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage(Object.fromEntries(entries)));
  const span = provider.getTracer('app').startSpan(name, { attributes }, context);
  for (const event of events) span.addEvent(event);
  span.end();
  await processor.forceFlush();
  const [left] = exporter.getFinishedSpans();
  if (after === null) expect(left).toBeUndefined();
  else {
    expect(left?.name).toBe(after.name ?? name);
    expect(left?.attributes).toEqual(after.attributes ?? attributes);
    expect(left?.events.map((event) => event.name)).toEqual(after.events ?? events);
  }
  await processor.shutdown();
  vi.unstubAllEnvs();
});

test('the first example is a file that can be used', () => {
  const [text = ''] = page.split('```yaml\n').slice(1);
  expect(stepsIn(text.split('```')[0] ?? '')).toHaveLength(3);
});
