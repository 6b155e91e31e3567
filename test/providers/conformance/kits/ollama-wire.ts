import type { Wire } from '../types.ts';

const HEAD = { model: 'llama3.2', created_at: '2026-01-01T00:00:00Z' };
const END = { done: true, done_reason: 'stop', total_duration: 9, prompt_eval_count: 5, eval_count: 3 };

/** One line of a stream. */
export const line = (body: object): string => `${JSON.stringify(body)}\n`;

const chunk = (content: string): string => line({ ...HEAD, message: { role: 'assistant', content }, done: false });
const FRAMES = [chunk('Hel'), chunk('lo'), line({ ...HEAD, message: { role: 'assistant', content: '' }, ...END })];

/** What `/api/chat` sends: an object, or one object a line. */
export const ollamaWire: Wire = {
  answer: { ...HEAD, message: { role: 'assistant', content: 'Hello' }, ...END },
  frames: FRAMES,
  usageFrames: FRAMES,
  errorFrame: line({ error: 'overloaded' }),
  failure: (status) => ({ error: `refused with ${status}` }),
};
