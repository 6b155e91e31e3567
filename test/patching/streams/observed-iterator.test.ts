import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import {
  observedIterator,
  observeIterator,
  type StreamObserver,
} from '../../../src/patching/streams/observed-iterator.ts';

async function* generate(): AsyncGenerator<number, string, unknown> {
  yield 1;
  yield 2;
  return 'over';
}

function observer() {
  return {
    operation: { detach: vi.fn() },
    inFlight: 0,
    chunk: vi.fn(),
    done: vi.fn(),
    failed: vi.fn(),
    cancel: vi.fn(),
  } satisfies StreamObserver;
}

const observed = (state: StreamObserver = observer()) =>
  observedIterator(generate(), state, {}) as ReturnType<typeof generate>;

/** Properties of an iterator that an application sees without reading. */
const VISIBLE: readonly [string, (iterator: AsyncGenerator) => unknown][] = [
  ['its own members', (iterator) => Reflect.ownKeys(iterator)],
  ['what it is called', (iterator) => Object.prototype.toString.call(iterator)],
  ['how it is printed', (iterator) => inspect(iterator)],
  ['its constructor', (iterator) => iterator.constructor],
  ['that it is its own iterator', (iterator) => iterator[Symbol.asyncIterator]() === iterator],
  ['what its prototype inherits from', (iterator) => Object.getPrototypeOf(Object.getPrototypeOf(iterator))],
  ['the names of its methods', ({ next, return: close, throw: raise }) => [next.name, close.name, raise.name]],
  ['what it can be extended by', (iterator) => [Object.isExtensible(iterator), Object.isFrozen(iterator)]],
];

/** Methods that are called on something else. */
const DETACHED: readonly [string, (iterator: AsyncGenerator) => Promise<unknown>][] = [
  ['next', ({ next }) => next()],
  ['return', ({ return: close }) => close('x')],
  ['throw', ({ throw: raise }) => raise(new Error('x'))],
];

describe('an observed generator', () => {
  it.each(VISIBLE)('does not differ in %s', (_name, read) => {
    expect(read(observed())).toEqual(read(generate()));
  });

  it.each(DETACHED)('refuses a detached %s() as a generator does', async (_name, call) => {
    const error = await call(generate()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    await expect(call(observed())).rejects.toStrictEqual(error);
  });

  it('passes on what is sent into it', async () => {
    async function* echo(): AsyncGenerator<unknown, unknown, unknown> {
      return yield 'first';
    }
    const iterator = observedIterator(echo(), observer(), {}) as AsyncGenerator;
    await iterator.next();
    expect(await iterator.next('sent')).toEqual({ value: 'sent', done: true });
  });

  it('reports every chunk and the end', async () => {
    const state = observer();
    const values = [];
    for await (const value of observed(state)) values.push(value);
    expect(values).toEqual([1, 2]);
    expect(state.chunk.mock.calls).toEqual([[1], [2]]);
    expect(state.done).toHaveBeenCalledOnce();
    expect(state.inFlight).toBe(0);
  });
});

/** Ways to leave an iterator. */
const LEFT: readonly [string, (iterator: AsyncGenerator) => Promise<unknown>][] = [
  ['return', (iterator) => iterator.return('left')],
  ['throw', (iterator) => iterator.throw(new Error('left')).catch(() => {})],
];

describe.each(LEFT)('%s()', (_name, leave) => {
  it('cancels the call of a stream that nobody has read', async () => {
    const state = observer();
    await leave(observed(state));
    expect(state.cancel).toHaveBeenCalledOnce();
  });

  it('of a second iterator does not touch the call that the first one reads', async () => {
    const state: StreamObserver = observer();
    const [first, second] = [observed(state), observed(state)];
    await first.next();
    await leave(second);
    expect(state.cancel).not.toHaveBeenCalled();
    await leave(first);
    expect(state.cancel).toHaveBeenCalledOnce();
  });

  it('waits for the reads that are on their way: how those end, the call ends', async () => {
    const told: string[] = [];
    const tell = (name: string) => () => void told.push(name);
    const state = { ...observer(), chunk: tell('chunk'), done: tell('done'), cancel: tell('cancel') };
    const iterator = observed(state);
    const reads = [iterator.next(), iterator.next(), iterator.next()];
    const left = leave(iterator);
    expect(told).toEqual([]);
    await Promise.all([...reads, left]);
    expect(told).toEqual(['chunk', 'chunk', 'done', 'cancel']);
    expect(state.inFlight).toBe(0);
  });
});

it('a second iterator that is read brings no chunks', async () => {
  const state: StreamObserver = observer();
  const [first, second] = [observed(state), observed(state)];
  await first.next();
  await second.next();
  expect(state.chunk).toHaveBeenCalledOnce();
  expect(state.inFlight).toBe(0);
});

describe('a chunk that is hidden', () => {
  const hides = (chunk: unknown): boolean => chunk === 1;

  it('does not reach the application, nor counts', async () => {
    const state = observer();
    const iterator = observedIterator(generate(), state, {}, hides) as AsyncGenerator;
    expect(await iterator.next()).toEqual({ value: 2, done: false });
    expect(state.chunk.mock.calls).toEqual([[2]]);
    expect(await iterator.next()).toEqual({ value: 'over', done: true });
    expect(state.inFlight).toBe(0);
  });

  it('is no last result, even if that looks the same', async () => {
    const state = observer();
    const last = (async function* () {
      yield 2;
      return 1;
    })();
    const iterator = observedIterator(last, state, {}, hides) as AsyncGenerator;
    await iterator.next();
    expect(await iterator.next()).toEqual({ value: 1, done: true });
    expect(state.done).toHaveBeenCalledOnce();
  });
});

it('an error of the stream is told once, and thrown as it is', async () => {
  const state = observer();
  const error = new Error('broken');
  const broken = (async function* () {
    yield await Promise.reject(error);
  })();
  const iterator = observedIterator(broken, state, {}) as AsyncGenerator;
  await expect(iterator.next()).rejects.toBe(error);
  expect(state.failed.mock.calls).toEqual([[error]]);
  expect(state.inFlight).toBe(0);
});

describe('what is observed', () => {
  it('stays itself if it is no generator of this realm', async () => {
    const state = observer();
    const own = generate();
    const written = { next: () => own.next(), [Symbol.asyncIterator]: () => written };
    expect(observedIterator(written, state, {})).toBe(written);
    for await (const _ of written);
    expect(state.chunk.mock.calls).toEqual([[1], [2]]);
    expect(Object.keys(written)).toEqual(['next']);
  });

  it.each([undefined, null, {}, 'text'])('is nothing where an SDK made %j', (made) => {
    expect(observedIterator(made, observer(), {})).toBe(made);
  });

  it('stays itself if it has own properties', async () => {
    const state = observer();
    const closed = vi.fn();
    const generator = generate();
    const close = generator.return.bind(generator);
    const dressed = Object.assign(generator, {
      return: (value: string) => {
        closed();
        return close(value);
      },
    });
    const made = observedIterator(dressed, state, {}) as typeof generator;
    expect(made).toBe(generator);
    for await (const _ of made) break;
    expect(closed).toHaveBeenCalledOnce();
    expect(state.cancel).toHaveBeenCalledOnce();
  });

  it('stays itself where the application has it already', async () => {
    const state = observer();
    const iterator = generate();
    observeIterator(iterator, state, {});
    for await (const _ of iterator) break;
    expect(Object.keys(iterator)).toEqual([]);
    expect(state.cancel).toHaveBeenCalledOnce();
  });
});
