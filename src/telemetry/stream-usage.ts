import type { Config } from '../config/options.ts';
import type { RequestFacts, ResponseFacts } from '../facts/call.ts';
import { warnOnce } from '../runtime/log.ts';

type Setting = Config['streamUsage'];

/** Is `host` OpenAI's own? What it does with `stream_options` is known; other servers refuse what they do not know. */
const isOpenAI = (host: string): boolean => host === 'api.openai.com' || host.endsWith('.api.openai.com');

/** Is a stream of `host` to be asked for the token counts that the application did not ask for? */
export function asksForUsage(setting: Setting, host: string | undefined): boolean {
  if (setting === undefined || setting === 'off' || host === undefined) return false;
  if (isOpenAI(host)) return true;
  if (setting === 'inject') return false;
  return setting.some((name) => (name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name));
}

let hinted = false;

/** A stream came to its end. Says, once, how to get the token counts that it did not bring. */
export function hintAtUsage(request: RequestFacts, response: ResponseFacts | undefined, setting: Setting): void {
  if (hinted || request.usageNotRequested !== true || setting === 'off') return;
  if (response === undefined || response.usage !== undefined || response.failure !== undefined) return;
  const { address } = request;
  if (asksForUsage(setting, address)) return; // it was asked, and sends none
  hinted = true;
  const value = address === undefined || isOpenAI(address) ? 'inject' : address;
  warnOnce(
    'a streamed chat completion ended without token counts, because the request did not ask for them. ' +
      `Add stream_options: { include_usage: true } to it, or let this package do so: LLM_OTEL_STREAM_USAGE=${value}. ` +
      'LLM_OTEL_STREAM_USAGE=off leaves it so and says nothing.',
  );
}
