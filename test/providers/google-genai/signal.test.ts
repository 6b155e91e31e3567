import { expect, test } from 'vitest';
import type { CallReader } from '../../../src/facts/call.ts';
import { METHODS, signalOf } from '../../../src/providers/google-genai/methods.ts';
import { readOnce } from '../../../src/telemetry/content/read-once.ts';

const reader = METHODS[0]?.[1] as CallReader;

test('a getter with the config runs once for the request and the signal', () => {
  const { signal } = new AbortController();
  let times = 0;
  const params = {
    model: 'gemini-2.5-flash',
    get config() {
      times++;
      return { abortSignal: signal };
    },
  };
  const request = reader.request({}, [readOnce(params)], {});
  expect(signalOf({}, [params], request)).toBe(signal);
  expect(times).toBe(1);
});

test('a plain object as a signal is the object of the application, whose state changes', () => {
  const abortSignal = { aborted: false, addEventListener() {} };
  const params = { model: 'gemini-2.5-flash', config: { abortSignal } };
  const request = reader.request({}, [readOnce(params)], {});
  const signal = signalOf({}, [params], request);
  abortSignal.aborted = true;
  expect(signal?.aborted).toBe(true);
});
