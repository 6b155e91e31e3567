import type { Wire } from '../types.ts';

const HEAD = { modelVersion: 'gemini-2.5-flash', responseId: 'response-1' };
const usage = (candidates: number) => ({
  promptTokenCount: 5,
  candidatesTokenCount: candidates,
  thoughtsTokenCount: 2,
  totalTokenCount: 7 + candidates,
});

/** One server-sent event. */
export const data = (body: unknown): string => `data: ${JSON.stringify(body)}\n\n`;

/** A `GenerateContentResponse` with one candidate of these parts. */
export function content(parts: readonly object[], finishReason?: string, candidates = 3): object {
  const candidate = { content: { role: 'model', parts }, ...(finishReason ? { finishReason } : {}), index: 0 };
  return { candidates: [candidate], usageMetadata: usage(candidates), ...HEAD };
}

const CALL = { functionCall: { id: 'call_1', name: 'weather', args: { city: 'Rome' } } };
const FRAMES = [
  data(content([{ text: 'He' }], undefined, 1)),
  data(content([{ text: 'l' }], undefined, 2)),
  data(content([{ text: 'lo' }], 'STOP', 3)),
];

/** What `generateContent` and `streamGenerateContent` send. */
export const geminiWire: Wire = {
  answer: content([{ text: 'Hello' }], 'STOP'),
  frames: FRAMES,
  usageFrames: FRAMES,
  errorFrame: data({ error: { code: 503, message: 'overloaded', status: 'UNAVAILABLE' } }),
  failure: (status) => ({ error: { code: status, message: `refused with ${status}`, status: 'INVALID_ARGUMENT' } }),
  toolRounds: {
    unary: [content([CALL], 'STOP'), content([{ text: 'Sunny' }], 'STOP')],
    streamed: [[data(content([CALL], 'STOP'))], [data(content([{ text: 'Sunny' }], 'STOP'))]],
  },
};
