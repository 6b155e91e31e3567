/** Content of a streamed interaction, put together from its events. The budget of a part bounds the kept text. */

import type { OutputMessage, Part } from '../../../facts/messages.ts';
import { decodedBytes } from '../../../telemetry/content/media.ts';
import { BoundedText } from '../../../telemetry/content/truncation.ts';
import { modalityOf } from '../../formats/gemini/content-parts.ts';
import { type ContentCollector, definedFields } from '../../reading/content-parts.ts';
import { asObject, asString } from '../../reading/unknown-values.ts';
import { interactionFinishReasonField, itemParts } from './content.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Most steps kept of one stream. */
const MAX_ENTRIES = 128;

interface Entry {
  /** The announced item, with the fields of later events. */
  item: Fields;
  readonly text: BoundedText;
  readonly args: BoundedText;
  media: { readonly type: string; readonly mime: string | undefined; bytes: number } | undefined;
}

/** Collects the events of `interactions.create({stream: true})`: `content.*` in 1.x, `step.*` later. */
export class InteractionContentAccumulator implements ContentCollector {
  /** By index. A continued interaction counts from 0 again and replaces the entries. */
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
    // The announcement may hold the start of the text.
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
  const parts: Part[] = text.text === '' ? [] : [{ type: kind, content: text.text, ...text.marks }];
  if (media !== undefined) {
    // Streamed media is never kept, whatever the settings, because the size is not bounded.
    const { type, mime, bytes } = media;
    const modality = mime === undefined ? type : modalityOf(mime);
    parts.push(definedFields({ type: 'blob', modality, mime_type: mime, content: '', byte_length: bytes }));
  }
  if (item.type === undefined || item.type === 'text' || item.type === 'thought' || item.type === 'user_input')
    return parts;
  const whole = args.text === '' ? item : { ...item, arguments: parsed(args.text) };
  return [...parts, ...itemParts(whole).map((made) => ({ ...made, ...args.marks }))];
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
