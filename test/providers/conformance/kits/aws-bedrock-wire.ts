import { encodeEvent } from '../event-stream.ts';
import type { Wire } from '../types.ts';

const USAGE = { inputTokens: 5, outputTokens: 3, totalTokens: 8 };
const METRICS = { latencyMs: 7 };

/** Frames are bytes on the wire, and the words of the table are texts: one character a byte. */
const frame = (event: string, data: object): string => encodeEvent({ event, data }).toString('latin1');

const delta = (text: string): string => frame('contentBlockDelta', { contentBlockIndex: 0, delta: { text } });

const FRAMES = [
  delta('Hel'),
  delta('lo'),
  frame('messageStop', { stopReason: 'end_turn' }),
  frame('metadata', { usage: USAGE, metrics: METRICS }),
];

/** What `Converse` and `ConverseStream` send. */
export const bedrockWire: Wire = {
  encoding: 'latin1',
  answer: {
    output: { message: { role: 'assistant', content: [{ text: 'Hello' }] } },
    stopReason: 'end_turn',
    usage: USAGE,
    metrics: METRICS,
  },
  frames: FRAMES,
  usageFrames: FRAMES,
  errorFrame: frame('throttlingException', { message: 'overloaded' }),
  failure: (status) => ({ message: `refused with ${status}` }),
};

/** The chunks of `InvokeModelWithResponseStream`: JSON in base64. */
export const chunk = (event: object): string =>
  frame('chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64') });
