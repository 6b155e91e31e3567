/** How the providers' readers make parts of the conventions' messages. */

import type { OutputMessage, Part } from '../../facts/messages.ts';
import { parsedJson } from '../../telemetry/content/json-text.ts';
import type { BoundedText } from '../../telemetry/content/truncation.ts';
import { asString } from './unknown-values.ts';

/** Puts the content of one stream together; made only while content is captured. */
export interface ContentCollector {
  /** Adds one chunk. */
  add(chunk: unknown): void;
  /** The messages so far. `complete`: the stream came to its end. */
  messages(complete: boolean): OutputMessage[];
}

/** A part; fields that were not sent are left out. */
export function definedFields(fields: { readonly type: string; readonly [field: string]: unknown }): Part {
  const out: Record<string, unknown> & { type: string } = { type: fields.type };
  for (const [key, value] of Object.entries(fields)) if (value !== undefined && value !== null) out[key] = value;
  return out;
}

/** An element or item without a place in the conventions, with all its fields. */
export function unknownPart(object: Readonly<Record<string, unknown>>, type: string): Part {
  try {
    return { ...object, type };
  } catch {
    return { type };
  }
}

/** Text as a part; no part for a value that is no text. */
export const nonEmptyText = (content: unknown): Part[] =>
  asString(content) === undefined ? [] : [{ type: 'text', content }];

/** Reasoning text as a part; no part for a value that is no text. */
export const reasoning = (content: unknown): Part[] =>
  asString(content) === undefined ? [] : [{ type: 'reasoning', content }];

/** A text that was put together, as a part; no part for an empty text. */
export function textPart(type: string, text: BoundedText): Part[] {
  return text.text === '' ? [] : [{ type, content: text.text, ...text.marks }];
}

/** Arguments of a tool call: JSON is parsed, any other value is returned as it was sent. */
export function toolArguments(value: unknown): unknown {
  return value === null || value === '' ? undefined : parsedJson(value);
}
