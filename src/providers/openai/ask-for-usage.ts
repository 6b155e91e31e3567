/**
 * `stream_options.include_usage` of chat completions: without the option a stream has no token counts. With the option the
 * server adds a last chunk with the counts and no choices, and `usage: null` to every chunk before (api.openai.com, Azure).
 */
import type { AmendRequest } from '../../patching/stainless/request-amendment.ts';
import { isPlainObject } from '../../runtime/plain-object.ts';
import { asArray, asObject } from '../reading/unknown-values.ts';
import { asksForUsage } from './stream-usage.ts';

/** Asks for the token counts where the user wants them, and hides the additional chunk from the application. */
export const askForUsage: AmendRequest = ({ request, config }, args) => {
  if (request.usageNotRequested !== true || !asksForUsage(config.streamUsage, request.address)) return undefined;
  const [first, options, ...rest] = args;
  const fields = asObject(options);
  if (typeof fields?.then === 'function') return undefined; // openai >= 7.22 waits for options, and the options may hold a body
  const bodyOfOptions = asObject(fields?.body);
  const body = bodyOfOptions ?? asObject(first);
  if (body === undefined || !isCopyable(body)) return undefined;
  const asking = { ...body, stream_options: { ...asObject(body.stream_options), include_usage: true } };
  return {
    args: bodyOfOptions === undefined ? [asking, ...args.slice(1)] : [first, { ...fields, body: asking }, ...rest],
    removesChunk: takeUsage,
    rewrite: withoutUsage,
  };
};

/** Only a plain object is copied: the methods of a class of the application decide which fields are sent. */
function isCopyable(body: object): boolean {
  return isPlainObject(body) && typeof (body as { toJSON?: unknown }).toJSON !== 'function';
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
