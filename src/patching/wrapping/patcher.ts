import type { CallReader } from '../../facts/call.ts';
import { activeContext, callWith, spanOf } from '../../otel/globals.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { swallow } from '../../runtime/guard.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { scopeOf } from '../../telemetry/other-spans/suppressed-span.ts';
import type { Binding } from './binding.ts';
import { chooseMethod, isBelowOthers, methodBelowOthers } from './other-wrappers.ts';

/** Property of a wrapper that holds the {@link Patch}. All copies of this package in the process share the symbol. */
const PATCH = Symbol.for('@x/llm-otel.patch');
/** Identifies the wrappers of this copy of the package. */
const COPY = Symbol('copy');

/** Data on a wrapper. The last of `owners` records. Without owners, the wrapper calls the original method only. */
interface Patch {
  readonly copy: symbol;
  readonly original: AnyFunction;
  readonly owners: CallRecorder[];
}

type Wrapper = AnyFunction & { [PATCH]?: Patch };

/** Makes a recorded call: calls `method` for `operation` and observes the result. */
export type MakeCall = (operation: Operation, method: AnyFunction, self: unknown, args: readonly unknown[]) => unknown;

/** Makes a wrapper of `original`. At every call `recording` returns the recorder; `undefined` if nobody records. */
export type Wrap = (original: AnyFunction, recording: () => CallRecorder | undefined) => AnyFunction;

/** Wraps a method: every call starts an operation. */
export function recordedMethod(reader: CallReader, makeCall: MakeCall): Wrap {
  return (method, recording) => {
    const choose = methodChooser(method);
    return function (this: unknown, ...args: unknown[]): unknown {
      const telemetry = recording();
      const operation = telemetry?.start(reader, this, args);
      if (operation === undefined) return Reflect.apply(method, this, args);
      const inner = choose === undefined ? method : choose(telemetry as CallRecorder, args);
      if (operation.contextOnly) return callWith(operation.context, inner, this, args);
      return makeCall(operation, inner, this, args);
    };
  };
}

/**
 * Returns a function that chooses the method for a recorded call, so that the call skips wrappers of different
 * instrumentation packages; `undefined` if `method` is no wrapper of a known package. Calls without recording go
 * through every wrapper.
 */
export function methodChooser(
  method: AnyFunction,
): ((telemetry: CallRecorder, args: readonly unknown[]) => AnyFunction) | undefined {
  const below = sdkMethodOf(method);
  return below === method ? undefined : (telemetry, args) => chooseMethod(method, below, telemetry, args);
}

/** Unwraps wrappers of different packages, and our wrappers below them, down to the method of the SDK. */
function sdkMethodOf(method: AnyFunction): AnyFunction {
  const below = methodBelowOthers(method);
  const patch = below === method ? undefined : (below as Wrapper)[PATCH];
  return patch?.copy === COPY ? sdkMethodOf(patch.original) : below;
}

/** Where a wrapper stands: the value, getter or setter of a property, or a variable in the scope of a module. */
type Slot = 'value' | 'get' | 'set' | 'binding';

interface Place {
  readonly target: object;
  readonly name: string;
  readonly slot: Slot;
}

interface Wrapped extends Place {
  readonly wrapper: Wrapper;
}

/**
 * Wraps methods for one instrumentation, in every copy of the SDK that the instrumentation patches. Wrapping is
 * idempotent: a wrapped method gets a second owner and no second wrapper. Only the last owner records, so two
 * instrumentations make one span.
 */
export class Patcher {
  readonly telemetry: CallRecorder;
  /** Prototypes found during calls, and patched. */
  seenPrototypes = new WeakSet<object>();
  #lastSeen: object | undefined;
  readonly #wrapped: Wrapped[] = [];

  constructor(telemetry: CallRecorder) {
    this.telemetry = telemetry;
  }

  /** Names of the wrapped methods, such as `Completions.create`, each once, in the order of wrapping. */
  methodNames(): string[] {
    const names = this.#wrapped.map(({ target, name }) => {
      const { constructor: owner } = target as { constructor?: unknown };
      return typeof owner === 'function' && owner.name !== '' ? `${owner.name}.${name}` : name;
    });
    return [...new Set(names)];
  }

  /**
   * Patcher for classes of the SDK found during calls (promises, runners). Wrappers on these classes do
   * nothing for calls without recording.
   */
  get shared(): Patcher {
    return this;
  }

  /** The object on which the method `name` of `start` is wrapped: the prototype with the own property `name`. */
  wrapTarget(start: unknown, name: string): object | undefined {
    return ownerOf(start, name);
  }

  /** `true` for the first call with `prototype`: the caller then patches the prototype. */
  isFirstSeen(prototype: object): boolean {
    if (prototype === this.#lastSeen) return false; // asked at every call, nearly always with the same prototype
    this.#lastSeen = prototype;
    if (this.seenPrototypes.has(prototype)) return false;
    this.seenPrototypes.add(prototype);
    return true;
  }

  /**
   * Wraps the method `name` of `target`, usually a prototype. `false` if `target` has no method `name`. A wrapper of a
   * second copy of this package is wrapped again; the wrapper on top records only while the copy below does not.
   */
  wrap(target: unknown, name: string, wrap: Wrap): boolean {
    if ((typeof target !== 'object' && typeof target !== 'function') || target === null) return false;
    const holder = target as Record<string, unknown>;
    const current = holder[name];
    if (typeof current !== 'function') return false;
    return this.#claimOrInstall({ target, name, slot: 'value' }, current, wrap);
  }

  /**
   * Calls `onValue` with every value of the getter `name` of `target`, for objects created by the SDK on the first
   * access. `false` if `target` has no getter `name`.
   */
  wrapGetter(target: unknown, name: string, onValue: (value: unknown) => void): boolean {
    const holder = ownerOf(target, name);
    const current = holder && Object.getOwnPropertyDescriptor(holder, name)?.get;
    if (current === undefined) return false;
    const wrap: Wrap = (getter, recording) =>
      function get(this: unknown): unknown {
        const value: unknown = Reflect.apply(getter, this, []);
        if (recording() !== undefined) callGuarded(onValue, value);
        return value;
      };
    return this.#claimOrInstall({ target: target as object, name, slot: 'get' }, current, wrap);
  }

  /**
   * Wraps the functions that the constructors of a class assign to `this[name]`: a setter on the prototype receives the
   * assignments. `false` if the prototype has a property `name` already.
   */
  wrapAssigned(prototype: unknown, name: string, wrap: Wrap): boolean {
    if (typeof prototype !== 'object' || prototype === null) return false;
    const current = Object.getOwnPropertyDescriptor(prototype, name)?.set;
    const place: Place = { target: prototype, name, slot: 'set' };
    if (current !== undefined) return this.#claimExisting(place, current) || PATCH in current;
    if (name in prototype) return false;
    const setter: Wrap = (assign, recording) =>
      function set(this: object, value: unknown): void {
        Reflect.apply(assign, this, [
          typeof value === 'function' ? copyNameAndLength(wrap(value, recording), value) : value,
        ]);
      };
    function assign(this: object, value: unknown): void {
      Object.defineProperty(this, name, { value, configurable: true, enumerable: true, writable: true });
    }
    return this.#install(place, assign, setter);
  }

  /** Wraps the function in a variable of a module. `false` if the variable is missing, a constant, or no function. */
  rebind(binding: Binding | undefined, wrap: Wrap): boolean {
    try {
      const current = binding?.get();
      if (binding === undefined || typeof current !== 'function') return false;
      return this.#claimOrInstall({ target: binding, name: '', slot: 'binding' }, current, wrap);
    } catch {
      return false;
    }
  }

  #claimOrInstall(place: Place, current: AnyFunction, wrap: Wrap): boolean {
    return this.#claimExisting(place, current) || this.#install(place, current, wrap);
  }

  /** If this copy of the package already wrapped `current`, or a function below, adds this recorder as an owner. */
  #claimExisting(place: Place, current: Wrapper): boolean {
    for (
      let wrapper: Wrapper | undefined = current;
      wrapper !== undefined;
      wrapper = wrapper[PATCH]?.original as Wrapper | undefined
    ) {
      const patch = wrapper[PATCH];
      if (patch === undefined) return false;
      if (patch.copy !== COPY) continue;
      if (!patch.owners.includes(this.telemetry)) patch.owners.push(this.telemetry);
      if (!this.#wrapped.some((wrapped) => wrapped.wrapper === wrapper)) this.#wrapped.push({ ...place, wrapper });
      return true;
    }
    return false;
  }

  #install(place: Place, current: AnyFunction, wrap: Wrap, owners: CallRecorder[] = [this.telemetry]): boolean {
    const { target, name, slot } = place;
    // While a second copy of this package records below, this copy does not.
    const below = (current as Wrapper)[PATCH];
    const recording = (): CallRecorder | undefined => {
      const owner = below !== undefined && below.owners.length > 0 ? undefined : owners[owners.length - 1];
      if (owner === undefined || slot !== 'value' || (target as Record<string, unknown>)[name] === wrapper)
        return owner;
      this.#moveAboveOthers({ ...place, wrapper }, owners, wrap);
      return owner;
    };
    const wrapper: Wrapper = copyNameAndLength(wrap(current, recording), current);
    Object.defineProperty(wrapper, PATCH, { value: { copy: COPY, original: current, owners } satisfies Patch });
    if (slot === 'binding') (target as Binding).set(wrapper);
    else {
      const { enumerable = false } = Object.getOwnPropertyDescriptor(target, name) ?? {};
      const writable = slot === 'value' ? { writable: true } : {};
      Object.defineProperty(target, name, { [slot]: wrapper, configurable: true, enumerable, ...writable });
    }
    this.#wrapped.push({ ...place, wrapper });
    return true;
  }

  /** If a different package wrapped our wrapper, wraps again on top, so that the next call reaches ours first. */
  #moveAboveOthers({ target, name, slot, wrapper }: Wrapped, owners: CallRecorder[], wrap: Wrap): void {
    try {
      const top = (target as Record<string, unknown>)[name];
      if (isBelowOthers(top, wrapper, scopeOf(spanOf(activeContext()))))
        this.#install({ target, name, slot }, top, wrap, owners);
    } catch (error) {
      swallow(error);
    }
  }

  /** Removes this owner from every wrapper, and removes the wrappers without an owner. */
  unwrapAll(): void {
    this.seenPrototypes = new WeakSet();
    this.#lastSeen = undefined;
    for (const { target, name, wrapper, slot } of this.#wrapped.splice(0)) {
      const patch = wrapper[PATCH];
      if (patch === undefined) continue;
      const index = patch.owners.indexOf(this.telemetry);
      if (index >= 0) patch.owners.splice(index, 1);
      if (slot === 'binding') {
        const binding = target as Binding;
        if (patch.owners.length === 0 && binding.get() === wrapper) binding.set(patch.original);
        continue;
      }
      const descriptor = Object.getOwnPropertyDescriptor(target, name);
      // Below a foreign wrapper our wrapper has to stay; without an owner the wrapper only passes calls on.
      if (patch.owners.length > 0 || descriptor?.[slot] !== wrapper) continue;
      if (slot === 'set') Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, { ...descriptor, [slot]: patch.original });
    }
  }
}

/** Gives `wrapper` the name and the length of `original`. */
function copyNameAndLength(wrapper: AnyFunction, original: AnyFunction): AnyFunction {
  Object.defineProperty(wrapper, 'name', { value: original.name, configurable: true });
  Object.defineProperty(wrapper, 'length', { value: original.length, configurable: true });
  return wrapper;
}

function callGuarded(onValue: (value: unknown) => void, value: unknown): void {
  try {
    onValue(value);
  } catch (error) {
    swallow(error);
  }
}

/** Does any copy of this package record the calls of `method`? */
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
  for (let object = start; typeof object === 'object' && object !== null; object = Object.getPrototypeOf(object)) {
    if (Object.hasOwn(object, name)) return object;
  }
  return undefined;
}
