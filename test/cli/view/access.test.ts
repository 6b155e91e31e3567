import { request } from 'node:http';
import { connect } from 'node:http2';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/cli/command.ts';
import { readViewOptions } from '../../../src/cli/view/view-options.ts';
import { otlpSpan, traceRequest } from './otlp-json.ts';
import { runningView } from './running-view.ts';

const TOKEN = 'a-token-of-16-characters';

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A request with any header: `fetch` sets some of them itself. */
function send(url: string, headers: Record<string, string>, method = 'GET', body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const portOf = (url: string): string => new URL(url).port;

describe.each(['/', '/api/traces', '/api/events-not', '/nothing', '/api/export.jsonl'])('the page port, %s', (path) => {
  test.each<[headers: Record<string, string>, isAllowed: boolean]>([
    [{}, true],
    [{ host: 'localhost' }, true],
    [{ host: '127.0.0.1:9' }, true],
    [{ host: '[::1]:9' }, true],
    [{ host: 'evil.example' }, false],
    [{ host: 'localhost.evil.example' }, false],
    [{ host: 'localhost:4399@evil' }, false],
    [{ host: '127.0.0.1.nip.io' }, false],
    [{ host: '192.168.0.1' }, false],
    [{ origin: 'http://evil.example' }, false],
    [{ origin: 'null' }, false],
    [{ origin: 'http://localhost:1' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'same-origin' }, true],
  ])('headers %o', async (headers, isAllowed) => {
    const view = await runningView();
    const { status, headers: answered } = await send(new URL(path, view.ui).href, headers);
    if (isAllowed) expect(status).not.toBe(403);
    else expect(status).toBe(403);
    expect(Object.keys(answered).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(answered['content-security-policy']).toContain("default-src 'none'");
    expect(answered).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
  });
});

test('the page itself may delete, another page may not', async () => {
  const view = await runningView();
  const url = new URL('/api/data', view.ui).href;
  const own = `http://localhost:${portOf(view.ui)}`;
  expect((await send(url, { origin: 'http://evil.example' }, 'DELETE')).status).toBe(403);
  expect((await send(url, { origin: own, host: `localhost:${portOf(view.ui)}` }, 'DELETE')).status).toBe(204);
});

test.each<[headers: Record<string, string>, status: number]>([
  [{}, 200],
  [{ host: 'evil.example' }, 403],
  [{ origin: 'http://localhost:4399' }, 403],
  [{ 'sec-fetch-site': 'cross-site' }, 403],
])('the OTLP port, headers %o', async (headers, status) => {
  const view = await runningView();
  const body = JSON.stringify(traceRequest([otlpSpan({})]));
  const answer = await send(`${view.otlp}/v1/traces`, { 'content-type': 'application/json', ...headers }, 'POST', body);
  expect(answer.status).toBe(status);
  expect((await send(`${view.otlp}/anything`, { ...headers })).status).toBe(status === 200 ? 404 : 403);
});

test.each([
  ['localhost', '12'],
  ['evil.example', '7'],
])('the gRPC port, authority %s', async (authority, status) => {
  const view = await runningView();
  const session = connect(`http://127.0.0.1:${view.grpc?.split(':')[1]}`);
  const stream = session.request({ ':method': 'POST', ':path': '/unknown/Method', ':authority': authority });
  stream.end();
  const headers = await new Promise<Record<string, unknown>>((resolve) => stream.once('response', resolve));
  expect(headers['grpc-status']).toBe(status);
  session.destroy();
});

describe('a view with a token', () => {
  test('the address with the token gives a cookie, and the cookie shows the page', async () => {
    const view = await runningView({ token: TOKEN });
    const first = await fetch(view.ui, { redirect: 'manual' });
    expect(first.status).toBe(303);
    const cookie = first.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    expect((await fetch(new URL('/', view.ui), { headers: { cookie: cookie.split(';')[0] ?? '' } })).status).toBe(200);
    expect((await view.page('/api/traces')).status).toBe(401);
    expect((await view.page('/api/events')).status).toBe(401);
    expect((await fetch(new URL('/?token=wrong', view.ui), { redirect: 'manual' })).status).toBe(401);
  });

  test('exporters bring the token as a bearer', async () => {
    const view = await runningView({ token: TOKEN });
    const body = JSON.stringify(traceRequest([otlpSpan({})]));
    const post = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${view.otlp}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
    expect((await post({})).status).toBe(401);
    expect((await post({ authorization: 'Bearer wrong-but-long-enough' })).status).toBe(401);
    expect((await post({ authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  });
});

test.each([
  [{ host: '0.0.0.0' }, '--host 0.0.0.0: other machines could read your prompts'],
  [{ host: '0.0.0.0', token: 'short' }, '--token: expected at least 16'],
])('options %o are refused', (options, message) => {
  const read = (): unknown => readViewOptions({ options, repeated: {}, operands: [], program: undefined });
  expect(read).toThrow(UsageError);
  expect(read).toThrow(message);
});
