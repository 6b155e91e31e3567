import type { CallReader } from '../../facts/call.ts';
import { activeContext, callWith, spanOf } from '../../otel/globals.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { swallow } from '../../runtime/guard.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { scopeOf } from '../../telemetry/other-spans/suppressed-span.ts';
import type { Binding } from './binding.ts';
import { beneathOthers, isBeneathOthers, passOver } from './other-wrappers.ts';

/** On a wrapper: who put it there. Shared by all copies of this package in the process. */
const PATCH = Symbol.for('@x/llm-otel.patch');
/** This copy of the package. */
const COPY = Symbol('copy');

/** What a wrapper carries. The last of `owners` records; with none, the wrapper passes every call on. */
interface Patch {
  readonly copy: symbol;
  readonly original: AnyFunction;
  readonly owners: CallRecorder[];
}

type Wrapper = AnyFunction & { [PATCH]?: Patch };

/** How a recorded call is made: calls `method` for `operation` and observes what it returns. */
export type MakeCall = (operation: Operation, method: AnyFunction, self: unknown, args: readonly unknown[]) => unknown;

/** Makes a wrapper of `original`; `recording` says who records at the moment of a call, if anybody does. */
export type Wrap = (original: AnyFunction, recording: () => CallRecorder | undefined) => AnyFunction;

/** A method that starts an operation when it is called. */
export function recordedMethod(reader: CallReader, makeCall: MakeCall): Wrap {
  return (method, recording) => {
    const within = passingOver(method);
    return function (this: unknown, ...args: unknown[]): unknown {
      const telemetry = recording();
      const operation = telemetry?.start(reader, this, args);
      if (operation === undefined) return Reflect.apply(method, this, args);
      const inner = within === undefined ? method : within(telemetry as CallRecorder, args);
      if (operation.contextOnly) return callWith(operation.context, inner, this, args);
      return makeCall(operation, inner, this, args);
    };
  };
}

/**
 * Chooses what a recorded call calls, where `method` is a wrapper of another instrumentation. A call that is not recorded
 * goes through all of them.
 */
export function passingOver(
  method: AnyFunction,
): ((telemetry: CallRecorder, args: readonly unknown[]) => AnyFunction) | undefined {
  const beneath = uncovered(method);
  return beneath === method ? undefined : (telemetry, args) => passOver(method, beneath, telemetry, args);
}

/** What wrappers of others, and wrappers of ours beneath them, were put on. */
function uncovered(method: AnyFunction): AnyFunction {
  const beneath = beneathOthers(method);
  const patch = beneath === method ? undefined : (beneath as Wrapper)[PATCH];
  return patch?.copy === COPY ? uncovered(patch.original) : beneath;
}

/** Where a wrapper is: the value of a property, its getter or setter, or a name in the scope of a module. */
type Slot = 'value' | 'get' | 'set' | 'binding';

interface Wrapped {
  readonly target: object;
  readonly name: string;
  readonly wrapper: Wrapper;
  readonly slot: Slot;
}

/**
 * The methods that one instrumentation has wrapped, in every copy of the SDK that it was given. Wrapping is idempotent:
 * a method that is wrapped already gets another owner instead of another wrapper, and only the last owner records, so
 * two instrumentations make one span.
 */
export class Patcher {
  readonly telemetry: CallRecorder;
  /** Prototypes that were met during calls and have been seen to. */
  visited = new WeakSet<object>();
  #lastSeen: object | undefined;
  readonly #wrapped: Wrapped[] = [];

  constructor(telemetry: CallRecorder) {
    this.telemetry = telemetry;
  }

  /** For classes whose objects turn up during calls. A wrapper of theirs does nothing for calls that are not recorded. */
  get shared(): Patcher {
    return this;
  }

  /** Where the method `name` of `start` is wrapped: in the prototype that has it. */
  wrapTarget(start: unknown, name: string): object | undefined {
    return ownerOf(start, name);
  }

  /** `true` when `prototype` is met for the first time, to see to it. */
  isFirstSeen(prototype: object): boolean {
    if (prototype === this.#lastSeen) return false; // asked at every call, nearly always for the same one
    this.#lastSeen = prototype;
    if (this.visited.has(prototype)) return false;
    this.visited.add(prototype);
    return true;
  }

  /** Is anything wrapped? */
  get active(): boolean {
    return this.#wrapped.length > 0;
  }

  /**
   * Wraps the method `name` of `target`, which is a prototype as a rule. `false` if there is no such method. A wrapper of
   * another copy of this package is wrapped again, and records once that one does not any more.
   */
  wrap(target: unknown, name: string, wrap: Wrap): boolean {
    if ((typeof target !== 'object' && typeof target !== 'function') || target === null) return false;
    const holder = target as Record<string, unknown>;
    const current = holder[name];
    if (typeof current !== 'function') return false;
    return this.#claimExisting(target, name, 'value', current) || this.#install(target, name, 'value', current, wrap);
  }

  /**
   * Lets `see` look at what the getter `name` of `target` returns, for objects that are made when they are first asked for.
   * `false` if there is no such getter.
   */
  wrapGetter(target: unknown, name: string, see: (value: unknown) => void): boolean {
    const holder = ownerOf(target, name);
    const current = holder && Object.getOwnPropertyDescriptor(holder, name)?.get;
    if (current === undefined) return false;
    const wrap: Wrap = (getter, recording) =>
      function get(this: unknown): unknown {
        const value: unknown = Reflect.apply(getter, this, []);
        if (recording() !== undefined) quietly(see, value);
        return value;
      };
    return (
      this.#claimExisting(target as object, name, 'get', current) ||
      this.#install(target as object, name, 'get', current, wrap)
    );
  }

  /**
   * Wraps the functions that constructors of a class assign to `this[name]`: an assignment finds the setter that is put on
   * the prototype. `false` if the prototype has such a property itself.
   */
  wrapAssigned(prototype: unknown, name: string, wrap: Wrap): boolean {
    if (typeof prototype !== 'object' || prototype === null) return false;
    const current = Object.getOwnPropertyDescriptor(prototype, name)?.set;
    if (current !== undefined) return this.#claimExisting(prototype, name, 'set', current) || PATCH in current;
    if (name in prototype) return false;
    const setter: Wrap = (assign, recording) =>
      function set(this: object, value: unknown): void {
        Reflect.apply(assign, this, [typeof value === 'function' ? alike(wrap(value, recording), value) : value]);
      };
    function assign(this: object, value: unknown): void {
      Object.defineProperty(this, name, { value, configurable: true, enumerable: true, writable: true });
    }
    return this.#install(prototype, name, 'set', assign, setter);
  }

  /**
   * Wraps the function that a module calls by a name of its own scope. `false` if it has none by that name or it is
   * constant.
   */
  rebind(binding: Binding | undefined, wrap: Wrap): boolean {
    try {
      const current = binding?.get();
      if (binding === undefined || typeof current !== 'function') return false;
      return (
        this.#claimExisting(binding, '', 'binding', current) || this.#install(binding, '', 'binding', current, wrap)
      );
    } catch {
      return false;
    }
  }

  /** Has this copy of the package wrapped `current`, or what is below it? Then this owner is one more of its owners. */
  #claimExisting(target: object, name: string, slot: Slot, current: Wrapper): boolean {
    for (
      let wrapper: Wrapper | undefined = current;
      wrapper !== undefined;
      wrapper = wrapper[PATCH]?.original as Wrapper | undefined
    ) {
      const patch = wrapper[PATCH];
      if (patch === undefined) return false;
      if (patch.copy !== COPY) continue;
      if (!patch.owners.includes(this.telemetry)) patch.owners.push(this.telemetry);
      if (!this.#wrapped.some((w) => w.wrapper === wrapper)) this.#wrapped.push({ target, name, wrapper, slot });
      return true;
    }
    return false;
  }

  #install(
    target: object,
    name: string,
    slot: Slot,
    current: AnyFunction,
    wrap: Wrap,
    owners: CallRecorder[] = [this.telemetry],
  ): boolean {
    const other = (current as Wrapper)[PATCH]; // another copy of this package: while it records, this one does not
    const recording = (): CallRecorder | undefined => {
      const owner = other !== undefined && other.owners.length > 0 ? undefined : owners[owners.length - 1];
      if (owner === undefined || slot !== 'value' || (target as Record<string, unknown>)[name] === wrapper)
        return owner;
      this.#moveAboveOthers({ target, name, wrapper, slot }, owners, wrap);
      return owner;
    };
    const wrapper: Wrapper = alike(wrap(current, recording), current);
    Object.defineProperty(wrapper, PATCH, { value: { copy: COPY, original: current, owners } satisfies Patch });
    if (slot === 'binding') (target as Binding).set(wrapper);
    else {
      const { enumerable = false } = Object.getOwnPropertyDescriptor(target, name) ?? {};
      const how = slot === 'value' ? { writable: true } : {};
      Object.defineProperty(target, name, { [slot]: wrapper, configurable: true, enumerable, ...how });
    }
    this.#wrapped.push({ target, name, wrapper, slot });
    return true;
  }

  /** Somebody has wrapped on top of us. If it is another instrumentation, the next call is going to meet us first. */
  #moveAboveOthers({ target, name, wrapper }: Wrapped, owners: CallRecorder[], wrap: Wrap): void {
    try {
      const top = (target as Record<string, unknown>)[name];
      if (isBeneathOthers(top, wrapper, scopeOf(spanOf(activeContext()))))
        this.#install(target, name, 'value', top, wrap, owners);
    } catch (error) {
      swallow(error);
    }
  }

  /** Takes this owner from every wrapper and removes those that have no other. */
  unwrapAll(): void {
    this.visited = new WeakSet();
    this.#lastSeen = undefined;
    for (const { target, name, wrapper, slot } of this.#wrapped.splice(0)) {
      const patch = wrapper[PATCH];
      if (patch === undefined) continue;
      const at = patch.owners.indexOf(this.telemetry);
      if (at >= 0) patch.owners.splice(at, 1);
      if (slot === 'binding') {
        const binding = target as Binding;
        if (patch.owners.length === 0 && binding.get() === wrapper) binding.set(patch.original);
        continue;
      }
      const descriptor = Object.getOwnPropertyDescriptor(target, name);
      // Somebody wrapped on top of us: ours has to stay, without an owner it only passes calls on.
      if (patch.owners.length > 0 || descriptor?.[slot] !== wrapper) continue;
      if (slot === 'set') Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, { ...descriptor, [slot]: patch.original });
    }
  }
}

/** Gives `wrapper` the name and length of what it wraps. */
function alike(wrapper: AnyFunction, original: AnyFunction): AnyFunction {
  Object.defineProperty(wrapper, 'name', { value: original.name, configurable: true });
  Object.defineProperty(wrapper, 'length', { value: original.length, configurable: true });
  return wrapper;
}

function quietly(see: (value: unknown) => void, value: unknown): void {
  try {
    see(value);
  } catch (error) {
    swallow(error);
  }
}

/** Does anybody record the calls of `method`, this copy of the package or another? */
export function isRecorded(method: unknown): boolean {
  for (let wrapper = method; typeof wrapper === 'function'; ) {
    const patch: Patch | undefined = (wrapper as Wrapper)[PATCH];
    if (patch !== undefined && patch.owners.length > 0) return true;
    wrapper = patch?.original;
  }
  return false;
}

/** The object in the prototype chain of `start` that has `name` as an own property. */
export function ownerOf(start: unknown, name: string): object | undefined {
  for (let o = start; typeof o === 'object' && o !== null; o = Object.getPrototypeOf(o)) {
    if (Object.hasOwn(o, name)) return o;
  }
  return undefined;
}
