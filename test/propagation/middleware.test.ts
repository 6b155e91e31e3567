import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import express, { type ErrorRequestHandler } from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { errorMiddleware, inject, requestMiddleware } from '../../src/pipeline/index.ts';
import { world } from '../manual/world.ts';

const { spans } = world();
let close: () => unknown;
beforeEach(() => {
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});
afterEach(async () => {
  propagation.disable();
  await close();
});

/** Work of a handler: a span that belongs to the span of the request. */
function work(): void {
  trace.getTracer('app').startSpan('work').end();
}

async function listening(server: Server): Promise<string> {
  close = () => server.close().closeAllConnections();
  if (!server.listening) await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const FRAMEWORKS: Readonly<Record<string, () => Promise<string>>> = {
  async express() {
    const app = express();
    const users = express.Router();
    app.use(requestMiddleware());
    users.get('/:id', (_request, response) => {
      work();
      response.send('ok');
    });
    users.get('/:id/broken', async () => {
      await Promise.resolve();
      throw new RangeError('the secret of a user');
    });
    app.use('/users', users);
    app.use(errorMiddleware());
    app.use(((_error, _request, response, _next) => void response.status(500).send('no')) as ErrorRequestHandler);
    return listening(app.listen(0, '127.0.0.1'));
  },
  async fastify() {
    const app = fastify();
    app.addHook('onRequest', requestMiddleware());
    app.addHook('onError', errorMiddleware());
    app.get('/users/:id', async () => {
      work();
      return 'ok';
    });
    app.get('/users/:id/broken', async () => {
      throw new RangeError('the secret of a user');
    });
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    close = () => app.close();
    return url;
  },
  async hono() {
    const app = new Hono();
    app.use(requestMiddleware());
    app.get('/users/:id', (c) => {
      work();
      return c.text('ok');
    });
    app.get('/users/:id/broken', () => {
      throw new RangeError('the secret of a user');
    });
    app.onError((_error, c) => c.text('no', 500));
    return listening(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server);
  },
};

/** The span of the request, once the answer has gone. */
async function requestSpan() {
  return vi.waitFor(() => {
    const span = spans().find(({ kind }) => kind === SpanKind.SERVER);
    expect(span).toBeDefined();
    return span;
  });
}

describe.each(Object.entries(FRAMEWORKS))('%s', (framework, start) => {
  test('a request is a span in the trace of the caller', async () => {
    const url = await start();
    const caller = await trace.getTracer('app').startActiveSpan('caller', async (span) => {
      const response = await fetch(`${url}/users/7?token=secret`, { headers: inject({}) });
      await response.text();
      return span.spanContext();
    });
    const span = await requestSpan();
    expect(span).toMatchObject({
      name: 'GET /users/:id',
      parentSpanContext: { spanId: caller.spanId },
      attributes: { 'http.request.method': 'GET', 'http.route': '/users/:id', 'http.response.status_code': 200 },
      status: { code: SpanStatusCode.UNSET },
    });
    const inner = spans().find(({ name }) => name === 'work');
    expect(inner?.parentSpanContext?.spanId).toBe(span?.spanContext().spanId);
    expect(JSON.stringify(span?.attributes)).not.toContain('secret');
  });

  test('a handler that throws fails the span, without the text of the error', async () => {
    const url = await start();
    const response = await fetch(`${url}/users/7/broken`);
    await response.text();
    const span = await requestSpan();
    expect(span).toMatchObject({
      // Express takes the path of the router back before errors are handled.
      name: framework === 'express' ? 'GET /:id/broken' : 'GET /users/:id/broken',
      attributes: { 'http.response.status_code': 500, 'error.type': 'RangeError' },
      status: { code: SpanStatusCode.ERROR },
    });
    expect(JSON.stringify([span?.events, span?.status])).not.toContain('secret');
  });

  test('a path without a route has no route, and a 404 is no error of the server', async () => {
    const url = await start();
    await (await fetch(`${url}/nothing`)).text();
    const span = await requestSpan();
    expect(span?.attributes['http.response.status_code']).toBe(404);
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
  });
});

test('a server of node:http calls the middleware itself', async () => {
  const middleware = requestMiddleware() as (...args: unknown[]) => void;
  const url = await listening(
    createServer((request, response) =>
      middleware(request, response, () => {
        work();
        response.writeHead(503).end();
      }),
    ).listen(0, '127.0.0.1'),
  );
  await (await fetch(url, { method: 'DELETE' })).text();
  const span = await requestSpan();
  expect(span).toMatchObject({
    name: 'DELETE',
    attributes: { 'http.response.status_code': 503, 'error.type': '503' },
    status: { code: SpanStatusCode.ERROR },
  });
});

test('where the request has a span already, the middleware makes none', async () => {
  const middleware = requestMiddleware() as (...args: unknown[]) => void;
  const url = await listening(
    createServer((request, response) =>
      trace
        .getTracer('http')
        .startActiveSpan('GET', { kind: SpanKind.SERVER }, (span) =>
          middleware(request, response, () => response.end(() => span.end())),
        ),
    ).listen(0, '127.0.0.1'),
  );
  await (await fetch(url)).text();
  await requestSpan();
  expect(spans().map(({ name }) => name)).toEqual(['GET']);
});

test('an error of Express with a field raw, as Stripe has such errors, is handed on', () => {
  close = () => {};
  const error = Object.assign(new Error('no'), { raw: { code: 'card_declined' } });
  const next = vi.fn();
  (errorMiddleware() as (...args: unknown[]) => void)(error, { headers: {} }, { statusCode: 402 }, next);
  expect(next.mock.calls).toEqual([[error]]);
});

test('a caller that goes before the answer leaves a span without a status', async () => {
  const middleware = requestMiddleware() as (...args: unknown[]) => void;
  const url = await listening(
    createServer((request, response) => middleware(request, response, () => {})).listen(0, '127.0.0.1'),
  );
  await expect(fetch(url, { signal: AbortSignal.timeout(50) })).rejects.toThrow();
  expect((await requestSpan())?.attributes).toEqual({ 'http.request.method': 'GET' });
});

test('an answer that is no answer of a server does not stop the request', () => {
  close = () => {};
  const middleware = requestMiddleware() as (...args: unknown[]) => unknown;
  expect(middleware({ method: 'GET', headers: {} }, {}, () => 'done')).toBe('done');
});

test('without OpenTelemetry requests are answered', async () => {
  trace.disable();
  const url = await FRAMEWORKS.express?.();
  expect(await (await fetch(`${url}/users/7`)).text()).toBe('ok');
});

describe('whatever the arguments are, the request goes on', () => {
  const middleware = requestMiddleware() as (...args: unknown[]) => unknown;
  const handler = errorMiddleware() as (...args: unknown[]) => unknown;
  const broken = (name: string, base: object = {}): object =>
    Object.defineProperty(base, name, {
      get() {
        throw new Error('no');
      },
    });
  const headers = {};
  beforeEach(() => {
    close = () => {};
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test.each<[string, unknown, unknown]>([
    ['the body of the request as raw', { headers, raw: 'the body' }, { once() {} }],
    ['raw is null', { headers, raw: null }, { once() {} }],
    ['no request', undefined, undefined],
    ['a request without headers', {}, { once() {} }],
    ['raw throws', broken('raw', { headers }), { once() {} }],
    ['req throws', broken('req', { headers }), { once() {} }],
    ['method throws', broken('method', { headers }), { once() {} }],
    ['no answer', { headers }, undefined],
    ['an answer that throws', { headers }, broken('once')],
  ])('%s', (_what, request, response) => {
    const next = vi.fn(() => 'done');
    expect(middleware(request, response, next)).toBe('done');
    expect(next).toHaveBeenCalledTimes(1);
    const error = new Error('of a handler');
    const fail = vi.fn();
    handler(error, request, response, fail);
    expect(fail.mock.calls).toEqual([[error]]);
  });

  test('the callback is in the second place, as in Koa', () => {
    expect(middleware({ headers, method: 'GET' }, () => 'done')).toBe('done');
  });

  test('facts that throw at the end of the answer end the span, and reach nobody', () => {
    const request = Object.assign(new EventEmitter(), { method: 'GET', headers });
    const response = Object.assign(new EventEmitter(), { headersSent: true, statusCode: 200 });
    middleware(request, response, () => {});
    broken('route', request);
    expect(() => response.emit('close')).not.toThrow();
    expect(spans().map(({ name }) => name)).toEqual(['GET']);
  });

  test.each(['req', 'res', 'error'])('in Hono, %s that throws at the end changes nothing', async (name) => {
    const raw = { method: 'GET', headers: new Headers() };
    const context = { req: { raw, routePath: '/' }, res: { status: 200 }, error: undefined };
    await middleware(context, async () => void broken(name, context));
    expect(spans().map((span) => span.name)).toEqual(['GET']);
  });

  test('in Hono, an error of a handler stays the error', async () => {
    const raw = { method: 'GET', headers: new Headers() };
    const context = { req: { raw, routePath: '/' }, res: { status: 200 } };
    const next = async () => {
      broken('routePath', context.req);
      throw new RangeError('of a handler');
    };
    await expect(middleware(context, next)).rejects.toThrow('of a handler');
    expect(spans()).toHaveLength(1);
  });
});
