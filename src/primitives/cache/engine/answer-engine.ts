import { leadsOn } from '../../answers/leads-on.ts';
import type { CacheStats } from '../cache-options.ts';
import type { CacheSettings } from '../cache-settings.ts';
import { EntryStore, type FoundEntry } from '../entries/entry-store.ts';
import { plainJson } from '../entries/plain-json.ts';
import { GuardedStore, type StoreOperation } from '../stores/guarded-store.ts';
import { kindOfStore, type StoreKind } from '../stores/resolve-store.ts';
import { deliverAnswer } from './answer-delivery.ts';
import type { CacheRequest, OpenedAnswer } from './answer-form.ts';
import { AnswerWriter } from './answer-writer.ts';
import { CacheCall } from './cache-call.ts';
import { CacheCounts } from './cache-counts.ts';
import { Flight, type Landed } from './flight.ts';
import { PlainStream } from './plain-stream.ts';
import { SharedStream } from './shared-stream.ts';
import { lockOrFind } from './store-lock.ts';
import { StreamRecording } from './stream-recording.ts';

/** What a call upstream may use. */
interface Upstream<R, C> {
  readonly request: CacheRequest<R, C>;
  readonly flight: Flight<C>;
  readonly call: CacheCall;
  /** Stands in for a call that fails. */
  readonly spare: FoundEntry | undefined;
  /** Gives a lock back; called once. */
  readonly release: () => void;
}

type Opened<C, Kind> = OpenedAnswer<C> & { readonly kind: Kind };

/** The engine of a cache, for functions and for `fetch`: looks up, lets equal calls share a call, records, replays. */
export class AnswerEngine {
  readonly #settings: CacheSettings;
  readonly #kind: StoreKind;
  /** Label for errors of the store: one store may serve several functions, and the first function names the label. */
  #name: string | undefined;
  readonly #store: GuardedStore;
  readonly #entries: EntryStore;
  readonly #writer: AnswerWriter;
  readonly #counts = new CacheCounts();
  readonly #flights = new Map<string, Flight<unknown>>();
  readonly #background = new Map<string, Flight<unknown>>();

  constructor(settings: CacheSettings) {
    this.#settings = settings;
    this.#kind = kindOfStore(settings.store);
    const onError = (operation: StoreOperation, errorType: string): void =>
      this.#counts.countStoreError(this.#name ?? 'llm', operation, errorType);
    this.#name = settings.name;
    this.#store = new GuardedStore(settings.store, {
      timeoutMs: settings.storeTimeoutMs,
      failures: settings.storeFailures,
      cooldownMs: settings.storeCooldownMs,
      now: settings.now,
      onError,
    });
    this.#entries = new EntryStore(this.#store, settings, onError);
    this.#writer = new AnswerWriter(this.#entries, settings);
  }

  stats(): CacheStats {
    return this.#counts.stats();
  }

  delete(key: string): Promise<void> {
    return this.#entries.delete(key);
  }

  /** Answers `request` from the store, or by its function. */
  answer<R, C>(request: CacheRequest<R, C>): Promise<R> {
    const { signal, key, bypassReason } = request;
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    this.#name ??= request.name;
    const call = new CacheCall(request, this.#kind, this.#counts);
    if (key === undefined || bypassReason !== undefined) {
      call.decide('bypass', { bypassReason: bypassReason ?? 'unkeyable' });
      return this.#board(request, call, new Flight<C>(), undefined);
    }
    const running = this.#joinable<C>(request, key);
    if (running !== undefined) {
      call.handOn();
      return this.#join(running, request, call, false);
    }
    const found = request.isRefresh ? undefined : this.#entries.find(key);
    if (found === undefined || found instanceof Promise || found.freshness !== 'fresh') {
      const flight = this.#addFlight<C>(key);
      return this.#board(request, call, flight, found);
    }
    return this.#answerAtOnce(found, request, call);
  }

  /** An entry of the memory of the process: no flight, because nothing is waited for. */
  async #answerAtOnce<R, C>(entry: FoundEntry, request: CacheRequest<R, C>, call: CacheCall): Promise<R> {
    const { chunkDelayMs } = this.#settings;
    return deliverAnswer({ kind: 'entry', entry, stale: false }, { request, call, isFirst: true, chunkDelayMs });
  }

  #joinable<C>({ isRefresh }: { isRefresh: boolean }, key: string): Flight<C> | undefined {
    if (isRefresh || !this.#settings.singleFlight) return undefined;
    const flight = this.#flights.get(key) as Flight<C> | undefined;
    return flight?.canJoin === true ? flight : undefined;
  }

  #addFlight<C>(key: string): Flight<C> {
    const flight = new Flight<C>();
    if (!this.#settings.singleFlight) return flight;
    this.#flights.set(key, flight as Flight<unknown>);
    flight.signal.addEventListener('abort', () => this.#removeFlight(key, flight));
    return flight;
  }

  #removeFlight<C>(key: string | undefined, flight: Flight<C>): void {
    if (key === undefined) return;
    for (const flights of [this.#flights, this.#background]) if (flights.get(key) === flight) flights.delete(key);
  }

  /** The first caller of a flight. */
  #board<R, C>(
    request: CacheRequest<R, C>,
    call: CacheCall,
    flight: Flight<C>,
    found: FoundEntry | undefined | Promise<FoundEntry | undefined>,
  ): Promise<R> {
    const result = this.#join(flight, request, call, true);
    void call.run(() => this.#fly(request, call, flight, found));
    return result;
  }

  #join<R, C>(flight: Flight<C>, request: CacheRequest<R, C>, call: CacheCall, isFirst: boolean): Promise<R> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        call.decide(isFirst ? 'miss' : 'coalesced');
        if (request.signal?.aborted === true) call.end();
        else call.fail(error);
        reject(error);
      };
      const land = (landed: Landed<C>): void => {
        try {
          resolve(deliverAnswer(landed, { request, call, isFirst, chunkDelayMs: this.#settings.chunkDelayMs }));
        } catch (error) {
          fail(error);
        }
      };
      flight.join({ land, fail }, request.signal);
    });
  }

  /** Looks for an entry, else calls the function. Never rejects. */
  async #fly<R, C>(
    request: CacheRequest<R, C>,
    call: CacheCall,
    flight: Flight<C>,
    found: FoundEntry | undefined | Promise<FoundEntry | undefined>,
  ): Promise<void> {
    const { key } = request;
    let hasStream = false;
    try {
      const entry = found instanceof Promise ? await found : found;
      if (entry?.freshness === 'fresh') return void flight.land({ kind: 'entry', entry, stale: false });
      if (entry?.freshness === 'stale') {
        flight.land({ kind: 'entry', entry, stale: true });
        return this.#revalidate(request);
      }
      const other = key === undefined ? undefined : (this.#background.get(key) as Flight<C> | undefined);
      call.handOn();
      if (other?.canJoin === true && !request.isRefresh) return flight.follow(other);
      const held = await this.#takeLock(request, flight);
      if (held.entry !== undefined) return void flight.land({ kind: 'entry', entry: held.entry, stale: false });
      call.handOn();
      if (flight.signal.aborted) {
        // Everybody has gone during the look into the store.
        held.release?.();
        throw flight.signal.reason;
      }
      hasStream = await this.#callUpstream({
        request,
        flight,
        call,
        spare: entry,
        release: held.release ?? (() => {}),
      });
    } catch (error) {
      flight.fail(error);
    } finally {
      if (!hasStream) this.#removeFlight(key, flight);
    }
  }

  async #takeLock<R, C>({ key, isRefresh }: CacheRequest<R, C>, { signal }: Flight<C>): ReturnType<typeof lockOrFind> {
    const { lock } = this.#settings;
    if (lock === undefined || key === undefined || isRefresh) return { release: undefined };
    return lockOrFind(this.#store, key, lock, () => this.#entries.find(key), signal);
  }

  /** Calls the function; says whether a stream goes on. */
  async #callUpstream<R, C>(upstream: Upstream<R, C>): Promise<boolean> {
    const { request, flight, spare, release } = upstream;
    let opened: OpenedAnswer<C>;
    try {
      opened = request.form.open(await request.call(flight.signal));
    } catch (error) {
      release();
      if (spare === undefined || flight.signal.aborted || !leadsOn(error)) throw error;
      flight.land({ kind: 'entry', entry: spare, stale: true });
      return false;
    }
    if (opened.kind === 'value') {
      this.#landValue(upstream, opened);
      return false;
    }
    if (spare !== undefined && opened.isFailure === true) {
      release();
      opened.source.close();
      flight.land({ kind: 'entry', entry: spare, stale: true });
      return false;
    }
    return this.#landStream(upstream, opened);
  }

  #landValue<R, C>({ request, flight, call, release }: Upstream<R, C>, { value }: Opened<C, 'value'>): void {
    if (request.bypassReason !== undefined || request.key === undefined) {
      flight.land({ kind: 'value', value, json: undefined, paid: undefined });
      return;
    }
    const json = plainJson(value);
    const { paid, notStored } = this.#writer.writeValue(request, value, json, release);
    if (notStored !== undefined) call.skipStoring(notStored);
    flight.land({ kind: 'value', value, json, paid });
  }

  #landStream<R, C>(upstream: Upstream<R, C>, { head, source, notStored }: Opened<C, 'stream'>): boolean {
    const { request, flight, call, release } = upstream;
    const { key, form } = request;
    const isRecorded = key !== undefined && request.bypassReason === undefined && notStored === undefined;
    if (notStored !== undefined) call.skipStoring(notStored);
    const recording = isRecorded
      ? new StreamRecording(form.judgeStream(head), this.#settings.maxEntryBytes)
      : undefined;
    let written: ReturnType<AnswerWriter['writeStream']> | undefined;
    // The code of a generator runs while the generator is read: in the context of the call, not of the reader.
    const inCall = { next: () => call.run(() => source.next()), close: () => source.close() };
    const stream = new SharedStream<C>(inCall, form, recording, {
      onRecorded: (recorded) => {
        written = this.#writer.writeStream(request, head, recorded, release);
        if (written.notStored !== undefined) call.skipStoring(written.notStored);
      },
      onClosed: (end) => {
        this.#removeFlight(key, flight);
        if (isRecorded && written === undefined) call.skipStoring(end.kind === 'error' ? 'error' : 'incomplete');
        if (written === undefined) release();
        if (end.kind === 'left' || end.kind === 'aborted') flight.abort(end.kind === 'aborted' ? end.error : undefined);
      },
    });
    const landed: Landed<C> = { kind: 'stream', head, stream, paid: () => written?.paid };
    const hasCallers = flight.land(landed);
    if (!hasCallers) stream.close({ kind: 'left' });
    stream.closeStart();
    return stream.end === undefined;
  }

  /** Replaces a stale entry by a call in the background, which no caller waits for. */
  #revalidate<R, C>(request: CacheRequest<R, C>): void {
    const { key } = request;
    if (key === undefined || this.#background.has(key)) return;
    const background: CacheRequest<R, C> = { ...request, isRefresh: true, signal: undefined, onOutcome: undefined };
    const call = new CacheCall(background, this.#kind, this.#counts, true);
    const flight = new Flight<C>();
    this.#background.set(key, flight as Flight<unknown>);
    flight.signal.addEventListener('abort', () => this.#removeFlight(key, flight));
    void this.#board(background, call, flight, undefined).then(drain, () => {});
  }
}

/** Reads a stream to its end; errors are on the span of the stream. */
async function drain(result: unknown): Promise<void> {
  if (!(result instanceof PlainStream)) return;
  try {
    while ((await result.next()).done !== true);
  } catch {
    // the span has the error
  }
}
