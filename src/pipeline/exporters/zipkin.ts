import { ZipkinExporter } from '@opentelemetry/exporter-zipkin';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { Serialize } from './pipe.ts';

/**
 * A private method of the exporter. Safe to use, because the exporter is bundled at a fixed version: checked with 2.12.0 by
 * test/pipeline/private-fields.test.ts.
 */
interface Internals {
  _send(spans: unknown[], done: (result: { code: number }) => void): void;
}

/** Serializer of Zipkin's JSON: the exporter translates the spans, and the method that sends is replaced. */
export function zipkinSerializer(): Serialize<readonly ReadableSpan[]> {
  const exporter = new ZipkinExporter();
  return (spans) => {
    let body: Uint8Array | undefined;
    (exporter as unknown as Internals)._send = (zipkinSpans, done) => {
      body = Buffer.from(JSON.stringify(zipkinSpans));
      done({ code: 0 });
    };
    exporter.export([...spans], () => {});
    return body;
  };
}
