/** The files of one call. */
import { builtin } from '../../../runtime/platform.ts';
import type { ContentAttribute, PreparedContent } from '../prepare.ts';
import type { Json } from '../truncation.ts';

/** One file with content. */
export interface ContentFile {
  /** The attribute that holds the address of the file. */
  readonly attribute: `${ContentAttribute}_ref`;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The name is a hash of the content: calls with the same content share the file. */
  readonly isShared: boolean;
}

/** End of the name of each file, and what the name begins with where calls share the file. */
const FILES = {
  'gen_ai.input.messages': { ending: 'inputs' },
  'gen_ai.output.messages': { ending: 'outputs' },
  'gen_ai.system_instructions': { ending: 'system_instruction', hash: hashOfTexts },
  'gen_ai.tool.definitions': { ending: 'tool.definitions', hash: (list: Json) => sha256(JSON.stringify(sorted(list))) },
} as const satisfies Readonly<
  Record<ContentAttribute, { readonly ending: string; readonly hash?: (list: Json) => string | undefined }>
>;

/** The part of `node:crypto` that is needed. */
type Crypto = Pick<typeof import('node:crypto'), 'createHash' | 'randomUUID'>;

const crypto = builtin('node:crypto') as Crypto;

/** The files of one call: a file for each kind of content that the call has. All but shared files share a random id. */
export function filesOf({ json, structured }: PreparedContent, format: 'json' | 'jsonl'): ContentFile[] {
  const id = crypto.randomUUID();
  return (Object.keys(json) as ContentAttribute[]).map((attribute) => {
    const list = structured[attribute] ?? [];
    const file: { readonly ending: string; readonly hash?: (list: Json) => string | undefined } = FILES[attribute];
    const hash = file.hash?.(list);
    const text = format === 'json' ? `${json[attribute]}\n` : lines(list);
    return {
      attribute: `${attribute}_ref`,
      name: `${hash ?? id}_${file.ending}.${format}`,
      bytes: new TextEncoder().encode(text),
      isShared: hash !== undefined,
    };
  });
}

/** A line for each item, with the place of the item, for readers that read parts of a file. */
function lines(list: Json): string {
  return (list as readonly object[]).map((item, index) => `${JSON.stringify({ ...item, index })}\n`).join('');
}

const sha256 = (text: string): string => crypto.createHash('sha256').update(text).digest('hex');

/** Undefined if a part is no text: the texts alone would not tell two instructions apart. */
function hashOfTexts(list: Json): string | undefined {
  const parts = list as readonly { readonly type?: unknown; readonly content?: unknown }[];
  const isText = parts.every(({ type, content }) => type === 'text' && typeof content === 'string');
  return isText ? sha256(parts.map(({ content }) => content).join('\n')) : undefined;
}

/** The same with the keys of all objects in order, so that equal tools have one hash. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)])); // biome-ignore format: one row
}
