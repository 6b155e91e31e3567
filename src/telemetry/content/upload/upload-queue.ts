import { addFlush } from '../../../otel/flush.ts';
import { withoutTelemetry } from '../../../otel/globals.ts';
import { addLastWords } from '../../../otel/last-words.ts';
import { firstLine, warn } from '../../../runtime/log.ts';
import { startTimer } from '../../../runtime/platform.ts';
import type { UploadTarget } from './upload-target.ts';

/** A file that waits. */
export interface UploadFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Calls with the same content share the file: the file is stored once. */
  readonly isShared: boolean;
}

/** Files that are stored at the same time. */
const MOST_AT_ONCE = 8;
/** Bytes of all files that wait. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Shared files that are known to be stored. */
const MOST_SHARED = 1024;
/** Losses are told at once, and then once in so many milliseconds. */
const TELL_EVERY_MS = 60_000;

/** Stores files beside the application. Files beyond the bounds are lost and counted. Nothing is thrown. */
export class UploadQueue {
  readonly #target: UploadTarget;
  readonly #maxFiles: number;
  readonly #waiting: UploadFile[] = [];
  readonly #underWay = new Set<UploadFile>();
  readonly #shared = new Set<string>();
  readonly #idle: (() => void)[] = [];
  #bytes = 0;
  #lost = 0;
  #failed = 0;
  #reason = '';
  #isTelling = false;
  #isAtEnd = false;

  constructor(target: UploadTarget, maxFiles: number) {
    this.#target = target;
    this.#maxFiles = maxFiles;
    addFlush((timeoutMs) => this.#flush(timeoutMs));
    addLastWords(() => this.#storeNow());
  }

  /** Takes a file. */
  add(file: UploadFile): void {
    if (file.isShared && this.#isKnown(file.path)) return;
    if (this.#waiting.length + this.#underWay.size >= this.#maxFiles || this.#bytes + file.bytes.length > MOST_BYTES) {
      if (file.isShared) this.#shared.delete(file.path);
      this.#lose(`${this.#maxFiles} files or ${MOST_BYTES / 1024 / 1024} MiB wait already`);
      return;
    }
    this.#bytes += file.bytes.length;
    this.#waiting.push(file);
    if (this.#isAtEnd) this.#storeNow();
    else this.#next();
  }

  /** Notes a shared file; true if the file is noted already. */
  #isKnown(path: string): boolean {
    if (this.#shared.delete(path)) {
      this.#shared.add(path); // the last one used goes last
      return true;
    }
    this.#shared.add(path);
    if (this.#shared.size > MOST_SHARED) this.#shared.delete(this.#shared.values().next().value as string);
    return false;
  }

  #next(): void {
    while (this.#underWay.size < MOST_AT_ONCE) {
      const file = this.#waiting.shift();
      if (file === undefined) return;
      this.#underWay.add(file);
      // Instrumentations of files and of stores must not make spans of the upload.
      void withoutTelemetry(() => this.#target.put(file.path, file.bytes)).then(
        () => this.#settle(file),
        (error: unknown) => {
          if (file.isShared) this.#shared.delete(file.path);
          if (this.#underWay.has(file)) this.#lose(firstLine(error));
          this.#settle(file);
        },
      );
    }
  }

  #settle(file: UploadFile): void {
    if (this.#underWay.delete(file)) this.#bytes -= file.bytes.length;
    this.#next();
    if (this.#underWay.size === 0) for (const done of this.#idle.splice(0)) done();
  }

  async #flush(timeoutMs: number): Promise<boolean> {
    const lost = this.#failed;
    if (this.#underWay.size > 0)
      await new Promise<void>((resolve) => {
        this.#idle.push(resolve);
        startTimer(resolve, timeoutMs, undefined);
      });
    return this.#underWay.size === 0 && this.#failed === lost;
  }

  /** The process ends: files are stored at once. */
  #storeNow(): void {
    this.#isAtEnd = true;
    const files = [...this.#underWay, ...this.#waiting.splice(0)];
    this.#underWay.clear();
    this.#bytes = 0;
    for (const file of files) {
      try {
        if (this.#target.putNow === undefined)
          throw new Error('the process ended before the module had stored the file');
        this.#target.putNow(file.path, file.bytes);
      } catch (error) {
        this.#lose(firstLine(error));
      }
    }
    this.#tell();
  }

  #lose(reason: string): void {
    this.#lost++;
    this.#failed++;
    this.#reason = reason;
    if (this.#isTelling || this.#isAtEnd) return;
    this.#isTelling = true;
    this.#tell();
    startTimer(
      () => {
        this.#isTelling = false;
        this.#tell();
      },
      TELL_EVERY_MS,
      undefined,
    );
  }

  #tell(): void {
    if (this.#lost === 0) return;
    const { base } = this.#target;
    warn(
      `${this.#lost} ${this.#lost === 1 ? 'file' : 'files'} with content could not be stored in ${base}: ${this.#reason}`,
    );
    this.#lost = 0;
  }
}
