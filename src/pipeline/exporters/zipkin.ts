import { ZipkinExporter } from '@opentelemetry/exporter-zipkin';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { Serialize } from './pipe.ts';

/** The part of the exporter that is used; private, and safe to use because the exporter is bundled at a fixed version. */
interface Internals {
  _send(spans: unknown[], done: (result: { code: number }) => void): void;
}

/** Serializer of Zipkin's JSON: the exporter's own translation, with its sending taken out. */
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
