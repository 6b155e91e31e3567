import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { problemLine } from '../../../src/config/file/index.ts';
import { readText } from './files.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/configuration-file.md'), 'utf8');
const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);

test.each(examples)('an example of the page can be used: %s', (text) => {
  const file = readText(text, { API_KEY: 'x' }, !text.includes('file_format'));
  expect([...file.problems, ...file.warnings].map(problemLine)).toEqual([]);
  expect(file.settings).toBeDefined();
});

test('the defaults on the page are the defaults', () => {
  const written = examples.find((text) => text.includes('max_concurrent_exports')) ?? '';
  const bare =
    'file_format: "1.1"\ntracer_provider: { processors: [{ llm_otel_pipeline: { exporter: { otlp_http: } } }] }';
  const pipeline = (text: string) => readText(text).settings?.sdk.traces?.pipelines[0];
  expect(pipeline(written)).toBeDefined();
  expect(pipeline(written)).toEqual(pipeline(bare));
});
