import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { EncodedBatch } from '../../../src/pipeline/batches/encoded-batch.ts';
import { createSpanEncoder as jsonEncoder } from '../../../src/pipeline/exporters/otlp/json-encoder.ts';
import { createSpanEncoder as protoEncoder } from '../../../src/pipeline/exporters/otlp/proto-encoder.ts';
import { countItems } from '../../../src/pipeline/spool/count-items.ts';
import { splitRequest } from '../../../src/pipeline/spool/split-request.ts';

/** Requests of real spans: five of scope `a`, two of scope `b`. */
function spans() {
  const memory = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    spanProcessors: [new SimpleSpanProcessor(memory)],
  });
  for (const [scope, count] of [
    ['a', 5],
    ['b', 2],
  ] as const)
    for (let i = 0; i < count; i++)
      provider
        .getTracer(scope, '1.0', { schemaUrl: 'https://example.com/schema' })
        .startSpan(`${scope}${i}`, { attributes: { text: 'x'.repeat(300) } })
        .end();
  return memory.getFinishedSpans();
}

test.each([
  ['pb', protoEncoder],
  ['json', jsonEncoder],
] as const)('a request in %s becomes two requests, as the encoder would have written the halves', (format, create) => {
  const encoder = create();
  const bodyOf = (items: ReturnType<typeof spans>): Buffer =>
    Buffer.from(new EncodedBatch(encoder.encode(items), encoder.frame).body());
  const all = spans();
  const [first, second] = splitRequest(bodyOf(all), format);
  expect([first.items, second.items]).toEqual([3, 4]);
  const plain = (body: Uint8Array): unknown =>
    format === 'json' ? JSON.parse(Buffer.from(body).toString('utf8')) : Buffer.from(body);
  expect(plain(first.body)).toEqual(plain(bodyOf(all.slice(0, 3))));
  expect(plain(second.body)).toEqual(plain(bodyOf(all.slice(3))));
});

test('log records are split too, down to one', () => {
  const body = Buffer.from(
    JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: 1 }, { body: 2 }] }], resource: {} }] }),
  );
  const [first, second] = splitRequest(body, 'json');
  expect(JSON.parse(Buffer.from(first.body).toString())).toEqual({
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: 1 }] }], resource: {} }],
  });
  expect(countItems(second.body, 'json')).toBe(1);
});

test('a request that is cut throws', () => {
  expect(() => splitRequest(Buffer.from([10, 200, 1]), 'pb')).toThrow('a message that is cut');
});
