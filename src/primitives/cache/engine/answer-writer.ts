import { readSafely } from '../../../runtime/guard.ts';
import { type JudgedAnswer, judgeResult, type NotStored } from '../../answers/answer-judge.ts';
import type { CacheSettings } from '../cache-settings.ts';
import type { EntryStore } from '../entries/entry-store.ts';
import type { AnswerToStore } from '../entries/stored-answer.ts';
import type { CacheRequest } from './answer-form.ts';
import { type PaidCall, paidCallOf } from './saved-tokens.ts';
import type { RecordedStream } from './stream-recording.ts';

/** What became of an answer on its way to the store. */
export interface WrittenAnswer {
  readonly paid: PaidCall | undefined;
  /** `undefined` if the answer is being written. */
  readonly notStored: NotStored | undefined;
}

type Settings = Pick<CacheSettings, 'cacheToolCalls' | 'shouldStore' | 'usage' | 'now'>;

/** Decides whether answers are stored, and starts to write. */
export class AnswerWriter {
  readonly #entries: EntryStore;
  readonly #settings: Settings;

  constructor(entries: EntryStore, settings: Settings) {
    this.#entries = entries;
    this.#settings = settings;
  }

  /** A whole answer. `json` is `undefined` if `value` is no plain JSON. `onWritten` is called once, stored or not. */
  writeValue<R, C>(
    { key, priced }: CacheRequest<R, C>,
    value: unknown,
    json: string | undefined,
    onWritten: () => void,
  ): WrittenAnswer {
    const judged = readSafely<JudgedAnswer>(() => judgeResult(value, this.#settings.cacheToolCalls), UNREADABLE);
    const paid = paidCallOf(judged, priced, this.#settings.usage, () => value);
    const against =
      judged.notStored ?? this.#against(() => value) ?? (json === undefined ? 'unserializable' : undefined);
    return { paid, notStored: this.#write(key, { value: json, paid }, against, onWritten) };
  }

  /** A recorded stream. */
  writeStream<R, C>(
    { key, priced, form }: CacheRequest<R, C>,
    head: unknown,
    { chunks, delays, judged }: RecordedStream,
    onWritten: () => void,
  ): WrittenAnswer {
    const read = (): unknown => form.readChunks(chunks);
    const paid = paidCallOf(judged, priced, this.#settings.usage, read);
    const against = judged.notStored ?? this.#against(read);
    return { paid, notStored: this.#write(key, { head, chunks, delays, paid }, against, onWritten) };
  }

  #against(value: () => unknown): NotStored | undefined {
    const { shouldStore } = this.#settings;
    if (shouldStore === undefined) return undefined;
    return readSafely(() => shouldStore(value()), false) ? undefined : 'should_store';
  }

  #write(
    key: string | undefined,
    answer: Omit<AnswerToStore, 'created'>,
    against: NotStored | undefined,
    onWritten: () => void,
  ): NotStored | undefined {
    if (against !== undefined || key === undefined) {
      onWritten();
      return against;
    }
    const created = this.#settings.now();
    return this.#entries.write(key, { ...answer, created }, onWritten) ? undefined : 'too_large';
  }
}

/** A value whose getters throw. */
const UNREADABLE: JudgedAnswer = { format: undefined, facts: undefined, notStored: 'unserializable' };
