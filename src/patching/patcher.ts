import type { CallReader } from '../telemetry/facts.ts';
import type { Operation } from '../telemetry/operation.ts';
import { type AnyFunction, callWith } from '../telemetry/otel.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** On a wrapper: who put it there. Shared by all copies of this package in the process. */
const PATCH = Symbol.for('@x/llm-otel.patch');
/** This copy of the package. */
const COPY = Symbol('copy');

/** What a wrapper carries. The last of `owners` records; with none, the wrapper passes every call on. */
interface Patch {
  readonly copy: symbol;
  readonly original: AnyFunction;
  readonly owners: Telemetry[];
}

type Wrapper = AnyFunction & { [PATCH]?: Patch };

/** How a recorded call is made: calls `method` for `operation` and observes what it returns. */
export type MakeCall = (operation: Operation, method: AnyFunction, self: unknown, args: readonly unknown[]) => unknown;

/** Makes a wrapper of `original`; `recording` says who records at the moment of a call, if anybody does. */
export type Wrap = (original: AnyFunction, recording: () => Telemetry | undefined) => AnyFunction;

/** A method that starts an operation when it is called. */
export function recordedMethod(reader: CallReader, makeCall: MakeCall): Wrap {
  return (method, recording) =>
    function (this: unknown, ...args: unknown[]): unknown {
      const operation = recording()?.start(reader, this, args);
      if (operation === undefined) return Reflect.apply(method, this, args);
      if (operation.passive) return callWith(operation.context, method, this, args);
      return makeCall(operation, method, this, args);
    };
}

/**
 * The methods that one instrumentation has wrapped, in every copy of the SDK that it was given. Wrapping is idempotent:
 * a method that is wrapped already gets another owner instead of another wrapper, and only the last owner records, so
 * two instrumentations make one span.
 */
export class Patcher {
  readonly telemetry: Telemetry;
  /** Prototypes that were met during calls and have been seen to. */
  visited = new WeakSet<object>();
  readonly #wrapped: { readonly target: object; readonly name: string; readonly wrapper: Wrapper }[] = [];

  constructor(telemetry: Telemetry) {
    this.telemetry = telemetry;
  }

  /** Is anything wrapped? */
  get active(): boolean {
    return this.#wrapped.length > 0;
  }

  /**
   * Wraps the method `name` of `target`, which is a prototype as a rule. `false` if there is no such method; `true` also
   * if another copy of this package has wrapped it.
   */
  wrap(target: unknown, name: string, wrap: Wrap): boolean {
    if ((typeof target !== 'object' && typeof target !== 'function') || target === null) return false;
    const holder = target as Record<string, unknown>;
    const current = holder[name];
    if (typeof current !== 'function') return false;
    const patch = (current as Wrapper)[PATCH];
    if (patch !== undefined) {
      if (patch.copy !== COPY) return true;
      if (!patch.owners.includes(this.telemetry)) patch.owners.push(this.telemetry);
      if (!this.#wrapped.some((w) => w.wrapper === current)) this.#wrapped.push({ target, name, wrapper: current });
      return true;
    }
    const owners = [this.telemetry];
    const wrapper: Wrapper = wrap(current, () => owners[owners.length - 1]);
    disguise(wrapper, current, { copy: COPY, original: current, owners });
    Object.defineProperty(target, name, {
      value: wrapper,
      configurable: true,
      writable: true,
      enumerable: Object.getOwnPropertyDescriptor(target, name)?.enumerable ?? false,
    });
    this.#wrapped.push({ target, name, wrapper });
    return true;
  }

  /** Takes this owner from every wrapper and removes those that have no other. */
  unwrapAll(): void {
    this.visited = new WeakSet();
    for (const { target, name, wrapper } of this.#wrapped.splice(0)) {
      const patch = wrapper[PATCH];
      if (patch === undefined) continue;
      const at = patch.owners.indexOf(this.telemetry);
      if (at >= 0) patch.owners.splice(at, 1);
      const holder = target as Record<string, unknown>;
      // Somebody wrapped on top of us: ours has to stay, without an owner it only passes calls on.
      if (patch.owners.length === 0 && holder[name] === wrapper)
        Object.defineProperty(target, name, {
          ...Object.getOwnPropertyDescriptor(target, name),
          value: patch.original,
        });
    }
  }
}

/** Gives `wrapper` the name and length of what it wraps, and the mark. */
function disguise(wrapper: Wrapper, original: AnyFunction, patch: Patch): void {
  Object.defineProperty(wrapper, 'name', { value: original.name, configurable: true });
  Object.defineProperty(wrapper, 'length', { value: original.length, configurable: true });
  Object.defineProperty(wrapper, PATCH, { value: patch });
}

/** The object in the prototype chain of `start` that has `name` as an own property. */
export function ownerOf(start: unknown, name: string): object | undefined {
  for (let o = start; typeof o === 'object' && o !== null; o = Object.getPrototypeOf(o)) {
    if (Object.hasOwn(o, name)) return o;
  }
  return undefined;
}
