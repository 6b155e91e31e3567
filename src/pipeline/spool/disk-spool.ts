import { randomBytes } from 'node:crypto';
import type { SpoolSettings } from '../../config/sdk/pipeline-settings.ts';
import { firstLine, warnOnce } from '../../runtime/log.ts';
import type { PlainRequest } from '../batches/destination.ts';
import { CLOCK, type Clock } from '../batches/pipeline-clock.ts';
import { countReadable } from './count-items.ts';
import { EncryptionError } from './encryption.ts';
import type { FileName } from './file-name.ts';
import * as folder from './folder.ts';
import { startOfProcess } from './processes.ts';
import { RequestFiles } from './request-files.ts';
import { splitRequest } from './split-request.ts';
import type { Spool, SpooledRequest, SpoolHost, SpoolStatus } from './spool.ts';

/** After an error of the disk nothing is written for this time in milliseconds. */
const REST_MS = 60_000;
/** Files of earlier processes are sent so long after the start, in milliseconds. */
const FIRST_REPLAY_MS = 1000;
const MOST_SEQUENCE = 1_000_000;

/** Parts of a spool besides its settings. */
export interface DiskSpoolParts {
  readonly host: SpoolHost;
  readonly clock?: Clock | undefined;
  /** Time in milliseconds since 1970 at which this process started. */
  readonly startedAt?: number | undefined;
}

/** A request that this process is about to send. */
interface Claimed extends SpooledRequest {
  readonly body: Uint8Array;
  readonly file: FileName;
  /** This process has written the request. */
  readonly isOurs: boolean;
}

/** Keeps requests in files, one request a file. Any number of processes share a directory. */
export class DiskSpool implements Spool {
  readonly mode: SpoolSettings['mode'];
  readonly #settings: SpoolSettings;
  readonly #host: SpoolHost;
  readonly #clock: Clock;
  readonly #files: RequestFiles;
  /** Names this process among the processes that share the directory. */
  readonly #instance = randomBytes(4).toString('hex');
  /** Items in files of this process that no process has claimed. */
  readonly #written = new Map<string, number>();
  #sequence = 0;
  #restsUntil = 0;
  #isReplaying = false;
  #isClosed = false;
  #replayedItems = 0;

  /** Throws if the directory cannot be made. */
  constructor(settings: SpoolSettings, { host, clock = CLOCK, startedAt = startOfProcess() }: DiskSpoolParts) {
    this.mode = settings.mode;
    this.#settings = settings;
    this.#host = host;
    this.#clock = clock;
    const { pipeline, signal } = host;
    this.#files = new RequestFiles({
      settings,
      pipeline,
      signal,
      startedAt,
      takes: (format) => host.takes(format),
    });
    // Not in this turn: a module of the user may import an SDK, and the hooks of `register` come first.
    if (settings.encryption !== null) clock.soon(() => this.#loadEncryption());
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
      if (this.#restsUntil !== 0) this.#files.makeFolder();
      this.#restsUntil = 0;
      const bytes = this.#files.encode(body);
      if (bytes === undefined) return undefined;
      this.#makeRoom(body.length);
      const format: FileName['format'] = target.headers['content-type'] === 'application/json' ? 'json' : 'pb';
      const sequence = this.#sequence++ % MOST_SEQUENCE;
      const name = this.#files.write({ time: now, sequence, instance: this.#instance, format }, body, bytes, claimed);
      if (!claimed) this.#written.set(name, items);
      return { name, items, bytes: body.length };
    });
  }

  remove({ name }: SpooledRequest): void {
    this.#try(() => this.#files.remove(name));
  }

  release({ name, items }: SpooledRequest): void {
    this.#try(() => this.#files.release(name));
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
    const files = isResting ? [] : (this.#try(() => this.#files.list()) ?? []);
    const oldest = files[0]?.time;
    return {
      directory: this.#settings.directory,
      state: isResting ? 'resting' : 'ok',
      files: files.length,
      bytes: files.reduce((sum, { length }) => sum + length, 0),
      items: this.items,
      oldestAge: oldest === undefined ? 0 : Math.max(0, this.#clock.now() - oldest),
      replayed: this.#replayedItems,
      bad: this.#files.bad,
    };
  }

  /** Loads the module that encrypts. Where the module comes later, the replay has left encrypted files alone. */
  #loadEncryption(): void {
    const { encryption } = this.#files;
    encryption?.load(() => {
      this.#try(() => encryption.isReady());
      this.replay();
    });
    this.#try(() => encryption?.isReady());
  }

  async #replayAll(): Promise<void> {
    this.#tidy();
    for (;;) {
      const next = this.#isClosed ? undefined : this.#claimOldest();
      if (next === undefined) return;
      // Asked only with a request at hand: a breaker that is asked expects the answer to a probe.
      const goesOn = this.#host.maySend() ? await this.#send(next) : this.#putBack(next);
      if (!goesOn) return;
    }
  }

  /** Sends a request. False if the requests behind have to wait. */
  async #send(next: Claimed): Promise<boolean> {
    const { items, isOurs, body, file } = next;
    const verdict = await this.#host.send(body, file.format, { items, isOurs });
    if (verdict === 'wait') return this.#putBack(next);
    if (verdict === 'split') return this.#try(() => this.#split(next)) ?? this.#putBack(next);
    this.remove(next);
    if (verdict === 'sent' && !isOurs) this.#replayedItems += items;
    return true;
  }

  #putBack(claimed: Claimed): false {
    this.release(claimed);
    if (!claimed.isOurs) this.#written.delete(claimed.name);
    return false;
  }

  /** Writes the halves of a request in the place of the request, so that the halves are sent next. */
  #split({ name, body, file, isOurs }: Claimed): true {
    const halves = splitRequest(body, file.format).map((half, at) => {
      const bytes = this.#files.encode(half.body);
      if (bytes === undefined) throw new EncryptionError('the encryption module is loading');
      return { ...half, bytes, sequence: (file.sequence + at) % MOST_SEQUENCE };
    });
    const written = new Map<string, number>();
    try {
      for (const { body: half, bytes, sequence, items } of halves)
        written.set(this.#files.write({ ...file, sequence }, half, bytes, false), items);
    } catch (error) {
      for (const half of written.keys()) folder.remove(this.#files.path, half);
      throw error;
    }
    if (isOurs) for (const [half, items] of written) this.#written.set(half, items);
    this.#files.remove(name);
    return true;
  }

  /** Takes the oldest file that no living process has claimed. */
  #claimOldest(): Claimed | undefined {
    return this.#try(() => {
      for (let file = this.#files.claimOldest(); file !== undefined; file = this.#files.claimOldest()) {
        const name = folder.plainName(file);
        const isOurs = file.instance === this.#instance;
        const known = this.#written.get(name);
        const body = this.#files.read(file);
        if (body === 'left') continue;
        this.#written.delete(name);
        if (body !== 'bad') {
          const items = known ?? countReadable(body, file.format);
          return { name, items, bytes: body.length, body, file, isOurs };
        }
        if (isOurs && known !== undefined) this.#host.dropped('spool_error', known);
      }
      return undefined;
    });
  }

  /** Takes back the claims of dead processes, puts half-written files aside, and drops what is too old. */
  #tidy(): void {
    this.#try(() => {
      const now = this.#clock.now();
      this.#files.tidy(now);
      for (const file of this.#files.list())
        if (file.claimedBy === undefined && now - file.time > this.#settings.maxAge) this.#give(file, 'spool_expired');
    });
  }

  /** Lets the oldest requests go until `bytes` more fit. */
  #makeRoom(bytes: number): void {
    const files = this.#files.list();
    let held = files.reduce((sum, { length }) => sum + length, bytes);
    for (const file of files) {
      if (held <= this.#settings.maxBytes) return;
      if (file.claimedBy !== undefined) continue;
      this.#give(file, 'spool_full');
      held -= file.length;
    }
  }

  #give(file: folder.Listed, reason: 'spool_full' | 'spool_expired'): void {
    const { path } = this.#files;
    folder.remove(path, file.name);
    const items = this.#written.get(file.name);
    this.#written.delete(file.name);
    if (items !== undefined) this.#host.dropped(reason, items);
    const { maxBytes, maxAge } = this.#settings;
    const why =
      reason === 'spool_full'
        ? `more than ${maxBytes} bytes wait. Raise LLM_OTEL_SPOOL_MAX_BYTES (spool.max_bytes)`
        : `they are older than ${maxAge} ms. Raise LLM_OTEL_SPOOL_MAX_AGE (spool.max_age)`;
    warnOnce(`the spool ${path} drops its oldest requests: ${why}, or find out why nothing is sent.`);
  }

  /** Runs `run`. An error of the disk or of the encryption is reported once, and the spool rests: for ever without a module. */
  #try<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      const { path, encryption } = this.#files;
      const rest = encryption?.isUnusable === true ? Number.POSITIVE_INFINITY : REST_MS;
      this.#restsUntil = this.#clock.now() + rest;
      warnOnce(error instanceof EncryptionError ? encryptionMessage(path, error) : diskMessage(path, error));
      return undefined;
    }
  }
}

function diskMessage(path: string, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return `the spool ${path} cannot be used (${code ?? firstLine(error)}); items stay in memory for ${REST_MS / 1000} s. Look at the disk and its rights, or name another directory (LLM_OTEL_SPOOL or spool.directory).`;
}

function encryptionMessage(path: string, { message }: EncryptionError): string {
  return `the spool ${path} keeps nothing: ${message}. Nothing is written in plain text, and items stay in memory. Mend the module (spool.encryption.module).`;
}
