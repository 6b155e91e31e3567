/**
 * Content of streamed answers, put together from chunks. Used only while content is captured; the budget of a part bounds
 * every text, however long the stream is.
 */

import type { OutputMessage, Part } from '../../../facts/messages.ts';
import { BoundedText } from '../../../telemetry/content/truncation.ts';
import { type ContentCollector, textPart } from '../../reading/content-parts.ts';
import { finishReasonField } from '../../reading/finish-reasons.ts';
import { asArray, asNumber, asObject, asString } from '../../reading/unknown-values.ts';
import { reasoningText, toolCall } from './content.ts';
import { openaiContentParts } from './content-parts.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Most choices of a stream, and most tool calls of a choice, to keep. */
const MAX_ENTRIES = 128;

interface Call {
  readonly index: number | undefined;
  readonly legacy: boolean;
  id: string | undefined;
  name: string | undefined;
  custom: boolean;
  /** Arguments that came as a whole object, from compatible servers. */
  whole: unknown;
  readonly args: BoundedText;
}

interface Choice {
  role: string | undefined;
  finish: unknown;
  readonly reasoning: BoundedText;
  readonly text: BoundedText;
  readonly refusal: BoundedText;
  readonly transcript: BoundedText;
  audioChars: number;
  readonly calls: Call[];
}

/** Chunks of a chat completion. */
export class ChatContentAccumulator implements ContentCollector {
  readonly #choices = new Map<number, Choice>();
  readonly #partBytes: number;

  /** `partBytes`: `contentMaxPartBytes` */
  constructor(partBytes: number) {
    this.#partBytes = partBytes;
  }

  /** Adds the deltas of one chunk. */
  add(chunk: unknown): void {
    for (const entry of asArray(asObject(chunk)?.choices) ?? []) {
      const fields = asObject(entry);
      const choice = fields && this.#choice(asNumber(fields.index) ?? 0);
      if (fields === undefined || choice === undefined) continue;
      choice.finish = asString(fields.finish_reason) ?? choice.finish;
      const delta = asObject(fields.delta) ?? asObject(fields.message);
      if (delta !== undefined) this.#delta(choice, delta);
    }
  }

  /** One message per choice so far. `complete`: the stream came to its end. */
  messages(complete: boolean): OutputMessage[] {
    return byIndex(this.#choices).map((choice) => ({
      role: choice.role ?? 'assistant',
      parts: [
        ...textPart('reasoning', choice.reasoning),
        ...textPart('text', choice.text),
        ...textPart('refusal', choice.refusal),
        ...textPart('text', choice.transcript),
        ...audioPart(choice.audioChars),
        ...choice.calls.flatMap(callPart),
      ],
      ...finishReasonField(choice.finish ?? (complete ? undefined : 'error')),
    }));
  }

  #choice(index: number): Choice | undefined {
    const before = this.#choices.get(index);
    if (before !== undefined || this.#choices.size >= MAX_ENTRIES) return before;
    const text = (): BoundedText => new BoundedText(this.#partBytes);
    const made: Choice = {
      role: undefined,
      finish: undefined,
      reasoning: text(),
      text: text(),
      refusal: text(),
      transcript: text(),
      audioChars: 0,
      calls: [],
    };
    this.#choices.set(index, made);
    return made;
  }

  #delta(choice: Choice, delta: Fields): void {
    choice.role ??= asString(delta.role);
    choice.reasoning.add(reasoningText(delta));
    if (typeof delta.content === 'string') choice.text.add(delta.content);
    else
      for (const part of openaiContentParts(delta.content)) // Mistral
        (part.type === 'reasoning' ? choice.reasoning : choice.text).add(part.content);
    choice.refusal.add(delta.refusal);
    const audio = asObject(delta.audio);
    choice.transcript.add(audio?.transcript);
    choice.audioChars += asString(audio?.data)?.length ?? 0;
    if (asObject(delta.function_call) !== undefined) this.#call(choice, { function: delta.function_call }, true);
    for (const entry of asArray(delta.tool_calls) ?? []) this.#call(choice, asObject(entry) ?? {}, false);
  }

  #call(choice: Choice, entry: Fields, legacy: boolean): void {
    const call = findCall(choice.calls, entry, legacy) ?? this.#newCall(choice, entry, legacy);
    if (call === undefined) return;
    const custom = asObject(entry.custom);
    const body = asObject(entry.function) ?? custom;
    call.id ??= asString(entry.id);
    call.name ??= asString(body?.name);
    call.custom ||= custom !== undefined && body === custom;
    const args = call.custom ? body?.input : body?.arguments;
    if (typeof args === 'string') call.args.add(args);
    else if (asObject(args) !== undefined) call.whole = args;
  }

  #newCall(choice: Choice, entry: Fields, legacy: boolean): Call | undefined {
    if (choice.calls.length >= MAX_ENTRIES) return undefined;
    const call: Call = {
      index: asNumber(entry.index),
      legacy,
      id: undefined,
      name: undefined,
      custom: false,
      whole: undefined,
      args: new BoundedText(this.#partBytes),
    };
    choice.calls.push(call);
    return call;
  }
}

/** The call of a delta: by index, by id if the delta has no index (Mistral), else the last call. */
function findCall(calls: readonly Call[], entry: Fields, legacy: boolean): Call | undefined {
  if (legacy) return calls.find((call) => call.legacy);
  const index = asNumber(entry.index);
  const id = asString(entry.id);
  if (index !== undefined) {
    const same = calls.findLast((call) => call.index === index);
    // A server with the number 0 for every call tells calls apart by id.
    const other = id !== undefined && same?.id !== undefined && same.id !== id;
    return other ? calls.findLast((call) => call.index === index && call.id === id) : same;
  }
  if (id !== undefined) return calls.find((call) => call.id === id);
  return asString(asObject(entry.function)?.name) === undefined ? calls.at(-1) : undefined;
}

function callPart(call: Call): Part[] {
  const args = call.whole ?? call.args.text;
  const body = { name: call.name, ...(call.custom ? { input: args } : { arguments: args }) };
  return toolCall({ id: call.id, function: body }).map((part) => ({ ...part, ...call.args.marks }));
}

function audioPart(base64Chars: number): Part[] {
  if (base64Chars === 0) return [];
  // The sound of a stream is never kept, because the size of a sound is not bounded.
  return [{ type: 'blob', modality: 'audio', content: '', byte_length: Math.floor((base64Chars * 3) / 4) }];
}

/** Chunks of a legacy completion. */
export class CompletionContentAccumulator implements ContentCollector {
  readonly #choices = new Map<number, { readonly text: BoundedText; finish: unknown }>();
  readonly #partBytes: number;

  /** `partBytes`: `contentMaxPartBytes` */
  constructor(partBytes: number) {
    this.#partBytes = partBytes;
  }

  /** Adds the texts of one chunk. */
  add(chunk: unknown): void {
    for (const entry of asArray(asObject(chunk)?.choices) ?? []) {
      const fields = asObject(entry);
      if (fields === undefined) continue;
      const index = asNumber(fields.index) ?? 0;
      let choice = this.#choices.get(index);
      if (choice === undefined) {
        if (this.#choices.size >= MAX_ENTRIES) continue;
        choice = { text: new BoundedText(this.#partBytes), finish: undefined };
        this.#choices.set(index, choice);
      }
      choice.text.add(fields.text);
      choice.finish = asString(fields.finish_reason) ?? choice.finish;
    }
  }

  /** One message per choice so far. `complete`: the stream came to its end. */
  messages(complete: boolean): OutputMessage[] {
    return byIndex(this.#choices).map((choice) => ({
      role: 'assistant',
      parts: textPart('text', choice.text),
      ...finishReasonField(choice.finish ?? (complete ? undefined : 'error')),
    }));
  }
}

function byIndex<T>(map: ReadonlyMap<number, T>): T[] {
  return [...map].sort(([a], [b]) => a - b).map(([, value]) => value);
}
