import { INPUT_MESSAGES, OUTPUT_MESSAGES, SYSTEM_INSTRUCTIONS } from '../../../facts/semconv.ts';
import { isModelCall } from '../../../pipeline/exporters/tree/spans/span-facts.ts';
import type { CapturedSpan, LlmCall } from '../../../testing/capture-types.ts';
import { llmCallOf } from '../../../testing/llm-call.ts';
import type { ViewedSpan } from '../../../viewer/page-data.ts';

const CONTENT: ReadonlySet<string> = new Set([INPUT_MESSAGES, OUTPUT_MESSAGES, SYSTEM_INSTRUCTIONS]);
/** The other fields hold the same values. */
const LEFT_OUT: ReadonlySet<string> = new Set<keyof LlmCall>(['attributes', 'span']);

/** The model call as a module for a test, with the fields of `LlmCall` of `@x/llm-otel/testing`; undefined for further spans. */
export function asFixture(span: ViewedSpan): string | undefined {
  if (!isModelCall(span)) return undefined;
  const call = Object.entries(llmCallOf(toCapturedSpan(span))).filter(([field]) => !LEFT_OUT.has(field));
  return `export default ${moduleText(Object.fromEntries(call))};\n`;
}

/** Content of log records is structured; content of spans is JSON in a text, as a capture has content. */
function toCapturedSpan({ attributes, kind, statusMessage, events, links, ...span }: ViewedSpan): CapturedSpan {
  const asAttributes = (fields: object): CapturedSpan['attributes'] => fields as CapturedSpan['attributes'];
  const texts = Object.entries(attributes).map(([key, value]) => [
    key,
    CONTENT.has(key) && typeof value !== 'string' ? JSON.stringify(value) : value,
  ]);
  return {
    ...span,
    kind: kind === 'client' ? 'client' : 'internal',
    ...(statusMessage !== undefined && { statusMessage }),
    attributes: Object.fromEntries(texts),
    events: events.map((event) => ({ name: event.name, attributes: asAttributes(event.attributes) })),
    links: links.map((link) => ({ ...link, attributes: asAttributes(link.attributes) })),
  } as CapturedSpan;
}

/** Data as an expression of JavaScript. A key `__proto__` in brackets is a key; without brackets the key would set a prototype. */
const moduleText = (data: object): string =>
  JSON.stringify(data, null, 2).replace(/^(\s*)"__proto__":/gm, '$1["__proto__"]:');
