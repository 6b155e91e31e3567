import { json, sse } from '../server.ts';
import type { Case, SpanExpectation, Tools } from '../types.ts';
import { clientOf } from './openai-cases.ts';
import { event } from './openai-wire.ts';

const BODY = { model: 'gpt-4o-mini', input: 'Say hello' } as const;
const TEXT = { type: 'output_text', text: '{"a":1}', annotations: [] };
const MESSAGE = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [TEXT] };

const response = (status: string, more: object = {}) => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  model: 'gpt-4o-mini-2024-07-18',
  status,
  output: status === 'completed' ? [MESSAGE] : [],
  error: null,
  incomplete_details: null,
  usage: status === 'completed' ? { input_tokens: 5, output_tokens: 3, total_tokens: 8 } : null,
  ...more,
});

const START = [
  event({ type: 'response.created', ...{ sequence_number: 0, response: response('in_progress') } }),
  event({
    type: 'response.output_item.added',
    ...{ sequence_number: 1, output_index: 0, item: { ...MESSAGE, status: 'in_progress', content: [] } },
  }),
  event({
    type: 'response.content_part.added',
    ...{ sequence_number: 2, item_id: 'msg_1', output_index: 0, content_index: 0, part: { ...TEXT, text: '' } },
  }),
  event({
    type: 'response.output_text.delta',
    ...{ sequence_number: 3, item_id: 'msg_1', output_index: 0, content_index: 0, delta: '{"a":1}' },
  }),
];
const FRAMES = [
  ...START,
  event({
    type: 'response.output_text.done',
    ...{ sequence_number: 4, item_id: 'msg_1', output_index: 0, content_index: 0, text: '{"a":1}' },
  }),
  event({ type: 'response.output_item.done', ...{ sequence_number: 5, output_index: 0, item: MESSAGE } }),
  event({ type: 'response.completed', ...{ sequence_number: 6, response: response('completed') } }),
];
const FAILURE = { error: { code: 'server_error', message: 'it broke' } };

const good: SpanExpectation = { finishReasons: ['stop'], outcome: null };
const completed: SpanExpectation = { finishReasons: ['stop'], outcome: 'completed' };
const NEEDS = ['own:responses'] as const;

async function readAll(t: Tools, stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const item of stream) {
    t.mark('event');
    events.push(item);
  }
  return events;
}

/** The SDK's own format for structured text, as its zod helper makes it. */
const format = () =>
  Object.defineProperties({ type: 'json_schema', name: 'answer', schema: { type: 'object' }, strict: true } as const, {
    $brand: { value: 'auto-parseable-response-format' },
    $parseRaw: { value: JSON.parse },
  });

/** The Responses API. */
export const RESPONSES_CASES: readonly Case[] = [
  {
    name: 'responses: create',
    needs: NEEDS,
    spans: [good],
    run: async (t) => {
      const call = clientOf(t, json(response('completed'))).responses.create(BODY);
      const result = await call;
      t.mark('after create');
      return [result, Object.getOwnPropertyNames(result), result === (await call)];
    },
  },
  {
    name: 'responses: create, withResponse and asResponse',
    needs: NEEDS,
    spans: [good, { finishReasons: ['stop'] }],
    run: async (t) => {
      const { responses } = clientOf(t, json(response('completed')));
      const both = await responses.create(BODY).withResponse();
      return [both.data, both.response.status, await (await responses.create(BODY).asResponse()).json()];
    },
  },
  {
    name: 'responses: create, failed without an error thrown',
    needs: NEEDS,
    spans: [{ status: 'ERROR', finishReasons: ['error'] }],
    run: async (t) => await clientOf(t, json(response('failed', FAILURE))).responses.create(BODY),
  },
  {
    name: 'responses: create, incomplete',
    needs: NEEDS,
    spans: [{ finishReasons: ['length'] }],
    run: async (t) => {
      const answer = response('incomplete', { incomplete_details: { reason: 'max_output_tokens' } });
      return await clientOf(t, json(answer)).responses.create(BODY);
    },
  },
  {
    name: 'responses: create, queued',
    needs: NEEDS,
    spans: [{ finishReasons: null }],
    run: async (t) => await clientOf(t, json(response('queued'))).responses.create({ ...BODY, background: true }),
  },
  {
    name: 'responses: parse',
    needs: [...NEEDS, 'own:responses.parse'],
    spans: [good],
    run: async (t) =>
      await clientOf(t, json(response('completed'))).responses.parse({ ...BODY, text: { format: format() } }),
  },
  {
    name: 'responses: parse, the helper throws',
    needs: [...NEEDS, 'own:responses.parse'],
    spans: [good],
    run: async (t) => {
      const answer = response('completed', { output: [{ ...MESSAGE, content: [{ ...TEXT, text: 'not JSON' }] }] });
      return await clientOf(t, json(answer)).responses.parse({ ...BODY, text: { format: format() } });
    },
  },
  {
    name: 'responses: stream',
    needs: NEEDS,
    spans: [completed],
    run: async (t) => await readAll(t, await clientOf(t, sse(FRAMES)).responses.create({ ...BODY, stream: true })),
  },
  {
    name: 'responses: stream, tee and withResponse',
    needs: NEEDS,
    spans: [completed],
    run: async (t) => {
      const { data } = await clientOf(t, sse(FRAMES))
        .responses.create({ ...BODY, stream: true })
        .withResponse();
      const [left, right] = data.tee();
      return [await readAll(t, left), await readAll(t, right), data.constructor.name];
    },
  },
  {
    name: 'responses: stream, break',
    needs: NEEDS,
    spans: [{ outcome: 'cancelled' }],
    run: async (t) => {
      const stream = await clientOf(t, sse(START, 'hold')).responses.create({ ...BODY, stream: true });
      for await (const _ of stream) break;
      return stream.controller.signal.aborted;
    },
  },
  {
    name: 'responses: stream, failed event',
    needs: NEEDS,
    spans: [{ status: 'ERROR', finishReasons: ['error'], outcome: 'failed' }],
    run: async (t) => {
      const failed = event({
        type: 'response.failed',
        ...{ sequence_number: 4, response: response('failed', FAILURE) },
      });
      const stream = await clientOf(t, sse([...START, failed])).responses.create({ ...BODY, stream: true });
      return await readAll(t, stream);
    },
  },
  {
    name: 'responses: stream, error event',
    needs: NEEDS,
    // thrown by some versions of the SDK, merely yielded by others
    spans: [{ status: 'ERROR', outcome: 'failed' }],
    run: async (t) => {
      const error = event({
        type: 'error',
        ...{ sequence_number: 4, code: 'server_error', message: 'it broke', param: null },
      });
      const stream = await clientOf(t, sse([...START, error])).responses.create({ ...BODY, stream: true });
      return await t.attempt(() => readAll(t, stream));
    },
  },
  {
    name: 'responses: stream, incomplete event',
    needs: NEEDS,
    spans: [{ finishReasons: ['content_filter'], outcome: 'completed' }],
    run: async (t) => {
      const cut = response('incomplete', { incomplete_details: { reason: 'content_filter' } });
      const last = event({ type: 'response.incomplete', ...{ sequence_number: 4, response: cut } });
      return await readAll(t, await clientOf(t, sse([...START, last])).responses.create({ ...BODY, stream: true }));
    },
  },
  {
    name: 'responses: stream, HTTP 400',
    needs: NEEDS,
    spans: [{ status: 'ERROR', finishReasons: null }],
    run: async (t) =>
      await readAll(t, await clientOf(t, json(t.wire.failure(400), 400)).responses.create({ ...BODY, stream: true })),
  },
  {
    name: 'responses: helper stream',
    needs: [...NEEDS, 'own:responses.stream'],
    spans: [completed],
    run: async (t) => {
      const helper = clientOf(t, sse(FRAMES)).responses.stream(BODY);
      return [await readAll(t, helper), await helper.finalResponse()];
    },
  },
  {
    name: 'responses: helper stream, error event',
    needs: [...NEEDS, 'own:responses.stream'],
    spans: [{ status: 'ERROR', outcome: 'failed' }],
    run: async (t) => {
      const error = event({
        type: 'error',
        ...{ sequence_number: 4, code: 'server_error', message: 'it broke', param: null },
      });
      return await clientOf(t, sse([...START, error]))
        .responses.stream(BODY)
        .finalResponse();
    },
  },
  {
    name: 'responses: retrieve',
    needs: NEEDS,
    spans: [{ operation: 'fetch_response', outcome: null }],
    run: async (t) => await clientOf(t, json(response('completed'))).responses.retrieve('resp_1'),
  },
  {
    name: 'responses: retrieve, twice and polled',
    needs: NEEDS,
    spans: [{ operation: 'fetch_response' }, { operation: 'fetch_response' }],
    run: async (t) => {
      const client = clientOf(t, json(response('in_progress')), json(response('completed')));
      const first = await client.responses.retrieve('resp_1');
      return [first, await client.responses.retrieve('resp_1')];
    },
  },
  {
    name: 'responses: retrieve, HTTP 404',
    needs: NEEDS,
    spans: [{ operation: 'fetch_response', status: 'ERROR' }],
    run: async (t) => await clientOf(t, json(t.wire.failure(404), 404)).responses.retrieve('resp_1'),
  },
  {
    name: 'responses: retrieve, streamed',
    needs: [...NEEDS, 'own:responses.retrieve-streamed'],
    spans: [{ operation: 'fetch_response', outcome: 'completed' }],
    run: async (t) => await readAll(t, await clientOf(t, sse(FRAMES)).responses.retrieve('resp_1', { stream: true })),
  },
  {
    name: 'responses: helper stream of a stored response',
    needs: [...NEEDS, 'own:responses.stream', 'own:responses.retrieve-streamed'],
    spans: [{ operation: 'fetch_response', outcome: 'completed' }],
    run: async (t) => await clientOf(t, sse(FRAMES)).responses.stream({ response_id: 'resp_1' }).finalResponse(),
  },
];
