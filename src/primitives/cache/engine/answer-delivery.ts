import { freshAnswer } from '../entries/entry-store.ts';
import type { CacheRequest } from './answer-form.ts';
import type { CacheCall } from './cache-call.ts';
import type { Landed } from './flight.ts';
import { PlainStream } from './plain-stream.ts';
import { ReplayedChunks } from './replayed-chunks.ts';
import { savingOf } from './saved-tokens.ts';

/** One caller that gets an answer. */
export interface Recipient<R, C> {
  readonly request: CacheRequest<R, C>;
  readonly call: CacheCall;
  /** The caller whose call made the answer: gets the answer itself, everybody else a copy. */
  readonly isFirst: boolean;
  /** Milliseconds between the chunks of a replay. */
  readonly chunkDelayMs: number | 'recorded';
}

/** The answer for one caller. Throws for an entry that is no answer of the layer. */
export function deliverAnswer<R, C>(landed: Landed<C>, recipient: Recipient<R, C>): R {
  switch (landed.kind) {
    case 'entry':
      return deliverEntry(landed, recipient);
    case 'value':
      return deliverValue(landed, recipient);
    case 'stream':
      return deliverStream(landed, recipient);
  }
}

function deliverEntry<R, C>(
  { entry, stale }: Landed<C> & { readonly kind: 'entry' },
  { request, call, isFirst, chunkDelayMs }: Recipient<R, C>,
): R {
  const { form, signal } = request;
  const outcome = stale ? 'stale' : 'hit';
  if (entry.freshness !== 'error') call.takeBack();
  call.decide(outcome, { ageMs: entry.ageMs });
  const { head, value, chunks, delays, paid } = isFirst ? entry.answer : freshAnswer(entry);
  call.save(savingOf(paid));
  if (chunks === undefined) {
    call.end();
    return form.fromValue(value);
  }
  const reader = new ReplayedChunks<C>({
    chunks,
    delayBefore: (index) => (chunkDelayMs === 'recorded' ? (delays[index] ?? 0) : chunkDelayMs),
    unpack: (chunk) => form.unpack(chunk),
    signal,
    onEnd: (end) => call.endBy(end),
  });
  return form.fromStream(head, new PlainStream(reader), { outcome, ageMs: entry.ageMs });
}

function deliverValue<R, C>(
  { value, json, paid }: Landed<C> & { readonly kind: 'value' },
  { request, call, isFirst }: Recipient<R, C>,
): R {
  call.decide(isFirst ? 'miss' : 'coalesced');
  if (!isFirst) call.save(savingOf(paid));
  call.end();
  return request.form.fromValue(isFirst || json === undefined ? value : JSON.parse(json));
}

function deliverStream<R, C>(
  { head, stream, paid }: Landed<C> & { readonly kind: 'stream' },
  { request, call, isFirst }: Recipient<R, C>,
): R {
  const outcome = request.bypassReason !== undefined ? 'bypass' : isFirst ? 'miss' : 'coalesced';
  call.decide(outcome);
  const reader = stream.addReader(isFirst, request.signal, (end) => {
    if (!isFirst && end.kind === 'done') call.save(savingOf(paid()));
    call.endBy(end);
  });
  return request.form.fromStream(head, new PlainStream(reader), { outcome, ageMs: undefined });
}
