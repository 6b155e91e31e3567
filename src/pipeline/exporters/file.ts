/** Files of OTLP JSON, one request a line: https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/. */
import { appendFileSync, chmodSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import type { OtlpFileSettings } from '../../config/sdk/exporter-settings.ts';
import { firstLine } from '../../runtime/log.ts';
import { writeOutput } from '../../runtime/write-output.ts';
import type { Destination } from '../batches/destination.ts';
import { EncodedBatch } from '../batches/encoded-batch.ts';
import type { SendOutcome } from '../transport/outcome.ts';
import type { ItemEncoder } from './item-encoder.ts';

/** Where a file exporter writes. */
export type FileSettings = Omit<OtlpFileSettings, 'kind' | 'path'> & { readonly path: string };

/** Writes requests as lines. Synchronous, so that a process that ends has written everything. */
export class LineFile {
  readonly #settings: FileSettings;
  #size: number | undefined;
  #startedAt = 0;

  constructor(settings: FileSettings) {
    this.#settings = settings;
  }

  /** Appends a line, after a rotation if the line does not fit. Throws what the disk throws. */
  write(line: Uint8Array): void {
    const { path, maxBytes, maxAge } = this.#settings;
    this.#size ??= this.#open();
    const isOld = maxAge !== null && Date.now() - this.#startedAt > maxAge;
    if (this.#size > 0 && (this.#size + line.length + 1 > (maxBytes ?? Number.POSITIVE_INFINITY) || isOld))
      this.#rotate();
    const isNew = this.#size === 0 && !existsSync(path);
    appendFileSync(path, Buffer.concat([line, Buffer.from('\n')]), { mode: 0o600 });
    if (isNew) chmodSync(path, 0o600);
    this.#size += line.length + 1;
  }

  #open(): number {
    const { path } = this.#settings;
    this.#startedAt = Date.now();
    if (!existsSync(path)) return 0;
    const { size, birthtimeMs } = statSync(path);
    this.#startedAt = birthtimeMs;
    return size;
  }

  #rotate(): void {
    const { path, maxFiles } = this.#settings;
    rmSync(`${path}.${maxFiles}`, { force: true });
    for (let i = maxFiles - 1; i >= 1; i--)
      if (existsSync(`${path}.${i}`)) renameSync(`${path}.${i}`, `${path}.${i + 1}`);
    if (maxFiles > 0) renameSync(path, `${path}.1`);
    else rmSync(path, { force: true });
    this.#size = 0;
    this.#startedAt = Date.now();
  }
}

/** Spans and log records may share a file, and then share the count of its bytes. */
const files = new Map<string, LineFile>();

function fileOf(settings: FileSettings): LineFile {
  const file = files.get(settings.path) ?? new LineFile(settings);
  files.set(settings.path, file);
  return file;
}

/** The destination of a file, or of stdout. A disk that refuses keeps the items in memory, as a backend without answer does. */
export function fileDestination<Item>(settings: OtlpFileSettings, encoder: ItemEncoder<Item>): Destination<Item> {
  const { path } = settings;
  const file = path === null ? undefined : fileOf({ ...settings, path });
  const advice = path === null ? 'Does anybody read stdout?' : `Can the file ${path} be written?`;
  const write = (body: Uint8Array): SendOutcome => {
    try {
      if (file === undefined) writeOutput('stdout', `${Buffer.from(body).toString()}\n`);
      else file.write(body);
      return { ok: true };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return { ok: false, reason: code ?? firstLine(error), retryable: true, answered: false };
    }
  };
  return {
    type: 'otlp_file',
    endpoint: path ?? 'stdout',
    timeoutMs: 10_000,
    advice: { silent: advice, refused: advice },
    encode: (items) => new EncodedBatch(encoder.encode(items), encoder.frame),
    send: async (batch) => write((batch as EncodedBatch).body()),
    request: () => undefined,
  };
}
