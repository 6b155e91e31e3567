import { describe, expect, test, vi } from 'vitest';
import { ownerOf, Patcher, recordedMethod, type Wrap } from '../../../src/patching/wrapping/patcher.ts';
import type { AnyFunction } from '../../../src/runtime/any-function.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { callReader, configOf, tracing } from '../../telemetry/in-memory.ts';

class Sdk {
  create(body: string, options?: number): string {
    return `${body} ${options}`;
  }
}

/** A class of its own for each test. */
function sdk(): typeof Sdk {
  return class extends Sdk {
    override create(body: string, options?: number): string {
      return super.create(body, options);
    }
  };
}

function patcherFor(name: string): Patcher {
  return new Patcher(new CallRecorder(name, '1.2.3', configOf()));
}

/** A wrap that notes who records each call. */
function noting(seen: (string | undefined)[]): Wrap {
  return (original, recording) =>
    function (this: unknown, ...args: unknown[]) {
      seen.push(recording()?.scope);
      return Reflect.apply(original, this, args);
    };
}

describe('wrapping', () => {
  test('keeps name, length and the shape of the prototype', () => {
    const Class = sdk();
    const { create } = Class.prototype;
    const before = Object.getOwnPropertyDescriptor(Class.prototype, 'create');
    patcherFor('a').wrap(Class.prototype, 'create', noting([]));
    const after = Object.getOwnPropertyDescriptor(Class.prototype, 'create');
    expect(Class.prototype.create).not.toBe(create);
    expect(after).toEqual({ ...before, value: after?.value });
    expect([after?.value.name, after?.value.length]).toEqual([create.name, create.length]);
    expect(Object.keys(Class.prototype)).toEqual([]);
    expect(Object.keys(after?.value)).toEqual([]);
  });

  test('gives arguments, this and the result on', () => {
    const Class = sdk();
    const seen: string[] = [];
    patcherFor('a').wrap(Class.prototype, 'create', noting(seen));
    expect(new Class().create('x', 2)).toBe('x 2');
    expect(seen).toEqual(['a']);
  });

  test('an enumerable method stays enumerable', () => {
    const target = { create() {} };
    patcherFor('a').wrap(target, 'create', noting([]));
    expect(Object.keys(target)).toEqual(['create']);
  });

  test('twice by the same owner is once', () => {
    const Class = sdk();
    const seen: string[] = [];
    const patcher = patcherFor('a');
    expect(patcher.wrap(Class.prototype, 'create', noting(seen))).toBe(true);
    const once = Class.prototype.create;
    expect(patcher.wrap(Class.prototype, 'create', noting(seen))).toBe(true);
    expect(Class.prototype.create).toBe(once);
    new Class().create('x');
    expect(seen).toEqual(['a']);
  });

  test.each([undefined, null, 1, 'text', {}, { create: 1 }])('%o has no such method', (target) => {
    expect(patcherFor('a').wrap(target, 'create', noting([]))).toBe(false);
  });

  test('a static method of a function', () => {
    const Class = Object.assign(sdk(), { parse: () => 'parsed' });
    expect(patcherFor('a').wrap(Class, 'parse', noting([]))).toBe(true);
    expect(Class.parse()).toBe('parsed');
  });
});

describe('two owners', () => {
  function both() {
    const Class = sdk();
    const original = Class.prototype.create;
    const seen: (string | undefined)[] = [];
    const [a, b] = [patcherFor('a'), patcherFor('b')];
    a.wrap(Class.prototype, 'create', noting(seen));
    b.wrap(Class.prototype, 'create', noting(seen));
    return { Class, original, seen, a, b };
  }

  test('the last one records, once', () => {
    const { Class, seen } = both();
    new Class().create('x');
    expect(seen).toEqual(['b']);
  });

  test.each([
    ['the last', 'b', 'a'],
    ['the first', 'a', 'b'],
  ] as const)('%s leaves, the other records', (_, leaves, stays) => {
    const patched = both();
    patched[leaves].unwrapAll();
    new patched.Class().create('x');
    expect(patched.seen).toEqual([stays]);
    expect(patched.Class.prototype.create).not.toBe(patched.original);
    patched[stays].unwrapAll();
    expect(patched.Class.prototype.create).toBe(patched.original);
  });

  test('one that comes back is the last again', () => {
    const { Class, seen, a, b } = both();
    a.unwrapAll();
    a.wrap(Class.prototype, 'create', noting(seen));
    new Class().create('x');
    b.unwrapAll();
    new Class().create('x');
    expect(seen).toEqual(['a', 'a']);
  });
});

describe('somebody else on top', () => {
  /** Wraps without leaving a mark, as shimmer does. */
  function onTop(target: { create: AnyFunction }): void {
    const inner = target.create;
    target.create = function (this: unknown, ...args: unknown[]): unknown {
      return Reflect.apply(inner, this, args);
    };
  }

  test('ours stays below and passes calls on', () => {
    const Class = sdk();
    const seen: (string | undefined)[] = [];
    const patcher = patcherFor('a');
    patcher.wrap(Class.prototype, 'create', noting(seen));
    onTop(Class.prototype as { create: AnyFunction });
    const theirs = Class.prototype.create;
    patcher.unwrapAll();
    expect(Class.prototype.create).toBe(theirs);
    expect(new Class().create('x', 1)).toBe('x 1');
    expect(seen).toEqual([undefined]);
  });

  test('they wrapped before us: theirs is back when we leave', () => {
    const Class = sdk();
    onTop(Class.prototype as { create: AnyFunction });
    const theirs = Class.prototype.create;
    const patcher = patcherFor('a');
    patcher.wrap(Class.prototype, 'create', noting([]));
    patcher.unwrapAll();
    expect(Class.prototype.create).toBe(theirs);
  });
});

test('another copy of this package records only while the first does not', async () => {
  const Class = sdk();
  const seen: (string | undefined)[] = [];
  const recorded = (): (string | undefined)[] => seen.splice(0).filter((scope) => scope !== undefined);
  const first = patcherFor('first copy');
  first.wrap(Class.prototype, 'create', noting(seen));
  vi.resetModules();
  const copy = await import('../../../src/patching/wrapping/patcher.ts');
  const other = new copy.Patcher(new CallRecorder('second copy', '1.2.3', configOf()));
  expect(other.wrap(Class.prototype, 'create', noting(seen))).toBe(true);
  const stacked = Class.prototype.create;
  expect(first.wrap(Class.prototype, 'create', noting(seen))).toBe(true);
  expect(Class.prototype.create).toBe(stacked); // not wrapped a third time
  new Class().create('x');
  expect(recorded()).toEqual(['first copy']);
  first.unwrapAll();
  new Class().create('x');
  expect(recorded()).toEqual(['second copy']);
  first.wrap(Class.prototype, 'create', noting(seen));
  new Class().create('x');
  expect(recorded()).toEqual(['first copy']);
  first.unwrapAll();
  other.unwrapAll();
  new Class().create('x');
  expect(recorded()).toEqual([]);
});

describe('a recorded method', () => {
  const made = (makeCall = vi.fn((_operation, method, self, args) => Reflect.apply(method, self, args))) => {
    const Class = sdk();
    const { provider, spans } = tracing();
    const patcher = patcherFor('a');
    patcher.wrap(Class.prototype, 'create', recordedMethod(callReader(), makeCall));
    return { Class, provider, spans, patcher, makeCall };
  };

  test('is the SDK alone while nothing is registered', () => {
    const { Class, makeCall } = made();
    expect(new Class().create('x', 1)).toBe('x 1');
    expect(makeCall).not.toHaveBeenCalled();
  });

  test('starts an operation for the call', () => {
    const { Class, patcher, provider, makeCall } = made();
    patcher.telemetry.setTracerProvider(provider);
    expect(new Class().create('x', 1)).toBe('x 1');
    expect(makeCall).toHaveBeenCalledOnce();
    makeCall.mock.calls[0]?.[0].end({});
  });

  test('is the SDK alone again after the last owner has left, for whoever kept the wrapper', () => {
    const { Class, patcher, provider, makeCall } = made();
    patcher.telemetry.setTracerProvider(provider);
    const kept = Class.prototype.create;
    patcher.unwrapAll();
    expect(kept.call(new Class(), 'x', 1)).toBe('x 1');
    expect(makeCall).not.toHaveBeenCalled();
  });
});

test('the owner of a method is where it is an own property', () => {
  const Class = sdk();
  const object = new (class extends Class {})();
  expect(ownerOf(object, 'create')).toBe(Class.prototype);
  expect(ownerOf(object, 'missing')).toBeUndefined();
  expect(ownerOf(undefined, 'create')).toBeUndefined();
  expect(ownerOf('text', 'length')).toBeUndefined();
});

describe('names in the scope of a module', () => {
  /** A module that calls `inner` by its name. */
  function moduleScope(fixed = false) {
    let inner: unknown = (x: number): number => x + 1;
    const binding = {
      get: () => inner,
      set: (value: unknown) => {
        if (fixed) throw new TypeError('Assignment to constant variable.');
        inner = value;
      },
    };
    return { binding, call: (x: number): unknown => (inner as AnyFunction)(x) };
  }

  test('are wrapped once, recorded by the last owner, and given back', () => {
    const { binding, call } = moduleScope();
    const original = binding.get();
    const seen: (string | undefined)[] = [];
    const [a, b] = [patcherFor('a'), patcherFor('b')];
    expect([a.rebind(binding, noting(seen)), b.rebind(binding, noting(seen))]).toEqual([true, true]);
    expect([call(1), seen.splice(0)]).toEqual([2, ['b']]);
    b.unwrapAll();
    expect([call(1), seen.splice(0)]).toEqual([2, ['a']]);
    a.unwrapAll();
    expect(binding.get()).toBe(original);
  });

  test.each([
    ['a constant', moduleScope(true).binding],
    ['no function', { get: () => 1, set: () => {} }],
    [
      'no such name',
      {
        get: () => {
          throw new ReferenceError('inner is not defined');
        },
        set: () => {},
      },
    ],
    ['none', undefined],
  ])('%s is left alone', (_, binding) => {
    expect(patcherFor('a').rebind(binding, noting([]))).toBe(false);
  });
});

test('a class that turns up during calls is seen to once, and anew after everything was unwrapped', () => {
  const patcher = patcherFor('a');
  const [first, second] = [{}, {}];
  const seen = () => [first, first, second, first].map((prototype) => patcher.isFirstSeen(prototype));
  expect(seen()).toEqual([true, false, true, false]);
  expect(seen()).toEqual([false, false, false, false]);
  patcher.unwrapAll();
  expect(seen()).toEqual([true, false, true, false]);
});
