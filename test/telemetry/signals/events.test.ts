import { describe, expect, it } from 'vitest';
import { type LlmOtelOptions, resolveConfig } from '../../../src/config/options.ts';
import { errorFacts } from '../../../src/telemetry/error.ts';
import { exceptionAttributes } from '../../../src/telemetry/signals/events.ts';

/** What an exception says of an error whose message quotes the prompt. */
const QUOTING = Object.assign(new Error("400 Invalid value: 'call ann@example.org about the merger'"), {
  status: 400,
  code: 'invalid_value',
});

const CASES: readonly { name: string; options?: LlmOtelOptions; message: string }[] = [
  { name: 'without content capture', message: '400 invalid_value' },
  {
    name: 'with it, masked like an answer',
    options: {},
    message: "400 Invalid value: 'call [redacted:email] about the merger'",
  },
  {
    name: 'with the user’s hook',
    options: { redact: (part) => ({ ...part, content: 'hidden' }) },
    message: 'hidden',
  },
  {
    name: 'with a hook that drops it',
    options: { redact: () => undefined },
    message: '400 invalid_value',
  },
  {
    name: 'with a hook that throws',
    options: {
      redact: () => {
        throw new Error('no');
      },
    },
    message: '400 invalid_value',
  },
];

describe('the message of an exception', () => {
  it.each(CASES)('$name', ({ options, message }) => {
    const attributes = exceptionAttributes(errorFacts(QUOTING), options && resolveConfig(options, {}));
    expect(attributes['exception.message']).toBe(message);
    const stack = String(attributes['exception.stacktrace']);
    expect(stack.split('\n')[0]).toBe(`Error: ${message}`);
    if (!message.includes('merger')) expect(stack).not.toContain('merger');
  });
});
