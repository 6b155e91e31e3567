/**
 * The place where every copy of `@opentelemetry/api` keeps what is registered: `globalThis[Symbol.for(...)]`, an object
 * `{ version, trace, metrics, context, propagation, diag, logs }`. The API refuses a second registration, and one from a
 * copy with another version. Here accessors stand in for that object, so that a registration of the application
 * replaces ours and succeeds, from every copy, CommonJS, ESM or inside a bundle, without reaching any of them.
 *
 * All versions of the API register in the same steps: read the global, write it back unchanged, read the old value of
 * the part, compare `version` with their own, write the part. Reading never writes, so the write announces a
 * registration; the reads that follow it are answered with what lets it succeed.
 *
 * All versions disable a part by deleting it. What is registered is an own property of the object, and its prototype
 * has an accessor for every part: the deletion uncovers that one, so the next registration is noticed as well.
 */
import { callerApiVersion } from './caller-version.ts';

/** A part of the API that is registered on its own. */
export type ApiPart = (typeof PARTS)[number];

const PARTS = ['trace', 'metrics', 'context', 'propagation', 'diag', 'logs'] as const;
const KEY = Symbol.for('opentelemetry.js.api.1');
/**
 * A copy of the API sees a global only if its own minor version is not newer. 1.10 added logs and nothing else, so with
 * this version copies up to 1.10 see what is registered, by whichever of them.
 */
const LEAST_VERSION = '1.10.0';

type Slot = { value: unknown; ours: boolean };
type Api = Record<string, unknown> & { version: string };
const scope = globalThis as unknown as { [KEY]?: Api };

/** What is registered with the API, and who did. */
export interface ApiGlobals {
  /** Registers a part of ours unless somebody else has. */
  offer(part: ApiPart, value: unknown): void;
  /** Takes a part of ours back. */
  withdraw(part: ApiPart): void;
  /** What somebody else has registered; once disabled still that, as tracers of the API stay with their provider. */
  foreign(part: ApiPart): unknown;
}

/** Whether some copy of the API has been used already. */
export function hasApiGlobal(): boolean {
  return scope[KEY] !== undefined;
}

/** Whether somebody has registered a tracer provider already. */
export function hasTracerProvider(): boolean {
  return scope[KEY]?.trace !== undefined;
}

/**
 * Puts the accessors in place. `onTaken` hears of each part that somebody else registers from now on. With `keep` what
 * is offered stays: a later registration is refused, as the API refuses a second one.
 */
export function watchApiGlobals(onTaken: (part: ApiPart) => void, keep: boolean): ApiGlobals {
  const before = scope[KEY];
  const slots = new Map<string, Slot>();
  let version = newest(LEAST_VERSION, before?.version);
  let registering = false;

  const watcher = {};
  const api = Object.create(watcher) as Api;
  const put = (part: ApiPart, slot: Slot): void => {
    slots.set(part, slot);
    Object.defineProperty(api, part, {
      configurable: true,
      enumerable: true,
      get() {
        if (!registering) return slots.get(part)?.value;
        const now = slots.get(part);
        // A part of somebody else stays as it is: their second registration is refused as it always was.
        if (now === undefined || (now.ours && !keep)) return undefined;
        registering = false;
        return now.value;
      },
      set: (value: unknown) => take(part, value),
    });
  };
  const take = (part: ApiPart, value: unknown): void => {
    registering = false;
    put(part, { value, ours: false });
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
    Object.defineProperty(watcher, part, { get: () => undefined, set: (value: unknown) => take(part, value) });
    if (before?.[part] !== undefined) put(part, { value: before[part], ours: false });
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
      // Somebody replaces the whole object (a test runner, say): theirs it is.
      Object.defineProperty(scope, KEY, { configurable: true, enumerable: true, writable: true, value });
      for (const part of PARTS) if (slots.get(part)?.ours !== false) take(part, value?.[part]);
    },
  });

  return {
    offer: (part, value) => {
      if (slots.get(part) === undefined) put(part, { value, ours: true });
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
