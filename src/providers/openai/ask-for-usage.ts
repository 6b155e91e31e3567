/**
 * `stream_options.include_usage` of chat completions: without it a stream has no token counts. With it the server adds a
 * last chunk that has the counts and no choices, and `usage: null` to all others (api.openai.com, Azure OpenAI).
 */
import type { AmendRequest } from '../../patching/stainless/request-amendment.ts';
import type { Params } from '../reading/stainless-arguments.ts';
import { asArray, asObject } from '../reading/unknown-values.ts';
import { asksForUsage } from './stream-usage.ts';

/** Does the application stream without having said whether it wants the token counts? */
export function isUsageUnasked(params: Params): boolean {
  return params.stream === true && asObject(params.stream_options)?.include_usage === undefined;
}

/** Asks for the token counts where the user wants that, and keeps from the application what it did not ask for. */
export const askForUsage: AmendRequest = ({ request, config }, args) => {
  if (request.usageNotRequested !== true || !asksForUsage(config.streamUsage, request.address)) return undefined;
  const [first, options, ...rest] = args;
  const own = asObject(options);
  if (typeof own?.then === 'function') return undefined; // openai >= 7.22 waits for options, which may bring another body
  const other = asObject(own?.body);
  const body = other ?? asObject(first);
  if (body === undefined || !isPlain(body)) return undefined;
  const asking = { ...body, stream_options: { ...asObject(body.stream_options), include_usage: true } };
  return {
    args: other === undefined ? [asking, ...args.slice(1)] : [first, { ...own, body: asking }, ...rest],
    removesChunk: takeUsage,
    rewrite: withoutUsage,
  };
};

/** What an object of a class of the application's sends is for its methods to say. */
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
