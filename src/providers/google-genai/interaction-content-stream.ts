/** Content of a streamed interaction, put together from its events; what is kept is bounded by the budget of a part. */

import type { OutputMessage, Part } from '../../facts/messages.ts';
import { decodedBytes } from '../../telemetry/content/media.ts';
import { BoundedText } from '../../telemetry/content/truncation.ts';
import { geminiPart, modality } from '../formats/gemini/content-parts.ts';
import type { ContentAccumulator } from '../formats/gemini/content-stream.ts';
import { asObject, asString } from '../reading/unknown-values.ts';
import { interactionFinishReasonField, itemParts } from './interaction-content.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Most steps kept of one stream. */
const MAX_ENTRIES = 128;

interface Entry {
  /** As it was announced, and what later events said of it. */
  item: Fields;
  readonly text: BoundedText;
  readonly args: BoundedText;
  media: { readonly type: string; readonly mime: string | undefined; bytes: number } | undefined;
}

/** Events of `interactions.create({stream: true})`: `content.*` in 1.x, `step.*` later. */
export class InteractionContentAccumulator implements ContentAccumulator {
  /** By index; a continued interaction starts counting again. */
  #open = new Map<unknown, Entry>();
  readonly #entries: Entry[] = [];
  readonly #partBytes: number;
  #status: unknown;

  /** `partBytes`: `contentMaxPartBytes` */
  constructor(partBytes: number) {
    this.#partBytes = partBytes;
  }

  add(value: unknown): void {
    const event = asObject(value) ?? {};
    const started = asObject(event.step) ?? asObject(event.content);
    const delta = asObject(event.delta);
    if (asObject(event.interaction) !== undefined) this.#status = asObject(event.interaction)?.status ?? this.#status;
    if (started !== undefined) this.#start(event.index, started);
    else if (delta !== undefined) this.#delta(this.#open.get(event.index) ?? this.#start(event.index, {}), delta);
  }

  messages(complete: boolean): OutputMessage[] {
    const parts = this.#entries.flatMap(entryParts);
    if (parts.length === 0) return [];
    const calls = this.#entries.at(-1)?.item.type === 'function_call';
    const reason = interactionFinishReasonField(this.#status, calls);
    return [{ role: 'assistant', parts, ...(complete || reason.finish_reason ? reason : { finish_reason: 'error' }) }];
  }

  #start(index: unknown, item: Fields): Entry | undefined {
    if (this.#entries.length >= MAX_ENTRIES) return undefined;
    const text = (): BoundedText => new BoundedText(this.#partBytes);
    const entry: Entry = { item, text: text(), args: text(), media: undefined };
    // What comes with the announcement is part of the text.
    entry.text.add(item.text);
    this.#entries.push(entry);
    this.#open.set(index, entry);
    return entry;
  }

  #delta(entry: Entry | undefined, delta: Fields): void {
    if (entry === undefined) return;
    const type = asString(delta.type);
    if (type === 'text' || type === 'thought_summary') entry.text.add(delta.text ?? asObject(delta.content)?.text);
    else if (type === 'arguments_delta') entry.args.add(delta.arguments);
    else if (asString(delta.data) !== undefined) {
      entry.media ??= { type: type ?? 'document', mime: asString(delta.mime_type), bytes: 0 };
      entry.media.bytes += decodedBytes(asString(delta.data) ?? '');
    } else if (type !== 'thought_signature' && type !== 'text_annotation_delta')
      entry.item = { ...entry.item, ...delta };
  }
}

function entryParts({ item, text, args, media }: Entry): Part[] {
  const kind = item.type === 'thought' ? 'reasoning' : 'text';
  const spoken: Part[] = text.text === '' ? [] : [{ type: kind, content: text.text, ...text.marks }];
  if (media !== undefined) {
    // Media of a stream is not kept, whatever the settings: its size is not bounded.
    const { type, mime, bytes } = media;
    const what = mime === undefined ? type : modality(mime);
    spoken.push(geminiPart({ type: 'blob', modality: what, mime_type: mime, content: '', byte_length: bytes }));
  }
  if (item.type === undefined || item.type === 'text' || item.type === 'thought' || item.type === 'user_input')
    return spoken;
  const whole = args.text === '' ? item : { ...item, arguments: parsed(args.text) };
  return [...spoken, ...itemParts(whole).map((made) => ({ ...made, ...args.marks }))];
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
