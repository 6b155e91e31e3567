/** The API of an Ollama server. https://github.com/ollama/ollama/blob/main/docs/api.md */
import { TOKENS } from '../scenario.ts';
import { ANSWER, type Call, deltas, type JsonObject, type Provider, type Reply } from './provider.ts';

const CREATED = '2026-01-01T00:00:00.000Z';

/** Only the last object has counts. */
function end({ scenario }: Call): JsonObject {
  const { input, output } = { ...TOKENS, ...scenario };
  const counts = scenario.nousage ? {} : { prompt_eval_count: input, eval_count: output };
  return { done: true, done_reason: scenario.finish ?? 'stop', total_duration: 12, ...counts };
}

/** `fields`: how a piece of the answer stands in an object. */
function generated(call: Call, fields: (text: string) => JsonObject): Reply {
  const { scenario, model, body } = call;
  const head = { model, created_at: CREATED };
  const text = scenario.say ?? ANSWER;
  if (body.stream !== true) return { json: { ...head, ...fields(text), ...end(call) } };
  const pieces = deltas(text, scenario.chunks).map((piece) => ({ ...head, ...fields(piece), done: false }));
  return { lines: [...pieces, { ...head, ...fields(''), ...end(call) }] };
}

const chat = (call: Call): Reply => generated(call, (content) => ({ message: { role: 'assistant', content } }));
const generate = (call: Call): Reply => generated(call, (response) => ({ response }));

const embed = ({ model, scenario }: Call): Reply => ({
  json: { model, embeddings: [[1, 0.5]], prompt_eval_count: scenario.input ?? TOKENS.input },
});

/** Ollama for the test server. */
export const ollama: Provider = {
  routes: [
    ['POST', /^\/api\/chat$/, chat],
    ['POST', /^\/api\/generate$/, generate],
    ['POST', /^\/api\/embed$/, embed],
  ],
  headers: {},
  errorBody: (status) => ({ error: `The server says ${status}.` }),
  errorEvent: () => ({ data: { error: 'The server stops.' } }),
};
