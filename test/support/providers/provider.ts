/** What a provider of the test server is made of; see `openai.ts` for one. */
import type { Scenario } from '../scenario.ts';

/** Any JSON object. */
export type JsonObject = { readonly [key: string]: unknown };

/** One request, parsed. */
export interface Call {
  /** Groups of the route's pattern, URI-decoded. */
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  /** JSON, or the fields of a form (files as `{ filename, bytes }`). */
  readonly body: JsonObject;
  /** Model of body or path, without its scenario. */
  readonly model: string;
  readonly scenario: Scenario;
}

/** One server-sent event. */
export interface SseEvent {
  readonly event?: string;
  /** A string is sent as it is, anything else as JSON. */
  readonly data: unknown;
}

/** What a route answers when nothing goes wrong. */
export type Reply =
  | { readonly json: unknown }
  | { readonly sse: readonly SseEvent[] }
  /** A stream of JSON objects, one a line. */
  | { readonly lines: readonly unknown[] }
  /** A stream in the binary frames of AWS. */
  | { readonly frames: readonly SseEvent[] }
  | { readonly bytes: Buffer; readonly type: string };

/** A route: method, pattern of the path, and how it answers. */
export type Route = readonly [method: 'GET' | 'POST' | 'DELETE', path: RegExp, handle: (call: Call) => Reply];

/** A provider: its routes and how it words an error. */
export interface Provider {
  readonly routes: readonly Route[];
  /** Headers of every answer, as far as SDKs look at them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Body of an HTTP error. */
  errorBody(status: number): unknown;
  /** The event that tells of an error in a stream; `path` decides where a provider has several formats. */
  errorEvent(path: string): SseEvent;
}

/** The text of every answer that no schema or scenario changes. */
export const ANSWER = 'The sea is blue because water absorbs the red end of sunlight and scatters the blue back to us.';

/** The words a model refuses with. */
export const REFUSAL = 'I cannot help with that.';

/** Cuts `text` into `count` deltas, by default one a word. */
export function deltas(text: string, count?: number): string[] {
  if (count === undefined) return text.match(/\S+\s*/g) ?? [];
  // More deltas than characters: the text again and again, as a long answer would be.
  const long = text.repeat(Math.max(1, Math.ceil(count / text.length)));
  const size = Math.max(1, Math.floor(long.length / count));
  return Array.from({ length: count }, (_, i) => long.slice(i * size, i === count - 1 ? undefined : (i + 1) * size));
}

/** A value that is valid against a JSON schema: its first example, default, const or enum member, else one of its type. */
export function sampleOf(schema: unknown): unknown {
  const s = (schema ?? {}) as JsonObject & { examples?: unknown[]; enum?: unknown[]; properties?: JsonObject };
  const given = [s.examples?.[0], s.example, s.default, s.const, s.enum?.[0]].find((v) => v !== undefined);
  if (given !== undefined) return given;
  const type = String(Array.isArray(s.type) ? s.type[0] : (s.type ?? 'object')).toLowerCase();
  if (type === 'string') return 'text';
  if (type === 'integer' || type === 'number') return 7;
  if (type === 'boolean') return true;
  if (type === 'null') return null;
  if (type === 'array') return [sampleOf(s.items)];
  return Object.fromEntries(Object.entries(s.properties ?? {}).map(([key, value]) => [key, sampleOf(value)]));
}
