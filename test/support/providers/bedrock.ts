/** The Converse API of Bedrock. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
import { TOKENS } from '../scenario.ts';
import { ANSWER, type Call, deltas, type JsonObject, type Provider, type Reply } from './provider.ts';

const METRICS = { latencyMs: 12 };

/** `inputTokens` leave the cached tokens out. */
function usage({ scenario }: Call): JsonObject {
  if (scenario.nousage) return {};
  const { input, cached, output } = { ...TOKENS, ...scenario };
  const counts = { inputTokens: input - cached, outputTokens: output, cacheReadInputTokens: cached };
  return { usage: { ...counts, totalTokens: input + output } };
}

function converse(call: Call): Reply {
  const message = { role: 'assistant', content: [{ text: call.scenario.say ?? ANSWER }] };
  const stopReason = call.scenario.finish ?? 'end_turn';
  return { json: { output: { message }, stopReason, metrics: METRICS, ...usage(call) } };
}

function converseStream(call: Call): Reply {
  const pieces = deltas(call.scenario.say ?? ANSWER, call.scenario.chunks);
  return {
    frames: [
      ...pieces.map((text) => ({ event: 'contentBlockDelta', data: { contentBlockIndex: 0, delta: { text } } })),
      { event: 'messageStop', data: { stopReason: call.scenario.finish ?? 'end_turn' } },
      { event: 'metadata', data: { metrics: METRICS, ...usage(call) } },
    ],
  };
}

/** Bedrock for the test server. */
export const bedrock: Provider = {
  routes: [
    ['POST', /^\/model\/([^/]+)\/converse$/, converse],
    ['POST', /^\/model\/([^/]+)\/converse-stream$/, converseStream],
  ],
  headers: { 'x-amzn-requestid': '0123456789abcdef' },
  errorBody: (status) => ({ message: `The service says ${status}.` }),
  errorEvent: () => ({ event: 'throttlingException', data: { message: 'Too many requests.' } }),
};
