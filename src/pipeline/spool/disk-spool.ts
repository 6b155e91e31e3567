import { randomBytes } from 'node:crypto';
import type { SpoolSettings } from '../../config/sdk/pipeline-settings.ts';
import { firstLine, warnOnce } from '../../runtime/log.ts';
import type { PlainRequest } from '../batches/destination.ts';
import { CLOCK, type Clock } from '../batches/pipeline-clock.ts';
import { countItems } from './count-items.ts';
import { checksum, claimName, type FileName, fileName, withoutClaim } from './file-name.ts';
import * as folder from './folder.ts';
import { isAlive, startOfProcess } from './processes.ts';
import type { Spool, SpooledRequest, SpoolHost, SpoolStatus } from './spool.ts';

/** After an error of the disk nothing is written for this time in milliseconds. */
const REST_MS = 60_000;
/** Files of earlier processes are sent so long after the start, in milliseconds. */
const FIRST_REPLAY_MS = 1000;
/** A file is half written for no longer than this time in milliseconds. */
const LEFT_OVER_MS = 60_000;
const MOST_SEQUENCE = 1_000_000;

/** Encrypts the bytes of requests. */
export interface Encryption {
  encode(bytes: Buffer): Uint8Array;
  decode(bytes: Buffer): Uint8Array;
}

/** Parts of a spool besides its settings. */
export interface DiskSpoolParts {
  readonly host: SpoolHost;
  readonly encryption?: Encryption | undefined;
  readonly clock?: Clock | undefined;
  /** Time in milliseconds since 1970 at which this process started. */
  readonly startedAt?: number | undefined;
}

/** A request that this process is about to send. */
interface Claimed extends SpooledRequest {
  readonly body: Uint8Array;
  readonly format: FileName['format'];
  /** This process has written the request. */
  readonly isOurs: boolean;
}

/** Keeps requests in files, one request a file. Any number of processes share a directory. */
export class DiskSpool implements Spool {
  readonly mode: SpoolSettings['mode'];
  readonly #settings: SpoolSettings;
  readonly #host: SpoolHost;
  readonly #encryption: Encryption | undefined;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #path: string;
  /** Names this process among the processes that share the directory. */
  readonly #instance = randomBytes(4).toString('hex');
  /** Items in files of this process that no process has claimed. */
  readonly #written = new Map<string, number>();
  #sequence = 0;
  #restsUntil = 0;
  #isReplaying = false;
  #isClosed = false;
  #replayedItems = 0;
  #bad = 0;

  /** Throws if the directory cannot be made. */
  constructor(
    settings: SpoolSettings,
    { host, encryption, clock = CLOCK, startedAt = startOfProcess() }: DiskSpoolParts,
  ) {
    this.mode = settings.mode;
    this.#settings = settings;
    this.#host = host;
    this.#encryption = encryption;
    this.#clock = clock;
    this.#startedAt = startedAt;
    const { path, isOpen } = folder.makeFolder(settings.directory, host.pipeline);
    this.#path = path;
    if (isOpen)
      warnOnce(
        `the spool ${settings.directory} can be written by other users. Use a directory of your own (mode 0700).`,
      );
    clock.after(FIRST_REPLAY_MS, () => this.replay());
  }

  get items(): number {
    let sum = 0;
    for (const items of this.#written.values()) sum += items;
    return sum;
  }

  write({ target, body }: PlainRequest, items: number, claimed: boolean): SpooledRequest | undefined {
    const now = this.#clock.now();
    if (now < this.#restsUntil || body.length > this.#settings.maxBytes) return undefined;
    return this.#try(() => {
      // The directory may have been removed while the spool rested.
      if (this.#restsUntil !== 0) folder.makeFolder(this.#settings.directory, this.#host.pipeline);
      this.#restsUntil = 0;
      const name = fileName({
        time: now,
        sequence: this.#sequence++ % MOST_SEQUENCE,
        instance: this.#instance,
        length: body.length,
        crc: checksum(body),
        signal: target.signal as 'traces' | 'logs',
        format: target.headers['content-type'] === 'application/json' ? 'json' : 'pb',
        isEncrypted: this.#encryption !== undefined,
      });
      const bytes = this.#encryption === undefined ? body : this.#encryption.encode(Buffer.from(body));
      this.#makeRoom(bytes.length);
      // Never a moment without its claim, or another process could send the request as well.
      folder.write(this.#path, claimed ? claimName(name, process.pid) : name, bytes, this.#settings.fsync);
      if (!claimed) this.#written.set(name, items);
      return { name, items, bytes: bytes.length };
    });
  }

  remove({ name }: SpooledRequest): void {
    this.#try(() => folder.remove(this.#path, claimName(name, process.pid)));
  }

  release({ name, items }: SpooledRequest): void {
    this.#try(() => folder.rename(this.#path, claimName(name, process.pid), name));
    this.#written.set(name, items);
  }

  replay(): void {
    if (this.#isReplaying || this.#isClosed || this.#clock.now() < this.#restsUntil) return;
    this.#isReplaying = true;
    void this.#replayAll().finally(() => {
      this.#isReplaying = false;
    });
  }

  close(): void {
    this.#isClosed = true;
  }

  status(): SpoolStatus {
    const isResting = this.#clock.now() < this.#restsUntil;
    const files = isResting ? [] : (this.#try(() => this.#list()) ?? []);
    const oldest = files[0]?.time;
    return {
      directory: this.#settings.directory,
      state: isResting ? 'resting' : 'ok',
      files: files.length,
      bytes: files.reduce((sum, { length }) => sum + length, 0),
      items: this.items,
      oldestAge: oldest === undefined ? 0 : Math.max(0, this.#clock.now() - oldest),
      replayed: this.#replayedItems,
      bad: this.#bad,
    };
  }

  async #replayAll(): Promise<void> {
    this.#tidy();
    for (;;) {
      const next = this.#isClosed ? undefined : this.#claimOldest();
      if (next === undefined) return;
      // Asked only with a request at hand: a breaker that is asked expects the answer to a probe.
      if (!this.#host.maySend()) {
        this.#putBack(next);
        return;
      }
      const outcome = await this.#host.send(next.body, next.format);
      this.#host.answered(outcome);
      if (!outcome.ok && outcome.retryable) {
        this.#putBack(next);
        return;
      }
      this.remove(next);
      this.#book(next, outcome.ok);
    }
  }

  #putBack(claimed: Claimed): void {
    this.release(claimed);
    if (!claimed.isOurs) this.#written.delete(claimed.name);
  }

  #book({ items, isOurs }: Claimed, isSent: boolean): void {
    if (isSent) this.#host.replayed(items);
    if (isSent && !isOurs) this.#replayedItems += items;
    if (!isOurs) return;
    if (isSent) this.#host.exported(items);
    else this.#host.dropped('rejected', items);
  }

  /** The requests of this pipeline, oldest first. */
  #list(): folder.Listed[] {
    return folder.list(this.#path).filter(({ signal }) => signal === this.#host.signal);
  }

  /**
   * True if a living process has claimed the file. In a container, every start of the application may have the same process
   * id, so a claim with the id of this process counts only if the claim is younger than this process.
   */
  #isTaken({ name, claimedBy }: folder.Listed): boolean {
    if (claimedBy === undefined) return false;
    if (claimedBy !== process.pid) return isAlive(claimedBy);
    return (folder.changedAt(this.#path, name) ?? Number.POSITIVE_INFINITY) >= this.#startedAt;
  }

  /** Takes the oldest file that no living process has claimed. */
  #claimOldest(): Claimed | undefined {
    return this.#try(() => {
      for (const file of this.#list()) {
        if (this.#isTaken(file)) continue;
        const name = withoutClaim(file.name);
        const mine = claimName(name, process.pid);
        if (!folder.rename(this.#path, file.name, mine)) continue;
        const isOurs = file.instance === this.#instance;
        const known = this.#written.get(name);
        this.#written.delete(name);
        const body = this.#readBody(mine, file);
        if (body === undefined) {
          if (isOurs && known !== undefined) this.#host.dropped('spool_error', known);
          continue;
        }
        const items = known ?? countItems(body, file.format);
        return { name, items, bytes: body.length, body, format: file.format, isOurs };
      }
      return undefined;
    });
  }

  /** The request in a file; a file that is not what its name says is put aside. */
  #readBody(name: string, { length, crc, isEncrypted }: folder.Listed): Uint8Array | undefined {
    try {
      const bytes = folder.read(this.#path, name);
      if (isEncrypted && this.#encryption === undefined) throw new Error('there is no key');
      const body = isEncrypted ? this.#encryption?.decode(Buffer.from(bytes)) : bytes;
      if (body?.length === length && checksum(body) === crc) return body;
    } catch {
      // what cannot be read or decoded is as bad as a wrong checksum
    }
    this.#bad++;
    folder.putAside(this.#path, name);
    warnOnce(`the spool ${this.#path} holds a file that cannot be read; the file is kept with the ending .bad.`);
    return undefined;
  }

  /** Takes back the claims of dead processes, puts half-written files aside, and drops what is too old. */
  #tidy(): void {
    this.#try(() => {
      const now = this.#clock.now();
      for (const name of folder.leftOver(this.#path, now - LEFT_OVER_MS)) {
        this.#bad++;
        folder.putAside(this.#path, name);
      }
      for (const file of this.#list()) {
        if (file.claimedBy !== undefined && !this.#isTaken(file))
          folder.rename(this.#path, file.name, withoutClaim(file.name));
        if (file.claimedBy === undefined && now - file.time > this.#settings.maxAge) this.#give(file, 'spool_expired');
      }
    });
  }

  /** Lets the oldest requests go until `bytes` more fit. */
  #makeRoom(bytes: number): void {
    const files = this.#list();
    let held = files.reduce((sum, { length }) => sum + length, bytes);
    for (const file of files) {
      if (held <= this.#settings.maxBytes) return;
      if (file.claimedBy !== undefined) continue;
      this.#give(file, 'spool_full');
      held -= file.length;
    }
  }

  #give(file: folder.Listed, reason: 'spool_full' | 'spool_expired'): void {
    folder.remove(this.#path, file.name);
    const items = this.#written.get(file.name);
    this.#written.delete(file.name);
    if (items !== undefined) this.#host.dropped(reason, items);
    const why = reason === 'spool_full' ? `it is larger than ${this.#settings.maxBytes} bytes` : 'they are too old';
    warnOnce(`the spool ${this.#path} drops its oldest requests: ${why}.`);
  }

  /** Runs `run`. An error of the disk is reported once, and the spool rests. */
  #try<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      this.#restsUntil = this.#clock.now() + REST_MS;
      warnOnce(
        `the spool ${this.#path} cannot be used (${code ?? firstLine(error)}); items stay in memory for ${REST_MS / 1000} s.`,
      );
      return undefined;
    }
  }
}
