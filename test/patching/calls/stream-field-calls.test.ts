import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test } from 'vitest';
import { streamFieldCalls } from '../../../src/patching/calls/stream-field-calls.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { endOpenOperations } from '../../../src/telemetry/call/open-operations.ts';
import { callReader, configOf, tracing } from '../../telemetry/in-memory.ts';

afterEach(() => endOpenOperations());

type Source = ReadableStream<unknown>;

async function all(stream: Source): Promise<unknown[]> {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

/** Makes a model's call; `spans` are what was recorded of it. */
function recording(signal?: AbortSignal) {
  const traces = tracing();
  const telemetry = new CallRecorder('@x/llm-otel/vercel-ai', '1.2.3', configOf());
  telemetry.setTracerProvider(traces.provider);
  let left = 0;
  const failures: unknown[] = [];
  const around = { end: () => void left++, failed: (error: unknown) => void failures.push(error) };
  const makeCall = streamFieldCalls(
    () => signal,
    (part) => part !== 'mark',
    around,
  );
  const call = (answer: () => unknown): unknown => {
    const operation = telemetry.start(callReader(), {}, [{}]);
    if (operation === undefined) throw new Error('not recorded');
    return makeCall(operation, answer, {}, [{}]);
  };
  const outcomes = (): unknown[] =>
    traces
      .spans()
      .map(({ attributes }) => attributes['llm_otel.stream.outcome'] ?? attributes['error.type'] ?? 'ended');
  return { call, spans: traces.spans, outcomes, left: () => left, failures };
}

/** The stream that the application gets of `source`, which is the same or one that observes it. */
const VIEWS: Readonly<Record<string, (source: Source) => Promise<Source>>> = {
  alone: async (source) => source,
  observed: async (stream) => ((await recording().call(async () => ({ stream }))) as { stream: Source }).stream,
};

/** What happens to a source, and what its reader sees of it. */
const BEHAVIOURS: Readonly<Record<string, (view: (source: Source) => Promise<Source>) => Promise<unknown>>> = {
  'parts and the end': async (view) => {
    const seen = [];
    for await (const part of await view(ReadableStream.from([1, 2, 3]))) seen.push(part);
    return seen;
  },
  'what is asked of the source while nobody reads': async (view) => {
    let pulls = 0;
    const source = new ReadableStream({ pull: (c) => c.enqueue(++pulls) }, { highWaterMark: 0 });
    const reader = (await view(source)).getReader();
    await turn();
    const before = pulls;
    await reader.read();
    await turn();
    return [before, pulls];
  },
  'what a pipe takes ahead of its reader': async (view) => {
    let pulls = 0;
    const source = new ReadableStream({ pull: (c) => c.enqueue(++pulls) }, { highWaterMark: 0 });
    const reader = (await view(source))
      .pipeThrough(new TransformStream())
      .pipeThrough(new TransformStream())
      .getReader();
    await turn();
    const before = pulls;
    await reader.read();
    await turn();
    return [before, pulls];
  },
  'an error between reads': async (view) => {
    const error = new Error('cut');
    const source = new ReadableStream({ pull: (c) => c.enqueue(1) }, { highWaterMark: 0 });
    const reader = (await view(source)).getReader();
    await reader.read();
    const failing = new ReadableStream({ start: (c) => setTimeout(() => c.error(error), 1) });
    const unread = (await view(failing)).getReader();
    return [await unread.closed.catch((e: unknown) => e === error)];
  },
  'the error of a read': async (view) => {
    const error = new Error('cut');
    const reader = (await view(new ReadableStream({ pull: () => Promise.reject(error) }))).getReader();
    const [read, closed] = [await reader.read().catch((e: unknown) => e), await reader.closed.catch((e: unknown) => e)];
    return [read === error, closed === error];
  },
  'the end after the last part, without another read': async (view) => {
    const source = new ReadableStream({
      start(c) {
        c.enqueue(1);
        c.close();
      },
    });
    const reader = (await view(source)).getReader();
    const first = await reader.read();
    await reader.closed;
    return first;
  },
  'a flush downstream, without another read': async (view) => {
    let flushed = false;
    const flush = () => {
      flushed = true;
    };
    const reader = (await view(ReadableStream.from([1]))).pipeThrough(new TransformStream({ flush })).getReader();
    await reader.read();
    await turn();
    return flushed;
  },
  'a cancel and its reason': async (view) => {
    const reasons: unknown[] = [];
    const source = new ReadableStream({ cancel: (reason) => void reasons.push(reason) });
    await (await view(source)).cancel('enough');
    return reasons;
  },
  'an early break': async (view) => {
    let cancelled = 0;
    const source = new ReadableStream({ pull: (c) => c.enqueue(1), cancel: () => void cancelled++ });
    for await (const _ of await view(source)) break;
    return cancelled;
  },
  'both branches of a tee': async (view) => {
    const branches = (await view(ReadableStream.from([1, 2]))).tee();
    return Promise.all(branches.map((branch) => all(branch)));
  },
};

describe('a stream that is observed behaves like the stream', () => {
  test.each(Object.entries(BEHAVIOURS))('%s', async (_, behaviour) => {
    const [alone, observed] = await Promise.all(Object.values(VIEWS).map(behaviour));
    expect(alone).toBeDefined();
    expect(observed).toEqual(alone);
  });
});

/** What is recorded, and whether what the call is part of was left with it. */
const OUTCOMES: readonly (readonly [
  about: string,
  read: (source: Source) => Promise<unknown>,
  outcome: string,
  left: number,
])[] = [
  ['read to its end', (stream) => all(stream), 'completed', 0],
  ['cancelled', (stream) => stream.cancel(), 'cancelled', 1],
  [
    'left early',
    async (stream) => {
      for await (const _ of stream) break;
    },
    'cancelled',
    1,
  ],
  ['piped on', (stream) => all(stream.pipeThrough(new TransformStream())), 'completed', 0],
];

describe('what is recorded', () => {
  test.each(OUTCOMES)('a stream that is %s', async (_, read, outcome, leaves) => {
    const { call, outcomes, spans, left } = recording();
    const stream = ReadableStream.from(['mark', 'a', 'b']);
    await read(((await call(async () => ({ stream }))) as { stream: Source }).stream);
    await turn();
    expect([outcomes(), left()]).toEqual([[outcome], leaves]);
    if (outcome === 'completed') expect(spans()[0]?.attributes['llm_otel.stream.chunks']).toBe(2);
  });

  test('a stream that comes after the application gave up', async () => {
    const { call, outcomes, left } = recording(AbortSignal.abort());
    await call(async () => ({ stream: ReadableStream.from([1]) }));
    expect([outcomes(), left()]).toEqual([['cancelled'], 1]);
  });

  test('a stream that somebody reads already stays as it is', async () => {
    const { call, outcomes } = recording();
    const stream = ReadableStream.from([1]);
    const reader = stream.getReader();
    expect(((await call(async () => ({ stream }))) as { stream: Source }).stream).toBe(stream);
    expect([(await reader.read()).value, outcomes()]).toEqual([1, ['ended']]);
  });

  test('a stream that fails', async () => {
    const { call, outcomes } = recording();
    const stream = new ReadableStream({ pull: () => Promise.reject(new RangeError('cut')) });
    const answer = (await call(async () => ({ stream }))) as { stream: Source };
    await expect(all(answer.stream)).rejects.toThrow('cut');
    expect(outcomes()).toEqual(['failed']);
  });

  test('a stream that fails because the application gave up', async () => {
    const controller = new AbortController();
    const { call, outcomes } = recording(controller.signal);
    const stream = new ReadableStream({
      start: (c) => controller.signal.addEventListener('abort', () => c.error(controller.signal.reason)),
    });
    const answer = (await call(async () => ({ stream }))) as { stream: Source };
    const reading = all(answer.stream);
    controller.abort(new Error('of its own'));
    await expect(reading).rejects.toThrow('of its own');
    expect(outcomes()).toEqual(['cancelled']);
  });

  test.each([
    ['an answer', async () => ({ text: 'x' }), 'ended'],
    ['an answer with a stream of another kind', async () => ({ stream: 'x' }), 'ended'],
    ['a frozen answer', async () => Object.freeze({ stream: ReadableStream.from([1]) }), 'detached'],
    ['an answer that is no promise', () => ({ text: 'x' }), 'ended'],
  ])('%s comes back as it is', async (_, answer, outcome) => {
    const { call, outcomes } = recording();
    let given: unknown;
    const received = await call(() => {
      given = answer();
      return given;
    });
    expect(received).toBe(await given);
    expect(outcomes()).toEqual([outcome]);
  });

  test.each<[string, () => unknown]>([
    [
      'thrown',
      () => {
        throw new RangeError('no');
      },
    ],
    ['rejected', () => Promise.reject(new RangeError('no'))],
  ])('an error that is %s', async (_, method) => {
    const { call, outcomes, failures } = recording();
    await expect((async () => call(method))()).rejects.toThrow(RangeError);
    expect([outcomes(), failures]).toEqual([['RangeError'], [expect.any(RangeError)]]);
  });
});

describe('a stream that nobody can read any more', () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;

  /** Collects garbage until `done`, in `most` turns of the event loop at most. */
  async function collect(done: () => boolean, most = 200): Promise<void> {
    for (let turns = 0; !done() && turns < most; turns++) {
      gc();
      await turn();
    }
  }

  test.each([
    ['unread', 0],
    ['read in part', 1],
  ])('%s: the call is abandoned although its source lives on', async (_, reads) => {
    const { call, outcomes, left } = recording();
    const source = new ReadableStream({ pull: (c) => c.enqueue('a') }, { highWaterMark: 0 });
    const drop = async (): Promise<void> => {
      const { stream } = (await call(async () => ({ stream: source }))) as { stream: Source };
      const reader = stream.getReader();
      for (let n = 0; n < reads; n++) await reader.read();
    };
    await drop();
    await collect(() => outcomes().length > 0);
    expect([outcomes(), left()]).toEqual([['abandoned'], 1]);
    expect(source.locked).toBe(true);
  });

  test('but whose read is on its way: the call goes on', async () => {
    const { call, outcomes } = recording();
    let controller: ReadableStreamDefaultController<unknown> | undefined;
    const source = new ReadableStream({
      start: (c) => {
        controller = c;
      },
    });
    const read: unknown[] = [];
    const start = async (): Promise<void> => {
      const { stream } = (await call(async () => ({ stream: source }))) as { stream: Source };
      void all(stream).then((parts) => read.push(...parts));
    };
    await start();
    await collect(() => outcomes().length > 0, 20);
    expect(outcomes()).toEqual([]);
    controller?.enqueue('a');
    controller?.close();
    await collect(() => outcomes().length > 0);
    expect([outcomes(), read]).toEqual([['completed'], ['a']]);
  });

  test('after it was read to its end: the enclosing call goes on', async () => {
    const { call, outcomes, left } = recording();
    const registered: WeakRef<Source>[] = [];
    const read = async (): Promise<void> => {
      const { stream } = (await call(async () => ({ stream: ReadableStream.from([1, 2]) }))) as { stream: Source };
      registered.push(new WeakRef(stream));
      await all(stream);
    };
    await read();
    await collect(() => registered[0]?.deref() === undefined);
    await collect(() => left() > 0, 20);
    expect(registered[0]?.deref()).toBeUndefined();
    expect([outcomes(), left()]).toEqual([['completed'], 0]);
  });
});
