import { expect, test } from 'vitest';
import { PageEvents } from '../../../src/cli/view/serve/page-events.ts';
import { sendGrpc } from '../../../src/pipeline/transport/grpc.ts';
import { otlpSpan, traceId, traceRequest } from './otlp-json.ts';
import { runningView, type TestView } from './running-view.ts';

const post = (view: TestView, ...traces: readonly number[]): Promise<Response> =>
  fetch(`${view.otlp}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(traceRequest(traces.map((trace) => otlpSpan({ trace, start: trace })))),
  });

/** Events of a page until one of `name` comes that the check accepts. */
async function eventsUntil(
  view: TestView,
  act: () => unknown,
  name: string,
  accepts: (data: never) => boolean = () => true,
): Promise<string[]> {
  const answer = await view.page('/api/events');
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const names: string[] = [];
  let text = '';
  await act();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the stream ended after ${names}`);
    text += Buffer.from(value).toString();
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [, event, data] = text.slice(0, end).match(/^event: (\w+)\ndata: (.*)$/s) ?? [];
      text = text.slice(end + 2);
      if (event === undefined) continue;
      names.push(event);
      if (event === name && accepts(JSON.parse(data ?? '') as never)) {
        await reader.cancel();
        return names;
      }
    }
  }
}

test('a page hears of the sums at once, and of each change', async () => {
  const view = await runningView();
  const names = await eventsUntil(
    view,
    () => post(view, 1, 2),
    'trace',
    ({ traceId: id, traceIds }: { traceId: string; traceIds: string[] }) => {
      expect([id, traceIds]).toEqual([traceId(2), [traceId(1), traceId(2)]]);
      return true;
    },
  );
  expect(names[0]).toBe('stats');
});

test('many changes are few events', async () => {
  const view = await runningView();
  const names = await eventsUntil(
    view,
    async () => {
      for (let n = 1; n <= 50; n++) await post(view, n);
    },
    'stats',
    ({ traces }: { traces: number }) => traces === 50,
  );
  expect(names.length).toBeLessThan(50);
});

test('a page hears that everything was forgotten', async () => {
  const view = await runningView();
  await post(view, 1);
  await eventsUntil(view, () => view.page('/api/data', { method: 'DELETE' }), 'clear');
});

test('no page, no work: changes are not gathered', async () => {
  let listener: (traceIds: ReadonlySet<string>) => void = () => {};
  let rows = 0;
  const data = { onChange: (call: typeof listener) => (listener = call), row: () => void rows++, stats: () => ({}) };
  const events = new PageEvents(data as never, () => '');
  for (let n = 0; n < 1000; n++) listener(new Set([String(n)]));
  events.clear();
  events.close();
  expect(rows).toBe(0);
});

test('spans arrive over gRPC, and a broken request gets its status', async () => {
  const view = await runningView();
  const target = { url: `http://${view.grpc}`, signal: 'traces', headers: {}, compression: 'none', tls: {} };
  // ResourceSpans with ScopeSpans with one Span: ids and a name.
  const field = (tag: number, bytes: Buffer): Buffer => Buffer.concat([Buffer.of(tag, bytes.length), bytes]);
  const span = Buffer.concat([
    field(0x0a, Buffer.alloc(16, 1)),
    field(0x12, Buffer.alloc(8, 2)),
    field(0x2a, Buffer.from('by gRPC')),
  ]);
  const body = field(0x0a, field(0x12, field(0x12, span)));
  for (const compression of ['none', 'gzip'])
    expect(await sendGrpc({ ...target, compression } as never, body, 5000)).toEqual({ ok: true });
  expect(await sendGrpc(target as never, Buffer.of(0x0a, 0x7f), 5000)).toMatchObject({ ok: false, status: 3 });
  const bad = field(0x0a, field(0x12, field(0x12, field(0x2a, Buffer.from('no ids')))));
  expect(await sendGrpc(target as never, bad, 5000)).toMatchObject({ ok: true, rejected: 1 });
  const { traces } = (await (await view.page('/api/traces')).json()) as { traces: { name: string }[] };
  expect(traces.map(({ name }) => name)).toEqual(['by gRPC']);
});
