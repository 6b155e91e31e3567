import { describe, expect, test } from 'vitest';
import {
  bodyGetter,
  isResponse,
  observeResponse,
  type RawResponseHandlers,
} from '../../../src/patching/stainless/raw-response.ts';
import { rowsOf } from '../../support/source-tables.ts';

/** What is told of a response, in order. */
function setUp(parsing = false) {
  const told: unknown[] = [];
  const end: RawResponseHandlers = {
    parsing: () => parsing,
    read: (body) => void told.push(body === undefined ? 'read' : body),
    failed: (error) => void told.push(error),
  };
  return { told, end };
}

const TEXT = '{"a":1}';
const response = (): Response => new Response(TEXT, { headers: { 'content-type': 'application/json' } });

/** Every way to read a body as a whole; what is told of it. */
const READERS: Readonly<Record<string, unknown>> = {
  json: { a: 1 },
  text: 'read',
  arrayBuffer: 'read',
  blob: 'read',
  bytes: 'read',
  formData: 'read',
};

/** `bytes()` came with Node 22, and a form has a body of its own. */
function readable(name: string): Response & Record<string, () => Promise<unknown>> {
  const made = name === 'formData' ? new Response(new FormData()) : response();
  if (!('bytes' in made))
    Object.defineProperty(made, 'bytes', { value: async () => new Uint8Array(await response().arrayBuffer()) });
  return made as Response & Record<string, () => Promise<unknown>>;
}

describe.each(Object.entries(READERS))('%s()', (name, expected) => {
  test('is told when the body is there, and gives what it gave', async () => {
    const { told, end } = setUp();
    const [plain, observed] = [readable(name), readable(name)];
    observeResponse(observed, end, {});
    const reading = observed[name]?.();
    expect(told).toEqual([]);
    expect(await reading).toEqual(name === 'formData' ? expect.any(FormData) : await plain[name]?.());
    expect(told).toEqual([expected]);
  });

  test('of a clone is told as well', async () => {
    const { told, end } = setUp();
    const observed = response();
    observeResponse(observed, end, {});
    const copy = observed.clone() as Response & Record<string, (() => Promise<unknown>) | undefined>;
    if (name === 'formData' || copy[name] === undefined) return;
    await copy[name]();
    expect(told).toEqual([expected]);
  });

  test('tells nothing while the SDK parses', async () => {
    const { told, end } = setUp(true);
    const observed = readable(name);
    observeResponse(observed, end, {});
    await observed[name]?.();
    expect([told, (await Promise.resolve(observed.body)) && told]).toEqual([[], []]);
  });
});

test('every reader has a row here', () => {
  expect(rowsOf('src/patching/stainless/raw-response.ts', 'READERS').sort()).toEqual(Object.keys(READERS).sort());
});

test('a body that is no JSON fails, as it does without', async () => {
  const { told, end } = setUp();
  const observed = new Response('not json');
  observeResponse(observed, end, {});
  const error = await observed.json().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SyntaxError);
  expect(told).toEqual([error]);
});

test('the body itself is told when it is taken', () => {
  const { told, end } = setUp();
  const observed = response();
  observeResponse(observed, end, {});
  expect(observed.body).toBe(observed.body);
  expect(told).toEqual(['read', 'read']);
  expect(Object.keys(observed)).toEqual([]);
});

test('a response that is asked for twice is observed twice', async () => {
  const [first, second] = [setUp(), setUp()];
  const observed = response();
  observeResponse(observed, first.end, {});
  observeResponse(observed, second.end, {});
  await observed.text();
  expect([first.told, second.told]).toEqual([['read'], ['read']]);
});

test('readers that go through other members are told of once, as those of node-fetch do', async () => {
  const { told, end } = setUp();
  class NodeResponse {
    get body(): string {
      return TEXT;
    }
    async text(): Promise<string> {
      return this.body;
    }
    async json(): Promise<unknown> {
      return JSON.parse(await this.text());
    }
    async arrayBuffer(): Promise<ArrayBuffer> {
      return new ArrayBuffer(0);
    }
    clone(): NodeResponse {
      void this.body;
      return new NodeResponse();
    }
  }
  const observed = new NodeResponse();
  observeResponse(observed as never, end, {});
  observed.clone();
  expect(told).toEqual([]);
  await observed.json();
  expect(told).toEqual([{ a: 1 }]);
});

test.each([
  [new Response(''), true],
  [{ json: () => {}, arrayBuffer: () => {} }, true],
  [{ json: () => {} }, false],
  [{ arrayBuffer: () => {} }, false],
  [null, false],
  [undefined, false],
  ['text', false],
])('%o is a response: %s', (value, expected) => {
  expect(isResponse(value)).toBe(expected);
});

test('a response without a getter of its body keeps what it has', () => {
  const { told, end } = setUp();
  const json = (): void => {};
  for (const observed of [
    { json, arrayBuffer: json },
    { json, arrayBuffer: json, body: 'text' },
  ]) {
    const before = 'body' in observed && observed.body;
    observeResponse(observed, end, {});
    expect('body' in observed && observed.body).toBe(before);
  }
  expect(told).toEqual([]);
});

test('the getter of the body is found wherever it is', () => {
  expect(bodyGetter(response())).toBe(Object.getOwnPropertyDescriptor(Response.prototype, 'body')?.get);
  expect(bodyGetter({ body: 1 })).toBeUndefined();
  expect(bodyGetter({})).toBeUndefined();
});
