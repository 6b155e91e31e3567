/** Asks streamed chat completions for token counts, and hints at the option after a stream without counts. */
import type { CallReader, StreamUsage } from '../../facts/call.ts';
import { warnOnce } from '../../runtime/log.ts';
import { noteStreamWithoutCounts } from '../../telemetry/call/streams-without-counts.ts';
import { isHost } from '../reading/endpoint.ts';

/** OpenAI's host; also of a request whose address is unknown. */
const OPENAI = 'api.openai.com';

/** Is `host` OpenAI's own? OpenAI accepts `stream_options`; a compatible server may refuse an unknown field. */
const isOpenAI = (host: string): boolean => host === OPENAI || host.endsWith('.api.openai.com');

/** Does the setting ask `host` for token counts in place of the application? */
export function asksForUsage(setting: StreamUsage | undefined, host: string | undefined): boolean {
  if (setting === undefined || setting === 'off' || host === undefined) return false;
  if (isOpenAI(host)) return true;
  if (setting === 'inject') return false;
  return setting.some((name) => isHost(name, host));
}

let hinted = false;

/** Keeps the host of a stream without the token counts for reports. Says, once, how to get the missing counts of a stream. */
export const hintAtUsage: NonNullable<CallReader['completed']> = (request, response, config) => {
  const { streamUsage, estimateTokens } = config;
  if (request.usageNotRequested !== true || response.usage !== undefined || response.failure !== undefined) return;
  // Counts that the application estimates are not missing.
  if (estimateTokens !== undefined) return;
  const { address } = request;
  if (asksForUsage(streamUsage, address)) return; // the server was asked, and sends no counts
  noteStreamWithoutCounts(address ?? OPENAI);
  if (hinted || streamUsage === 'off') return;
  hinted = true;
  const value = address === undefined || isOpenAI(address) ? 'inject' : address;
  warnOnce(
    'a streamed chat completion ended without token counts, because the request did not ask for them. ' +
      `Add stream_options: { include_usage: true } to it, or let this package do so: LLM_OTEL_STREAM_USAGE=${value}. ` +
      'LLM_OTEL_STREAM_USAGE=off leaves it so and says nothing.',
  );
};
