/** Errors with the HTTP status 200, which the SDK drops, of one client that the application instruments. */
import { GoogleGenAI } from '@google/genai';
import { expect, onTestFinished, test, vi } from 'vitest';
import { instrument } from '../../../src/index.ts';
import { world } from '../../manual/world.ts';

const { spans } = world();
const ERROR = { error: { code: 503, status: 'UNAVAILABLE', message: 'overloaded' } };
const GOOD = { candidates: [{ content: { role: 'model', parts: [{ text: 'hi' }] }, finishReason: 'STOP' }] };
const BODY = { model: 'gemini-2.5-flash', contents: 'hi' };

function answer(body: object): void {
  vi.stubGlobal('fetch', async () => Response.json(body));
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
}

const failures = () => spans().map(({ status, attributes }) => [status.code, attributes['error.type']]);

test('instrument() sees the error that the SDK drops', async () => {
  answer(ERROR);
  const plain = await new GoogleGenAI({ apiKey: 'key' }).models.generateContent(BODY);
  const observed = await instrument(new GoogleGenAI({ apiKey: 'key' })).models.generateContent(BODY);
  expect(Object.keys(observed)).toEqual(Object.keys(plain));
  expect(failures()).toEqual([[2, 'UNAVAILABLE']]);
});

test('an answer is no failure, and errors of HTTP reach the application', async () => {
  answer(GOOD);
  const { models } = instrument(new GoogleGenAI({ apiKey: 'key' }));
  expect((await models.generateContent(BODY)).text).toBe('hi');
  vi.stubGlobal('fetch', async () => Response.json(ERROR, { status: 400 }));
  await expect(models.generateContent(BODY)).rejects.toThrow('overloaded');
  expect(failures().map(([code]) => code)).toEqual([0, 2]);
});
