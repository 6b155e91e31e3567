/** How the providers' readers make parts of the conventions' messages. */

import type { OutputMessage, Part } from '../../facts/messages.ts';
import { parsedJson } from '../../telemetry/content/json-text.ts';
import type { BoundedText } from '../../telemetry/content/truncation.ts';
import { asString } from './unknown-values.ts';

/** What puts the content of one stream together; there is one only while content is captured. */
export interface ContentCollector {
  /** Takes one chunk in. */
  add(chunk: unknown): void;
  /** The messages so far. `complete`: the stream came to its end. */
  messages(complete: boolean): OutputMessage[];
}

/** A part without the fields that nothing was sent for. */
export function definedFields(fields: { readonly type: string; readonly [field: string]: unknown }): Part {
  const out: Record<string, unknown> & { type: string } = { type: fields.type };
  for (const [key, value] of Object.entries(fields)) if (value !== undefined && value !== null) out[key] = value;
  return out;
}

/** An element or item that has no place in the conventions, with the fields it came with. */
export function unknownPart(object: Readonly<Record<string, unknown>>, type: string): Part {
  try {
    return { ...object, type };
  } catch {
    return { type };
  }
}

/** Text as a part; nothing for what is no text. */
export const nonEmptyText = (content: unknown): Part[] =>
  asString(content) === undefined ? [] : [{ type: 'text', content }];

/** Reasoning text as a part; nothing for what is no text. */
export const reasoning = (content: unknown): Part[] =>
  asString(content) === undefined ? [] : [{ type: 'reasoning', content }];

/** A text that was put together, as a part; none if there is no text. */
export function textPart(type: string, text: BoundedText): Part[] {
  return text.text === '' ? [] : [{ type, content: text.text, ...text.marks }];
}

/** Arguments of a tool call: an object where they are the JSON of one, else what was sent. */
export function toolArguments(value: unknown): unknown {
  return value === null || value === '' ? undefined : parsedJson(value);
}
