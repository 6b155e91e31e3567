/**
 * Every copy of `@opentelemetry/api` keeps the registered providers in `globalThis[Symbol.for(...)]`, an object
 * `{ version, trace, metrics, context, propagation, diag, logs }`. The API refuses a second registration, and a registration
 * from a copy with another version. This file replaces the object by accessors, so that a registration of the application
 * replaces ours and succeeds, from every copy (CommonJS, ESM or inside a bundle), without access to any copy.
 *
 * All versions of the API register in the same steps: read the global, write the global back unchanged, read the old value of
 * the part, compare `version` with the version of the copy, write the part. A look-up never writes. So the first write
 * announces a registration, and the reads that follow get the answers with which the registration succeeds.
 *
 * All versions disable a part by deleting the property of the part. A registered part is an own property of the object. The
 * prototype of the object has an accessor for every part: the deletion uncovers the accessor of the prototype, so the next
 * registration is noticed as well.
 *
 * Checked with the API 1.3.0 to 1.10.0: the table stands in test/register/api-bundle.ts, and the test fails for an installed
 * version that is not in the table. test/register/handover.test.ts and disabled-api.test.ts go through the steps.
 */
import { callerApiVersion } from './caller-version.ts';

/** A part of the API with a registration of its own. */
export type ApiPart = (typeof PARTS)[number];

const PARTS = ['trace', 'metrics', 'context', 'propagation', 'diag', 'logs'] as const;
const KEY = Symbol.for('opentelemetry.js.api.1');
/**
 * A copy of the API uses a global only if the minor version of the copy is not newer. 1.10 added logs and nothing else. With
 * 1.10 as the least version, copies up to 1.10 use the global, whichever copy has registered.
 */
const LEAST_VERSION = '1.10.0';

type Slot = { value: unknown; ours: boolean };
type Api = Record<string, unknown> & { version: string };
const scope = globalThis as unknown as { [KEY]?: Api };

/** The registered parts of the API. */
export interface ApiGlobals {
  /** Registers a part of ours, unless the application has registered the part. */
  offer(part: ApiPart, value: unknown): void;
  /** Removes a part of ours. */
  withdraw(part: ApiPart): void;
  /** The part that the application has registered, also after `disable()`: tracers of the API stay with the provider too. */
  foreign(part: ApiPart): unknown;
}

/** Whether a copy of the API has been used already. */
export function hasApiGlobal(): boolean {
  return scope[KEY] !== undefined;
}

/** Whether a tracer provider is registered already. */
export function hasTracerProvider(): boolean {
  return scope[KEY]?.trace !== undefined;
}

/** Installs the accessors. `onTaken` is called with each part that the application registers from then on. */
export function watchApiGlobals(onTaken: (part: ApiPart) => void): ApiGlobals {
  const before = scope[KEY];
  const slots = new Map<string, Slot>();
  let version = newest(LEAST_VERSION, before?.version);
  let registering = false;

  const prototype = {};
  const api = Object.create(prototype) as Api;
  const setPart = (part: ApiPart, slot: Slot): void => {
    slots.set(part, slot);
    Object.defineProperty(api, part, {
      configurable: true,
      enumerable: true,
      get() {
        if (!registering) return slots.get(part)?.value;
        const current = slots.get(part);
        // The value of a foreign part is answered: the API then refuses a second registration, as without this package.
        if (current === undefined || current.ours) return undefined;
        registering = false;
        return current.value;
      },
      set: (value: unknown) => takeOver(part, value),
    });
  };
  const takeOver = (part: ApiPart, value: unknown): void => {
    registering = false;
    setPart(part, { value, ours: false });
    onTaken(part);
  };

  Object.defineProperty(api, 'version', {
    configurable: true,
    enumerable: true,
    get() {
      if (!registering) return version;
      registering = false;
      const caller = callerApiVersion() ?? version;
      version = newest(version, caller);
      return caller;
    },
  });
  for (const part of PARTS) {
    Object.defineProperty(prototype, part, { get: () => undefined, set: (value: unknown) => takeOver(part, value) });
    if (before?.[part] !== undefined) setPart(part, { value: before[part], ours: false });
  }

  Object.defineProperty(scope, KEY, {
    configurable: true,
    enumerable: true,
    get: () => api,
    set(value: Api) {
      if (value === api) {
        registering = true;
        return;
      }
      // A test runner, for instance, replaces the whole object: the new object stays, without accessors.
      Object.defineProperty(scope, KEY, { configurable: true, enumerable: true, writable: true, value });
      for (const part of PARTS) if (slots.get(part)?.ours !== false) takeOver(part, value?.[part]);
    },
  });

  return {
    offer: (part, value) => {
      if (slots.get(part) === undefined) setPart(part, { value, ours: true });
    },
    withdraw: (part) => {
      if (slots.get(part)?.ours !== true) return;
      slots.delete(part);
      Reflect.deleteProperty(api, part);
    },
    foreign: (part) => {
      const slot = slots.get(part);
      return slot?.ours === false ? slot.value : undefined;
    },
  };
}

function newest(a: string, b: string | undefined): string {
  const minor = (version: string): number => Number(version.split('.')[1] ?? 0);
  return b !== undefined && minor(b) > minor(a) ? b : a;
}
