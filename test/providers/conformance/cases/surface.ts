import { inspect } from 'node:util';
import { describe, stable } from '../describe.ts';
import { json, sse } from '../server.ts';
import type { Case, ModelStream, SpanExpectation, Tools } from '../types.ts';
import { good } from './unary.ts';

/** A call that the SDK itself refuses. */
const refused: SpanExpectation = { status: 'ERROR', finishReasons: null, http: 0 };

/** As `console.log` shows it, except that a function is a function: the SDK's own methods may be wrapped. */
const shown = (value: unknown): string =>
  stable(inspect(value, { depth: 0, compact: false })).replace(/\[\w*Function[^\]]*\]/g, '[Function]');

const outline = (value: object): unknown => ({
  shown: shown(value),
  keys: Object.keys(value),
  looped: loopedKeys(value),
  json: JSON.stringify(value)?.length > 0,
  tag: Object.prototype.toString.call(value),
  class: value.constructor.name,
  frozen: [Object.isFrozen(value), Object.isSealed(value), Object.isExtensible(value)],
});

function loopedKeys(value: object): string[] {
  const keys: string[] = [];
  for (const key in value) keys.push(key);
  return keys;
}

function deepFreeze<T extends object>(value: T): T {
  for (const item of Object.values(value)) if (typeof item === 'object' && item !== null) deepFreeze(item);
  return Object.freeze(value);
}

const method = (t: Tools) => {
  const session = t.open(json(t.wire.answer));
  return (...args: unknown[]) => session.callWith(...args);
};

/** What the SDK's objects look like, and how the methods take their arguments. */
export const SURFACE_CASES: readonly Case[] = [
  {
    name: 'surface: the call, pending and settled',
    spans: [good],
    run: async (t) => {
      const call = t.open(json(t.wire.answer)).call();
      const pending = outline(call);
      await call;
      return [pending, outline(call), call instanceof Promise];
    },
  },
  {
    name: 'surface: the stream, fresh and read',
    spans: [{ outcome: 'completed', finishReasons: 'good' }],
    run: async (t) => {
      const stream = await t.open(sse(t.wire.frames)).stream();
      const fresh = outline(stream);
      for await (const _ of stream) t.mark('chunk');
      return [fresh, outline(stream)];
    },
  },
  {
    name: 'surface: the iterator',
    spans: [{ outcome: 'completed', finishReasons: 'good' }],
    run: async (t) => {
      const stream = await t.open(sse(t.wire.frames)).stream();
      const iterator = stream[Symbol.asyncIterator]() as AsyncIterableIterator<object>;
      const fresh = outline(iterator);
      const itself = iterator[Symbol.asyncIterator]() === iterator;
      const pending = iterator.next();
      const promise = [pending instanceof Promise, pending.constructor.name, Object.keys(pending)];
      await pending;
      for await (const _ of iterator) t.mark('rest');
      return [fresh, itself, promise, outline(iterator)];
    },
  },
  {
    name: 'surface: classes of the SDK',
    needs: ['api-promise'],
    spans: [good, { outcome: 'completed', finishReasons: 'good' }],
    run: async (t) => {
      const call = t.open(json(t.wire.answer)).call();
      const classes = [classesOf(call), await call.then(classesOf)];
      const stream = await t.open(sse(t.wire.frames)).stream();
      for await (const chunk of stream) classes.push(classesOf(chunk));
      return [...classes, classesOf(stream), instances(t, call), instances(t, stream)];
    },
  },
  {
    name: 'surface: the methods',
    spans: [],
    run: (t) => {
      const session = t.open();
      return [shown(session.client).length > 0, Object.keys(session.client), outlineOfMethods(session.client)];
    },
  },
  {
    name: 'surface: frozen arguments',
    spans: (features) => [
      features.has('own:writes-arguments') ? { status: 'ERROR', finishReasons: null, http: 0 } : good,
    ],
    run: async (t) => {
      const call = argumentsOf(t);
      const before = JSON.stringify(call);
      const result = await method(t)(...deepFreeze(call));
      return [result, before === JSON.stringify(call)];
    },
  },
  {
    name: 'surface: arguments without a prototype, with getters',
    spans: [good],
    run: async (t) => {
      const [body = {}] = argumentsOf(t);
      let reads = 0;
      const lazy = Object.create(null) as object;
      for (const [key, value] of Object.entries(body)) {
        Object.defineProperty(lazy, key, {
          enumerable: true,
          get: () => {
            reads += 1;
            return value as unknown;
          },
        });
      }
      return [await method(t)(lazy), reads > 0];
    },
  },
  {
    name: 'surface: a getter in the arguments throws',
    spans: 'any',
    run: async (t) => {
      const broken = {
        ...argumentsOf(t)[0],
        get temperature(): number {
          throw new RangeError('by the application');
        },
      };
      return await outcomeOf(() => method(t)(broken));
    },
  },
  {
    name: 'surface: circular arguments',
    spans: (features) => [features.has('own:unknown-fields-dropped') ? good : refused],
    run: async (t) => {
      const body: Record<string, unknown> = { ...argumentsOf(t)[0] };
      body.metadata = body;
      return await outcomeOf(() => method(t)(body));
    },
  },
  ...[[], [undefined], [null]].map(
    (args): Case => ({
      name: `surface: called with (${args.map(String).join()})`,
      spans: (features) => (features.has('own:unsent-unrecorded') ? [] : [refused]),
      run: async (t) => await outcomeOf(() => method(t)(...args)),
    }),
  ),
];

/** Whether a call fails in its caller's frame or in its promise matters to an application. */
async function outcomeOf(run: () => unknown): Promise<unknown> {
  let returned: unknown;
  try {
    returned = run();
  } catch (error) {
    return { thrown: describe(error) };
  }
  try {
    return { resolved: describe(await returned) };
  } catch (error) {
    return { rejected: describe(error) };
  }
}

function argumentsOf(t: Tools): object[] {
  return JSON.parse(JSON.stringify(t.kit.callArguments)) as object[];
}

function classesOf(value: object): string[] {
  const names: string[] = [];
  for (let at: object | null = value; at !== null; at = Object.getPrototypeOf(at) as object | null)
    names.push(at.constructor.name);
  return names;
}

function instances(t: Tools, value: object | ModelStream): string[] {
  return Object.entries(t.sdk).flatMap(([name, item]) =>
    typeof item === 'function' && typeof item.prototype === 'object' && value instanceof item ? [name] : [],
  );
}

/** Names, lengths and properties of every method that hangs on the client. */
function outlineOfMethods(client: object): unknown {
  const found: Record<string, unknown> = {};
  const visit = (at: object, path: string, depth: number) => {
    const prototype = Object.getPrototypeOf(at) as object | null;
    if (prototype !== null && prototype !== Object.prototype && path !== '') {
      for (const name of Object.getOwnPropertyNames(prototype)) {
        const { value, enumerable, writable, configurable } = Object.getOwnPropertyDescriptor(prototype, name) ?? {};
        if (typeof value !== 'function') continue;
        found[`${path}.${name}`] = [value.name, value.length, Object.keys(value), enumerable, writable, configurable];
      }
    }
    if (depth === 0) return;
    for (const [key, item] of Object.entries(at)) {
      if (typeof item === 'object' && item !== null && !key.startsWith('_') && item !== client)
        visit(item, `${path}/${key}`, depth - 1);
    }
  };
  visit(client, '', 3);
  return found;
}
