import { envText } from '../../../config/env.ts';
import { type Check, warn } from '../finding.ts';

const CHAT = /\bchat\s*\.\s*completions\s*\.\s*(?:create|stream)\s*\(/g;
const STREAMS = /\bstream\s*:\s*true\b/;

/** Streams of OpenAI chat whose requests ask for no counts. */
export const checkStreamUsage: Check = ({ project: { files, env } }) => {
  const setting = envText(env, 'LLM_OTEL_STREAM_USAGE');
  if (setting !== undefined && setting !== 'off') return [];
  return files
    .sources()
    .filter(({ text }) => callsOf(text).some((call) => STREAMS.test(call) && !call.includes('include_usage')))
    .map(({ path }) =>
      warn(
        `${path} streams OpenAI chat without include_usage: the spans have no token counts and no cost`,
        `add stream_options: { include_usage: true } to the request in ${path}, or for api.openai.com export LLM_OTEL_STREAM_USAGE=inject`,
        { subject: path, file: path },
      ),
    );
};

/** The arguments of the calls, up to the parenthesis that ends each. */
function callsOf(text: string): string[] {
  return [...text.matchAll(CHAT)].map((match) => {
    const start = match.index + match[0].length;
    let depth = 1;
    let end = start;
    while (end < text.length && depth > 0) {
      const character = text[end++];
      if (character === '(') depth++;
      else if (character === ')') depth--;
    }
    return text.slice(start, end);
  });
}
