/**
 * Content of streamed Responses: from the final response if the final response comes, else from the events before.
 */

import type { OutputMessage, Part } from '../../facts/messages.ts';
import { BoundedText } from '../../telemetry/content/truncation.ts';
import { type ContentCollector, textPart } from '../reading/content-parts.ts';
import { finishReasonField } from '../reading/finish-reasons.ts';
import { asArray, asNumber, asObject, asString, entryOf } from '../reading/unknown-values.ts';
import { responseFinish, responsesOutput } from './content.ts';
import { itemMessage, wantsTool } from './content-items.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Most output items of a stream, and most texts of an item, that are kept. */
const MAX_ENTRIES = 128;

/** Kinds of text deltas, and the type of their part. */
const TEXTS: Readonly<Record<string, string>> = {
  'response.output_text.delta': 'text',
  'response.refusal.delta': 'refusal',
  'response.reasoning_text.delta': 'reasoning',
  'response.reasoning_summary_text.delta': 'reasoning',
  'response.output_audio_transcript.delta': 'text',
};

/** Kinds of further deltas, and the field of the item that the delta continues. */
const FIELDS: Readonly<Record<string, string>> = {
  'response.function_call_arguments.delta': 'arguments',
  'response.mcp_call_arguments.delta': 'arguments',
  'response.custom_tool_call_input.delta': 'input',
  'response.code_interpreter_call_code.delta': 'code',
};

const FINAL: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed']);

interface Entry {
  /** The item of the first event, without content. */
  item: Fields | undefined;
  /** The parts of the finished item. */
  parts: readonly Part[] | undefined;
  readonly texts: Map<string, { readonly type: string; readonly text: BoundedText }>;
  field: { readonly name: string; readonly text: BoundedText } | undefined;
}

/** Events of a Responses stream. */
export class ResponsesContentAccumulator implements ContentCollector {
  readonly #items = new Map<number | string, Entry>();
  readonly #partBytes: number;
  #final: Fields | undefined;
  #wantsTool = false;

  /** `partBytes`: `contentMaxPartBytes` */
  constructor(partBytes: number) {
    this.#partBytes = partBytes;
  }

  /** Takes one event in. */
  add(event: unknown): void {
    const fields = asObject(event);
    const type = asString(fields?.type);
    if (fields === undefined || type === undefined) return;
    if (FINAL.has(type)) {
      this.#final = asObject(fields.response);
      // Compatible servers may send the final response without output.
      if (asArray(this.#final?.output)?.length) this.#items.clear();
    } else if (type === 'response.output_item.added' || type === 'response.output_item.done') {
      this.#item(fields, type === 'response.output_item.done');
    } else this.#delta(fields, type);
  }

  #delta(fields: Fields, type: string): void {
    const text = entryOf(TEXTS, type);
    const name = entryOf(FIELDS, type);
    if (text !== undefined) this.#text(fields, text);
    else if (name !== undefined) {
      const entry = this.#entry(fields);
      if (entry === undefined) return;
      entry.field ??= { name, text: new BoundedText(this.#partBytes) };
      entry.field.text.add(fields.delta);
    }
  }

  /** The message so far; no message without parts. `complete`: the stream came to its end. */
  messages(complete: boolean): OutputMessage[] {
    if (asArray(this.#final?.output)?.length) return responsesOutput(this.#final);
    const parts = [...this.#items.values()].flatMap(entryParts);
    if (parts.length === 0) return [];
    const reason = this.#final && responseFinish(this.#final, this.#wantsTool);
    return [{ role: 'assistant', parts, ...finishReasonField(reason ?? (complete ? undefined : 'error')) }];
  }

  #entry(fields: Fields): Entry | undefined {
    const key = asNumber(fields.output_index) ?? asString(fields.item_id) ?? asString(asObject(fields.item)?.id) ?? 0;
    const before = this.#items.get(key);
    if (before !== undefined || this.#items.size >= MAX_ENTRIES) return before;
    const made: Entry = { item: undefined, parts: undefined, texts: new Map(), field: undefined };
    this.#items.set(key, made);
    return made;
  }

  #item(fields: Fields, done: boolean): void {
    const entry = this.#entry(fields);
    if (entry === undefined) return;
    if (!done) entry.item = asObject(fields.item);
    else {
      entry.parts = itemMessage(fields.item)?.parts.map((part) => this.#bounded(part));
      this.#wantsTool ||= wantsTool(fields.item);
      entry.item = undefined;
      entry.field = undefined;
      entry.texts.clear();
    }
  }

  #text(fields: Fields, type: string): void {
    const entry = this.#entry(fields);
    const key = `${type} ${asNumber(fields.content_index) ?? ''} ${asNumber(fields.summary_index) ?? ''}`;
    let held = entry?.texts.get(key);
    if (entry === undefined || (held === undefined && entry.texts.size >= MAX_ENTRIES)) return;
    if (held === undefined) {
      held = { type, text: new BoundedText(this.#partBytes) };
      entry.texts.set(key, held);
    }
    held.text.add(fields.delta);
  }

  #bounded(part: Part): Part {
    if (typeof part.content !== 'string' || part.type === 'blob') return part;
    const text = new BoundedText(this.#partBytes);
    text.add(part.content);
    return { ...part, content: text.text, ...text.marks };
  }
}

function entryParts(entry: Entry): readonly Part[] {
  if (entry.parts !== undefined) return entry.parts;
  const texts = [...entry.texts.values()].flatMap(({ type, text }) => textPart(type, text));
  if (entry.item === undefined || entry.item.type === 'message' || entry.item.type === 'reasoning') return texts;
  const { field } = entry;
  const item = field === undefined ? entry.item : { ...entry.item, [field.name]: field.text.text };
  const parts = itemMessage(item)?.parts ?? [];
  return [...texts, ...parts.map((part) => (field === undefined ? part : { ...part, ...field.text.marks }))];
}
