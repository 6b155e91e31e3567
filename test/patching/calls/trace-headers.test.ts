import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { keepOneTraceContext } from '../../../src/patching/calls/trace-headers.ts';
import { alternativesOf } from '../../support/source-tables.ts';

const CREATED = 'undici:request:create';
const OF_SDK = '00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-aaaaaaaaaaaaaaaa-01';
const OF_HTTP = '00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01';

type Request = { addHeader(name: string, value: string): void };

/** What an instrumentation of undici does, as `@opentelemetry/instrumentation-undici` does it. */
function inject(message: unknown): void {
  const { request } = message as { request: Request };
  request.addHeader('traceparent', OF_HTTP);
  request.addHeader('tracestate', 'http=1');
}

let server: Server;
let url: string;
let received: [name: string, value: string][];

beforeAll(async () => {
  server = createServer((request, response) => {
    const { rawHeaders: raw } = request;
    received = raw.flatMap((name, i) =>
      i % 2 === 0 ? [[name.toLowerCase(), raw[i + 1] ?? ''] as [string, string]] : [],
    );
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
afterEach(() => void unsubscribe(CREATED, inject));

async function send(headers: Record<string, string>): Promise<Record<string, string[]>> {
  await (await fetch(url, { headers: { 'user-agent': 'Anthropic/JS 1.10.0', ...headers } })).text();
  const found: Record<string, string[]> = {};
  for (const [name, value] of received) found[name] = [...(found[name] ?? []), value];
  return found;
}

const WITH_SDK = { traceparent: OF_SDK, tracestate: 'sdk=1', 'x-own': 'kept' };

describe.each(['before', 'after'])('an instrumentation that listens %s', (order) => {
  it("has its trace context on the wire, and the SDK's is gone", async () => {
    if (order === 'before') subscribe(CREATED, inject);
    keepOneTraceContext(/^Anthropic\/JS /);
    if (order === 'after') subscribe(CREATED, inject);
    expect(await send(WITH_SDK)).toMatchObject({
      traceparent: [OF_HTTP],
      tracestate: ['http=1'],
      'x-own': ['kept'],
      'user-agent': ['Anthropic/JS 1.10.0'],
    });
  });
});

it("the SDK's trace context stays where nobody else has one", async () => {
  expect(await send(WITH_SDK)).toMatchObject({ traceparent: [OF_SDK], tracestate: ['sdk=1'], 'x-own': ['kept'] });
});

it('requests of others are left as they are', async () => {
  subscribe(CREATED, inject);
  const { traceparent } = await send({ ...WITH_SDK, 'user-agent': 'somebody else' });
  expect(traceparent?.join()).toContain(OF_SDK);
  expect(traceparent?.join()).toContain(OF_HTTP);
});

it('a request whose headers are one string, as in the undici of Node 20', async () => {
  const { channel } = await import('node:diagnostics_channel');
  const request = {
    headers: `user-agent: Anthropic/JS 1.10.0\r\ntraceparent: ${OF_SDK}\r\nx-own: kept\r\n`,
    addHeader(name: string, value: string) {
      this.headers += `${name}: ${value}\r\n`;
    },
  };
  channel(CREATED).publish({ request });
  request.addHeader('traceparent', OF_HTTP);
  expect(request.headers).toBe(`user-agent: Anthropic/JS 1.10.0\r\nx-own: kept\r\ntraceparent: ${OF_HTTP}\r\n`);
});

/** Headers of a trace context; a row for each alternative of the pattern. */
const HEADERS: Readonly<Record<string, string>> = {
  traceparent: 'traceparent',
  tracestate: 'TraceState',
  baggage: 'baggage',
  b3: 'b3',
  'x-b3-\\w+': 'X-B3-TraceId',
  'uber-trace-id': 'uber-trace-id',
};

it('every header of a trace context has a row here', () => {
  const alternatives = alternativesOf('src/patching/calls/trace-headers.ts', 'TRACE_HEADER');
  expect(alternatives).toEqual(Object.keys(HEADERS));
});

it.each(Object.values(HEADERS))('%s is kept once, the last of all that were added', async (name) => {
  const { channel } = await import('node:diagnostics_channel');
  const request = {
    headers: [
      'user-agent',
      'Anthropic/JS 1.10.0',
      'traceparent',
      OF_SDK,
      name,
      '1',
      'x-own',
      'a',
      name,
      '2',
      'x-own',
      'b',
    ],
    addHeader(added: string, value: string) {
      this.headers.push(added, value);
    },
  };
  channel(CREATED).publish({ request });
  request.addHeader('X-Own', 'c');
  const valuesOf = (wanted: string): string[] =>
    request.headers.filter((_, i) => i % 2 === 1 && request.headers[i - 1]?.toLowerCase() === wanted.toLowerCase());
  expect(valuesOf(name)).toEqual(['2']);
  request.addHeader(name.toUpperCase(), '3');
  expect(valuesOf(name)).toEqual(['3']);
  expect(valuesOf('x-own')).toEqual(['a', 'b', 'c']);
});

it('a request that takes no headers gets no method for it', async () => {
  const { channel } = await import('node:diagnostics_channel');
  const request = { headers: ['user-agent', 'Anthropic/JS 1.10.0', 'traceparent', OF_SDK] };
  channel(CREATED).publish({ request });
  expect(Object.keys(request)).toEqual(['headers']);
});

it('a request of an unknown shape is let through', async () => {
  const { channel } = await import('node:diagnostics_channel');
  for (const request of [{}, { headers: 7 }, { headers: ['user-agent'] }]) channel(CREATED).publish({ request });
});
