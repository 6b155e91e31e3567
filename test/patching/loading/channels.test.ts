import { channel } from 'node:diagnostics_channel';
import { beforeEach, describe, expect, test } from 'vitest';
import { freshWarnings } from '../../support/warnings.ts';

/** What watches the requests of the process: fed with messages as undici and http publish them. */
const said = freshWarnings();

const POST = { method: 'POST', path: '/v1/answers?v=1' };

const undici = (headers: unknown, more: object = {}): { headers: unknown } => {
  const request = { ...POST, headers, ...more };
  channel('undici:request:create').publish({ request });
  return request;
};

const http = (headers: Readonly<Record<string, unknown>>, more: object = {}): void =>
  channel('http.client.request.start').publish({
    request: { ...POST, getHeader: (name: string) => headers[name], ...more },
  });

describe('an SDK that is not patched', () => {
  const watch = async (module: string): Promise<typeof import('../../../src/patching/loading/warn-unpatched.ts')> => {
    const unpatched = await import('../../../src/patching/loading/warn-unpatched.ts');
    unpatched.warnOfUnpatched([{ name: module, module, userAgent: /^Some\/JS /, modelPath: /\/answers(?:\?|$)/ }]);
    return unpatched;
  };

  test.each([
    ['a list of headers', () => undici(['User-Agent', 'Some/JS 1.2.3', 'accept', '*/*'])],
    ['values of several parts', () => undici(['user-agent', ['Some/JS 1.2.3']])],
    ["the string of Node 20's undici", () => undici('accept: */*\r\nUser-Agent: Some/JS 1.2.3\r\n')],
    ['the header of Google', () => undici(['x-goog-api-client', 'Some/JS 1.2.3'])],
    ['http', () => http({ 'user-agent': 'Some/JS 1.2.3' })],
  ])('is noticed by %s, once', async (about, request) => {
    const module = `unpatched ${about}`;
    await watch(module);
    request();
    request();
    expect(said().split(module).length - 1).toBe(2); // in the sentence, and in its advice
    expect(said()).toContain('Some/JS 1.2.3');
  });

  test.each([
    ['another program', () => undici(['user-agent', 'curl/8'])],
    ['no introduction', () => undici([])],
    ['http without headers', () => http({})],
    ['odd headers', () => undici('no colon here')],
    ['a list of models', () => undici(['user-agent', 'Some/JS 1.2.3'], { method: 'GET', path: '/v1/models' })],
    ['a call that is read again', () => undici(['user-agent', 'Some/JS 1.2.3'], { method: 'GET' })],
    ['an upload', () => undici(['user-agent', 'Some/JS 1.2.3'], { path: '/v1/files' })],
    ['a batch', () => http({ 'user-agent': 'Some/JS 1.2.3' }, { path: '/v1/answers/batches' })],
    ['a mock of http', () => http({ 'user-agent': 'Some/JS 1.2.3' }, { agent: new (class MockAgent {})() })],
  ])('is not %s', async (about, request) => {
    await watch(`not ${about}`);
    request();
    expect(said()).toBe('');
  });

  test('is told once for each copy', async () => {
    await watch('two copies');
    undici(['user-agent', 'Some/JS 1.2.3']);
    undici(['user-agent', 'Some/JS 2.0.0']);
    undici(['user-agent', 'Some/JS 2.0.0']);
    expect(said().match(/two copies \(Some\/JS [\d.]+\)/g)).toEqual([
      'two copies (Some/JS 1.2.3)',
      'two copies (Some/JS 2.0.0)',
    ]);
  });

  test('is named by its companion, if the request names a companion', async () => {
    const { warnOfUnpatched } = await import('../../../src/patching/loading/warn-unpatched.ts');
    const { vercelAI } = (await import('../../../src/providers/sdks.ts')).sdks;
    warnOfUnpatched([{ ...vercelAI, module: 'ai of a test', modelPath: /\/answers(?:\?|$)/ }]);
    const utils = 'ai-sdk/provider-utils/4.0.56 runtime/node.js/v24.0.0';
    undici(['user-agent', utils]); // a package of the community
    expect(said()).toBe('');
    undici(['user-agent', `ai-sdk/openai/3.0.141 ${utils}`]);
    expect(said()).toContain('@ai-sdk/openai (ai-sdk/openai/3.0.141');
    undici(['user-agent', `ai/6.0.322 ai-sdk/openai/3.0.141 ${utils}`]);
    expect(said()).toContain('ai of a test (ai/6.0.322');
  });

  test('is not missed once its instrumentation is switched off', async () => {
    const { stopWarningOf, warnOfUnpatched } = await watch('switched off');
    stopWarningOf('switched off');
    undici(['user-agent', 'Some/JS 1.2.3']);
    expect(said()).not.toContain('switched off');
    warnOfUnpatched([{ name: 'x', module: 'switched off', userAgent: /^Some\/JS /, modelPath: /answers/ }]);
    undici(['user-agent', 'Some/JS 1.2.3']);
    expect(said()).toContain('switched off');
  });

  test('costs a request that is no model call one property read', async () => {
    await watch('cheap');
    const reads: string[] = [];
    const request = new Proxy({ method: 'POST', path: '/api/users', headers: [] } as Record<string, unknown>, {
      get: (target, name) => {
        reads.push(String(name));
        return target[String(name)];
      },
    });
    channel('undici:request:create').publish({ request });
    channel('http.client.request.start').publish({ request });
    expect(new Set(reads)).toEqual(new Set(['path']));
  });

  test('is one no more when it is patched', async () => {
    const { markPatched } = await watch('patched later');
    markPatched('patched later');
    undici(['user-agent', 'Some/JS 1.2.3']);
    expect(said()).not.toContain('patched later'); // the modules of the tests before still listen
  });

  test('a message that cannot be read disturbs nobody', async () => {
    await watch('unreadable');
    expect(() => channel('undici:request:create').publish({})).not.toThrow();
  });
});

describe('one trace context a request', () => {
  beforeEach(() => {
    delete (globalThis as unknown as Record<symbol, unknown>)[Symbol.for('@x/llm-otel.trace-headers')];
  });

  const keep = async (): Promise<void> => {
    const { keepOneTraceContext } = await import('../../../src/patching/calls/trace-headers.ts');
    keepOneTraceContext(/^Traced\/JS /);
    keepOneTraceContext(/^Traced\/JS /);
  };
  const AGENT = ['user-agent', 'Traced/JS 1'];

  test.each([
    [
      'a list: the last one stays',
      [...AGENT, 'traceparent', 'sdk', 'accept', '*/*', 'Traceparent', 'http', 'baggage', 'a=b'],
      [...AGENT, 'accept', '*/*', 'Traceparent', 'http', 'baggage', 'a=b'],
    ],
    [
      'a string: the last one stays',
      'user-agent: Traced/JS 1\r\ntraceparent: sdk\r\ntracestate: x\r\ntraceparent: http\r\n',
      'user-agent: Traced/JS 1\r\ntracestate: x\r\ntraceparent: http\r\n',
    ],
    ['one alone', [...AGENT, 'traceparent', 'sdk'], [...AGENT, 'traceparent', 'sdk']],
    ['none', AGENT, AGENT],
    [
      'another program',
      ['user-agent', 'curl', 'traceparent', 'a', 'traceparent', 'b'],
      ['user-agent', 'curl', 'traceparent', 'a', 'traceparent', 'b'],
    ],
  ])('%s', async (_, given, expected) => {
    await keep();
    expect(undici(given).headers).toEqual(expected);
  });

  test('one that is added later takes the place of the first', async () => {
    await keep();
    const request = undici([...AGENT, 'traceparent', 'sdk'], {
      addHeader(this: { headers: string[] }, name: string, value: string) {
        this.headers.push(name, value);
      },
    }) as { headers: unknown; addHeader(name: string, value: string): void };
    request.addHeader('traceparent', 'http');
    request.addHeader('accept', '*/*');
    expect(request.headers).toEqual([...AGENT, 'traceparent', 'http', 'accept', '*/*']);
  });

  test('a message that cannot be read disturbs nobody', async () => {
    await keep();
    expect(() => channel('undici:request:create').publish({})).not.toThrow();
  });
});
