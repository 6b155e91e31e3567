import { ProtoReader } from '../transport/proto-reader.ts';
import { countItems } from './count-items.ts';

/** A part of a request. */
export interface RequestPart {
  readonly body: Uint8Array;
  readonly items: number;
}

/** Splits an OTLP request of two items and more into two requests with half of the items each. Throws at a request that cannot be read. */
export function splitRequest(body: Uint8Array, format: 'pb' | 'json'): readonly [RequestPart, RequestPart] {
  const items = countItems(body, format);
  const middle = items >> 1;
  const cut = format === 'pb' ? cutProto : cutJson;
  return [
    { body: cut(body, (at) => at < middle), items: middle },
    { body: cut(body, (at) => at >= middle), items: items - middle },
  ];
}

/** Whether the item with this place in the request is kept. */
type Keeps = (at: number) => boolean;

/** Lists of a request, from the outside to the items: see {@link countItems}. */
const PROTO_LISTS = [1, 2, 2] as const;
const LENGTH_DELIMITED = 2;

function cutProto(body: Uint8Array, keeps: Keeps): Uint8Array {
  let at = 0;
  const cut = (message: Uint8Array, [list, ...deeper]: readonly number[]): Buffer | undefined => {
    const kept: Uint8Array[] = [];
    let hasItems = false;
    for (const { field, bytes, whole } of new ProtoReader(message).fields()) {
      if (field !== list || bytes === undefined) {
        kept.push(whole);
        continue;
      }
      const inner = deeper.length === 0 ? (keeps(at++) ? bytes : undefined) : cut(bytes, deeper);
      if (inner === undefined) continue;
      hasItems = true;
      kept.push(varint(field * 8 + LENGTH_DELIMITED), varint(inner.length), inner);
    }
    // A resource or a scope without items is left out.
    return hasItems ? Buffer.concat(kept) : undefined;
  };
  return cut(body, PROTO_LISTS) ?? new Uint8Array();
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.from([...bytes, rest]);
}

const JSON_LISTS = [
  ['resourceSpans', 'resourceLogs'],
  ['scopeSpans', 'scopeLogs'],
  ['spans', 'logRecords'],
] as const;

type Message = Readonly<Record<string, unknown>>;

function cutJson(body: Uint8Array, keeps: Keeps): Uint8Array {
  let at = 0;
  const cut = (message: Message, [names = [], ...deeper]: readonly (readonly string[])[]): Message | undefined => {
    const name = names.find((one) => Array.isArray(message[one]));
    if (name === undefined) return undefined;
    const kept = (message[name] as readonly Message[]).flatMap((inner) => {
      if (deeper.length === 0) return keeps(at++) ? [inner] : [];
      return cut(inner, deeper) ?? [];
    });
    return kept.length === 0 ? undefined : { ...message, [name]: kept };
  };
  return Buffer.from(JSON.stringify(cut(JSON.parse(Buffer.from(body).toString('utf8')) as Message, JSON_LISTS) ?? {}));
}
