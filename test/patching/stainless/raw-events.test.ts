import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { rewriteEvents } from '../../../src/patching/stainless/raw-events.ts';
import { alternativesOf } from '../../support/source-tables.ts';

/** What ends an event; a row for each alternative of the pattern. */
const ENDS = ['\r\n\r\n', '\n\n', '\r\r'] as const;

/** A response whose events `a` and `b` come in `pieces`, and what was rewritten of it. */
function setUp(text: string, pieces: readonly number[] = [1000], asIs = false) {
  const seen: string[] = [];
  const chunks: Uint8Array[] = [];
  let rest = new TextEncoder().encode(text);
  for (const length of pieces) {
    chunks.push(rest.slice(0, length));
    rest = rest.slice(length);
  }
  const response = new Response(ReadableStream.from(chunks), { headers: { 'content-type': 'text/event-stream' } });
  const rewrite = (event: string): string => {
    seen.push(event);
    return event.replace('secret', 'rest');
  };
  rewriteEvents(response, rewrite, () => asIs);
  return { response, seen };
}

async function readAll(stream: ReadableStream<Uint8Array> | null): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream ?? []) text += decoder.decode(chunk, { stream: true });
  return text;
}

const READERS: Readonly<Record<string, (response: Response) => Promise<string>>> = {
  text: (response) => response.text(),
  arrayBuffer: async (response) => new TextDecoder().decode(await response.arrayBuffer()),
  blob: async (response) => (await response.blob()).text(),
  body: (response) => readAll(response.body),
  'text of a clone': (response) => response.clone().text(),
  'body of a clone': (response) => readAll(response.clone().body),
};

it('every end of an event has a row here', () => {
  const written = ENDS.map((end) => JSON.stringify(end).slice(1, -1));
  expect(alternativesOf('src/patching/stainless/raw-events.ts', 'EVENT_END')).toEqual(written);
});

describe.each(ENDS.map((end) => JSON.stringify(end)))('events that end in %s', (written) => {
  const end = JSON.parse(written) as string;
  const text = `data: secret 1${end}data: ü secret 2${end}data: [DONE]${end}`;

  it.each(Object.entries(READERS))('are rewritten one by one: %s', async (_, read) => {
    const { response, seen } = setUp(text);
    expect(await read(response)).toBe(text.replaceAll('secret', 'rest'));
    expect(seen).toEqual([`data: secret 1${end}`, `data: ü secret 2${end}`, `data: [DONE]${end}`]);
  });

  it('are put together from pieces, whatever stands across them', async () => {
    const { response, seen } = setUp(text, [4, 11, 1, 7, 1, 1, 1000]);
    expect(await readAll(response.body)).toBe(text.replaceAll('secret', 'rest'));
    expect(seen).toHaveLength(3);
  });
});

it('an event without an end is rewritten when the body ends', async () => {
  const { response, seen } = setUp('data: secret', [3, 9]);
  expect(await readAll(response.body)).toBe('data: rest');
  expect(seen).toEqual(['data: secret']);
});

it.each(Object.entries(READERS))('nothing is rewritten while the SDK reads: %s', async (_, read) => {
  const { response, seen } = setUp('data: secret\n\n', [14], true);
  expect(await read(response)).toBe('data: secret\n\n');
  expect(seen).toEqual([]);
});

it('the body is one object, and is not locked before it is read', async () => {
  const { response } = setUp('data: secret\n\n');
  expect(response.body).toBe(response.body);
  expect(await response.clone().text()).toBe('data: rest\n\n');
  expect(await response.text()).toBe('data: rest\n\n');
});

it('a body that is left is cancelled, read or not', async () => {
  for (const reads of [0, 1]) {
    const left: unknown[] = [];
    const source = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('data: x\n\n')),
      cancel: (reason) => void left.push(reason),
    });
    const response = new Response(source);
    rewriteEvents(
      response,
      (event) => event,
      () => false,
    );
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    for (let i = 0; i < reads; i++) await reader.read();
    await reader.cancel('left');
    expect(left).toEqual(['left']);
  }
});

it('a read into a buffer of the application is answered at the end', async () => {
  const { response } = setUp('data: secret\n\n');
  const reader = (response.body as ReadableStream<Uint8Array>).getReader({ mode: 'byob' });
  const first = await reader.read(new Uint8Array(64));
  expect(new TextDecoder().decode(first.value)).toBe('data: rest\n\n');
  expect((await reader.read(new Uint8Array(64))).done).toBe(true);
});

describe('node-fetch', () => {
  /** A response as node-fetch makes it: its readers go through `this.body`. */
  function nodeResponse(text: string) {
    const body = Readable.from([Buffer.from(text)]);
    class NodeResponse {
      get body(): Readable {
        return body;
      }
      async buffer(): Promise<Buffer> {
        const chunks: Buffer[] = [];
        for await (const chunk of this.body) chunks.push(chunk as Buffer);
        return Buffer.concat(chunks);
      }
      async text(): Promise<string> {
        return (await this.buffer()).toString();
      }
    }
    const response = new NodeResponse();
    const seen: string[] = [];
    const rewrite = (event: string): string => {
      seen.push(event);
      return event.replace('secret', 'rest');
    };
    rewriteEvents(response, rewrite, () => false);
    return { response, seen };
  }

  it.each(['buffer', 'text'] as const)('%s() is rewritten once', async (name) => {
    const { response, seen } = nodeResponse('data: secret\n\n');
    expect(String(await response[name]())).toBe('data: rest\n\n');
    expect(seen).toEqual(['data: secret\n\n']);
  });

  it('its body is a stream of Node', async () => {
    const { response, seen } = nodeResponse('data: secret\n\ndata: 2');
    let text = '';
    for await (const chunk of response.body) text += String(chunk);
    expect(text).toBe('data: rest\n\ndata: 2');
    expect(seen).toEqual(['data: secret\n\n', 'data: 2']);
  });
});
