import { describeResponse } from '../describe.ts';
import { json, sse } from '../server.ts';
import type { Case, SpanExpectation, Tools } from '../types.ts';
import { good } from './unary.ts';

/** The application took the raw Response and what it did with it said nothing of the answer. */
const unread: SpanExpectation = { finishReasons: null };
const NEEDS = ['api-promise'] as const;

const answered = (t: Tools) => t.open(json(t.wire.answer));
const streaming = (t: Tools) => t.open(sse(t.wire.frames));

/** `asResponse()` and `withResponse()`. */
export const RAW_CASES: readonly Case[] = [
  {
    name: 'raw: withResponse',
    needs: NEEDS,
    spans: [good],
    run: async (t) => {
      const call = answered(t).call();
      const both = await call.withResponse();
      t.mark('after withResponse');
      return [both, describeResponse(both.response), Object.keys(both), both.data === (await call)];
    },
  },
  {
    name: 'raw: withResponse twice',
    needs: NEEDS,
    spans: [good],
    run: async (t) => {
      const call = answered(t).call();
      const [first, second] = await Promise.all([call.withResponse(), call.withResponse()]);
      return [first.data === second.data, first.response === second.response];
    },
  },
  {
    name: 'raw: asResponse, json()',
    needs: NEEDS,
    spans: [{ finishReasons: 'good' }],
    run: async (t) => {
      const response = await answered(t).call().asResponse();
      t.mark('after asResponse');
      const before = describeResponse(response);
      const body: unknown = await response.json();
      t.mark('after json');
      return [before, body, describeResponse(response)];
    },
  },
  {
    name: 'raw: asResponse, text()',
    needs: NEEDS,
    spans: [{ finishReasons: undefined }],
    run: async (t) => {
      const response = await answered(t).call().asResponse();
      return [await response.text(), response.bodyUsed];
    },
  },
  {
    name: 'raw: asResponse, arrayBuffer()',
    needs: NEEDS,
    spans: [{ finishReasons: undefined }],
    run: async (t) => {
      const response = await answered(t).call().asResponse();
      return (await response.arrayBuffer()).byteLength;
    },
  },
  {
    name: 'raw: asResponse, json() twice',
    needs: NEEDS,
    spans: [{ finishReasons: 'good' }],
    run: async (t) => {
      const response = await answered(t).call().asResponse();
      return [await response.json(), await t.attempt(() => response.json())];
    },
  },
  {
    name: 'raw: asResponse, clone() and both read',
    needs: NEEDS,
    spans: [{ finishReasons: undefined }],
    run: async (t) => {
      const response = await answered(t).call().asResponse();
      const copy = response.clone();
      return [await Promise.all([response.json(), copy.json()]), describeResponse(copy)];
    },
  },
  {
    name: 'raw: asResponse, not read',
    needs: NEEDS,
    garbage: true,
    spans: [unread],
    run: async (t) => describeResponse(await answered(t).call().asResponse()),
  },
  {
    name: 'raw: asResponse, then await',
    needs: NEEDS,
    spans: [good],
    run: async (t) => {
      const call = answered(t).call();
      const response = await call.asResponse();
      return [response.bodyUsed, await call, response.bodyUsed];
    },
  },
  {
    name: 'raw: asResponse twice, one Response',
    needs: NEEDS,
    spans: [{ finishReasons: 'good' }],
    run: async (t) => {
      const call = answered(t).call();
      const first = await call.asResponse();
      const second = await call.asResponse();
      return [first === second, await second.json()];
    },
  },
  {
    name: 'raw: asResponse, not JSON',
    needs: NEEDS,
    spans: [{ status: 'ERROR' }],
    run: async (t) => {
      const response = await t
        .open({ body: ['<html>'], headers: { 'content-type': 'text/html' } })
        .call()
        .asResponse();
      return await t.attempt(() => response.json());
    },
  },
  {
    name: 'raw: asResponse of an error answer',
    needs: NEEDS,
    spans: [{ status: 'ERROR', finishReasons: null }],
    run: (t) =>
      t
        .open(json(t.wire.failure(400), 400))
        .call()
        .asResponse(),
  },
  {
    name: 'raw: withResponse of an error answer',
    needs: NEEDS,
    spans: [{ status: 'ERROR', finishReasons: null }],
    run: (t) =>
      t
        .open(json(t.wire.failure(400), 400))
        .call()
        .withResponse(),
  },
  {
    name: 'raw: withResponse of a stream',
    needs: NEEDS,
    spans: [{ outcome: 'completed', finishReasons: 'good' }],
    run: async (t) => {
      const { data: stream, response } = await streaming(t).stream().withResponse();
      const chunks: unknown[] = [];
      for await (const chunk of stream) {
        t.mark('chunk');
        chunks.push(chunk);
      }
      return [chunks, describeResponse(response)];
    },
  },
  {
    name: 'raw: asResponse of a stream, text()',
    needs: NEEDS,
    spans: [{ outcome: 'detached', finishReasons: undefined }],
    run: async (t) => await (await streaming(t).stream().asResponse()).text(),
  },
  {
    name: 'raw: asResponse of a stream, body',
    needs: NEEDS,
    spans: [{ outcome: 'detached', finishReasons: null }],
    run: async (t) => {
      const response = await streaming(t).stream().asResponse();
      let text = '';
      // node-fetch's body is a Node stream, the others' a web stream: both iterate
      for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
        t.mark('piece');
        text += Buffer.from(piece).toString();
      }
      return [text, response.bodyUsed];
    },
  },
  {
    name: 'raw: asResponse of a stream, not read',
    needs: [...NEEDS, 'native-fetch'],
    garbage: true,
    spans: [{ outcome: 'abandoned', finishReasons: null }],
    run: async (t) =>
      describeResponse(
        await t
          .open(sse(t.wire.frames.slice(0, 2), 'hold'))
          .stream()
          .asResponse(),
      ),
  },
  {
    name: 'raw: asResponse of a stream, then the stream',
    needs: NEEDS,
    spans: [{ outcome: 'completed', finishReasons: 'good' }],
    run: async (t) => {
      const call = streaming(t).stream();
      const response = await call.asResponse();
      const chunks: unknown[] = [response.bodyUsed];
      for await (const chunk of await call) chunks.push(chunk);
      return chunks;
    },
  },
];
