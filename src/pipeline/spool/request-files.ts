import type { SpoolSettings } from '../../config/sdk/pipeline-settings.ts';
import { warnOnce } from '../../runtime/log.ts';
import { EncryptionError, EncryptionModule } from './encryption.ts';
import { checksum, claimName, type FileName, fileName, withoutClaim } from './file-name.ts';
import * as folder from './folder.ts';
import { isAlive } from './processes.ts';

/** A file is half written for no longer than this time in milliseconds. */
const LEFT_OVER_MS = 60_000;

/** Parts of a name that do not follow from the request. */
export type Written = Pick<FileName, 'time' | 'sequence' | 'instance' | 'format'>;

/** Where the files are, and how the files are written. */
export interface RequestFilesParts {
  readonly settings: SpoolSettings;
  readonly pipeline: string;
  readonly signal: FileName['signal'];
  /** Formats that the exporter can send. */
  takes(format: FileName['format']): boolean;
  /** Time in milliseconds since 1970 at which this process started. */
  readonly startedAt: number;
}

/** The files of one pipeline and signal: named, encrypted, claimed. Functions throw what the disk throws, and {@link EncryptionError}. */
export class RequestFiles {
  readonly #parts: RequestFilesParts;
  readonly encryption: EncryptionModule | undefined;
  /** Files that this process cannot decrypt: they wait for a process that can. */
  readonly #left = new Set<string>();
  readonly path: string;
  /** Files that were put aside. */
  bad = 0;

  constructor(parts: RequestFilesParts) {
    this.#parts = parts;
    const { directory, encryption, fsync } = parts.settings;
    this.encryption = encryption === null ? undefined : new EncryptionModule(encryption);
    const { path, isOpen } = folder.makeFolder(directory, parts.pipeline, fsync);
    this.path = path;
    if (isOpen)
      warnOnce(
        `the spool ${directory} can be written by other users. Use a directory of your own, mode 0700 (LLM_OTEL_SPOOL or spool.directory).`,
      );
  }

  /** Makes the folder anew: the folder may have been removed. */
  makeFolder(): void {
    const { settings, pipeline } = this.#parts;
    folder.makeFolder(settings.directory, pipeline, settings.fsync);
  }

  /** All files, oldest first. */
  list(): folder.Listed[] {
    return folder.list(this.path).filter(({ signal }) => signal === this.#parts.signal);
  }

  /** The bytes that stand in the file of a request; undefined while the module that encrypts is loading. */
  encode(body: Uint8Array): Uint8Array | undefined {
    return this.encryption === undefined ? body : this.encryption.encode(body);
  }

  /** Writes `bytes`, which {@link encode} has made of `body`. Returns the name without claim. */
  write(written: Written, body: Uint8Array, bytes: Uint8Array, isClaimed: boolean): string {
    const { signal, settings } = this.#parts;
    const isEncrypted = this.encryption !== undefined;
    const name = fileName({ ...written, signal, isEncrypted, length: body.length, crc: checksum(body) });
    // Never a moment without its claim, or another process could send the request as well.
    folder.write(this.path, isClaimed ? claimName(name, process.pid) : name, bytes, settings.fsync);
    return name;
  }

  /** Removes a file that this process has claimed. */
  remove(name: string): void {
    folder.remove(this.path, claimName(name, process.pid));
  }

  /** Takes the claim of this process away. */
  release(name: string): void {
    folder.rename(this.path, claimName(name, process.pid), name);
  }

  /** Takes the oldest file that this process can send and no living process has claimed. */
  claimOldest(): folder.Listed | undefined {
    return this.list().find((file) => this.#canSend(file) && !this.#isTaken(file) && this.#claim(file));
  }

  /** The request in a claimed file; `bad`: not what the name says, and put aside; `left`: nothing here decrypts the file. */
  read({ name, length, crc, isEncrypted }: folder.Listed): Uint8Array | 'bad' | 'left' {
    const plain = withoutClaim(name);
    const mine = claimName(plain, process.pid);
    try {
      const bytes = folder.read(this.path, mine);
      const body = isEncrypted ? this.encryption?.decode(bytes) : bytes;
      if (body?.length === length && checksum(body) === crc) return body;
    } catch (error) {
      // What cannot be read is as bad as a wrong checksum; a wrong key may be mended.
      if (error instanceof EncryptionError) return this.#leave(plain, error);
    }
    this.#putAside(mine);
    warnOnce(`the spool ${this.path} holds a file that cannot be read; the file is kept with the ending .bad.`);
    return 'bad';
  }

  /** Takes back the claims of dead processes, and puts half-written files aside. */
  tidy(now: number): void {
    for (const name of folder.leftOver(this.path, now - LEFT_OVER_MS)) this.#putAside(name);
    for (const file of this.list())
      if (file.claimedBy !== undefined && !this.#isTaken(file))
        folder.rename(this.path, file.name, withoutClaim(file.name));
  }

  #leave(name: string, { message }: EncryptionError): 'left' {
    this.#left.add(name);
    this.release(name);
    warnOnce(`the spool ${this.path} holds requests that stay there: ${message}.`);
    return 'left';
  }

  #putAside(name: string): void {
    this.bad++;
    folder.putAside(this.path, name);
  }

  #claim({ name }: folder.Listed): boolean {
    return folder.rename(this.path, name, claimName(withoutClaim(name), process.pid));
  }

  /** What this process cannot send stays for a process that can. */
  #canSend({ name, format, isEncrypted }: folder.Listed): boolean {
    if (!this.#parts.takes(format)) {
      warnOnce(
        `the spool ${this.path} holds requests in JSON, and gRPC takes none; the requests stay there. A process with OTEL_EXPORTER_OTLP_PROTOCOL=http/json sends the requests, or llm-otel spool send.`,
      );
      return false;
    }
    if (!isEncrypted) return true;
    if (this.encryption === undefined) {
      warnOnce(
        `the spool ${this.path} holds encrypted requests, and no module decrypts the requests; they stay there. Name the module in a configuration file (spool.encryption.module).`,
      );
      return false;
    }
    return this.encryption.isReady() && !this.#left.has(withoutClaim(name));
  }

  /**
   * True if a living process has claimed the file. In a container, every start of the application may have the same process
   * id, so a claim with the id of this process counts only if the claim is younger than this process.
   */
  #isTaken({ name, claimedBy }: folder.Listed): boolean {
    if (claimedBy === undefined) return false;
    if (claimedBy !== process.pid) return isAlive(claimedBy);
    return (folder.changedAt(this.path, name) ?? Number.POSITIVE_INFINITY) >= this.#parts.startedAt;
  }
}
