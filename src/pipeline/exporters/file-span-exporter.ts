import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { EncodedBatch } from '../batches/encoded-batch.ts';
import { LineFile } from './file.ts';
import { createSpanEncoder } from './otlp/json-encoder.ts';

/** Where {@link FileSpanExporter} writes. */
export interface FileSpanExporterOptions {
  readonly path: string;
  /** Size in bytes at which the file becomes `path.1`. Default 104,857,600. */
  readonly maxBytes?: number;
  /** Files kept beside the newest one. Default 5. */
  readonly maxFiles?: number;
  /** Age in milliseconds at which the file becomes `path.1`. Default: no such age. */
  readonly maxAge?: number | null;
}

/**
 * Writes spans as OTLP JSON, one request a line, for an SDK of the application. The file is for its user alone (mode 0600).
 *
 * @example
 * new BatchSpanProcessor(new FileSpanExporter({ path: 'spans.jsonl' }));
 */
export class FileSpanExporter {
  readonly #file: LineFile;
  readonly #encoder = createSpanEncoder();

  constructor({ path, maxBytes = 104_857_600, maxFiles = 5, maxAge = null }: FileSpanExporterOptions) {
    if (typeof path !== 'string' || path === '')
      throw new TypeError('FileSpanExporter: path: expected the path of a file');
    this.#file = new LineFile({ path, maxBytes, maxFiles, maxAge });
  }

  export(spans: readonly object[], done: (result: { code: number; error?: Error }) => void): void {
    try {
      const ended = spans as readonly ReadableSpan[];
      const { frame } = this.#encoder;
      if (ended.length > 0) this.#file.write(new EncodedBatch(this.#encoder.encode(ended), frame).body());
      done({ code: 0 });
    } catch (error) {
      done({ code: 1, error: error instanceof Error ? error : new Error(String(error)) });
    }
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
