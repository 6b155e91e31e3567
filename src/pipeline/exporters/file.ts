/** Files of OTLP JSON, one request a line: https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/. */
import { appendFileSync, chmodSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';

/** Where a file exporter writes. Sizes in bytes, ages in milliseconds. */
export interface FileSettings {
  readonly path: string;
  /** Size at which the file becomes `path.1`. */
  readonly maxBytes: number;
  /** Files that are kept beside the newest one. */
  readonly maxFiles: number;
  /** Age at which the file becomes `path.1`; null: no such age. */
  readonly maxAge: number | null;
}

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
    if (this.#size > 0 && (this.#size + line.length + 1 > maxBytes || isOld)) this.#rotate();
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
