/**
 * `stream_options.include_usage` of chat completions: without it a stream has no token counts. With it the server adds a
 * last chunk that has the counts and no choices, and `usage: null` to all others (api.openai.com, Azure OpenAI).
 */
import type { AmendRequest } from '../../patching/stainless/request-amendment.ts';
import { asArray, asObject } from '../reading/unknown-values.ts';
import { asksForUsage } from './stream-usage.ts';

/** Asks for the token counts where the user wants them, and hides from the application the chunk that it did not ask for. */
export const askForUsage: AmendRequest = ({ request, config }, args) => {
  if (request.usageNotRequested !== true || !asksForUsage(config.streamUsage, request.address)) return undefined;
  const [first, options, ...rest] = args;
  const fields = asObject(options);
  if (typeof fields?.then === 'function') return undefined; // openai >= 7.22 waits for options, which may bring another body
  const bodyOfOptions = asObject(fields?.body);
  const body = bodyOfOptions ?? asObject(first);
  if (body === undefined || !isPlain(body)) return undefined;
  const asking = { ...body, stream_options: { ...asObject(body.stream_options), include_usage: true } };
  return {
    args: bodyOfOptions === undefined ? [asking, ...args.slice(1)] : [first, { ...fields, body: asking }, ...rest],
    removesChunk: takeUsage,
    rewrite: withoutUsage,
  };
};

/** An instance of a class of the application may send other fields than its own: only its methods know. */
function isPlain(body: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(body);
  const plain = prototype === null || Object.getPrototypeOf(prototype) === null;
  return plain && typeof (body as { toJSON?: unknown }).toJSON !== 'function';
}

function takeUsage(value: unknown): boolean {
  const chunk = asObject(value);
  if (chunk === undefined) return false;
  if (chunk.usage === null) delete chunk.usage;
  return asObject(chunk.usage) !== undefined && asArray(chunk.choices)?.length === 0;
}

const NULL_USAGE = /,\s*"usage"\s*:\s*null|"usage"\s*:\s*null\s*,/;

/** One event of the body, `data: {...}` and the empty line. */
function withoutUsage(event: string): string {
  if (!event.includes('"usage"')) return event;
  const chunk = jsonOf(event);
  const isNull = chunk?.usage === null;
  if (takeUsage(chunk)) return '';
  if (!isNull) return event;
  const rest = event.replace(NULL_USAGE, '');
  return JSON.stringify(jsonOf(rest)) === JSON.stringify(chunk) ? rest : event;
}

function jsonOf(event: string): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(event.replace(/^data:/, '')));
  } catch {
    return undefined; // `[DONE]`, a comment, an event of another kind
  }
}
