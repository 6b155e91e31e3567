/**
 * Features of the runtime. Modules of Node are requested at run time and not imported, so that the code that records calls
 * can be loaded in and bundled for Bun, Deno, edge runtimes and browsers too.
 */

interface Builtins {
  'node:crypto': typeof import('node:crypto');
  'node:diagnostics_channel': typeof import('node:diagnostics_channel');
  'node:fs': typeof import('node:fs');
  'node:module': typeof import('node:module');
  'node:path': typeof import('node:path');
  'node:stream': typeof import('node:stream');
  'node:timers': typeof import('node:timers');
  'node:url': typeof import('node:url');
  'node:worker_threads': typeof import('node:worker_threads');
}

const host = (globalThis as { process?: Partial<NodeJS.Process> }).process;

/** A module of Node; `undefined` in a runtime without the module. */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  try {
    return host?.getBuiltinModule?.(name) as Builtins[Name] | undefined;
  } catch {
    return undefined; // a runtime with a part of Node's modules
  }
}

/** The environment variables; empty in a runtime without an environment or without permission to read the environment. */
export function environment(): Readonly<Record<string, string | undefined>> {
  const env = host?.env ?? {};
  try {
    void env.LLM_OTEL_LOG; // throws in Deno without --allow-env
    return env;
  } catch {
    return {};
  }
}

type BufferClass = typeof globalThis.Buffer;
const buffers = (globalThis as { Buffer?: BufferClass }).Buffer;
let encoder: InstanceType<typeof TextEncoder> | undefined;

/** Size of `text` in UTF-8. */
export function utf8Length(text: string): number {
  if (buffers !== undefined) return buffers.byteLength(text, 'utf8');
  encoder ??= new TextEncoder();
  return encoder.encode(text).length;
}

/** The bytes of `view` in base64. */
export function toBase64(view: ArrayBufferView): string {
  const { buffer, byteOffset, byteLength } = view;
  if (buffers !== undefined) return buffers.from(buffer, byteOffset, byteLength).toString('base64');
  let binary = '';
  for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** A timer that does not keep the process alive. */
export interface Timer {
  /** Restarts the timer. */
  refresh(): unknown;
}

// Not the global timers: an application may have replaced the globals by fake timers.
const timers = builtin('node:timers');

/** Calls `run` with `value` after `ms` milliseconds. */
export function startTimer<T>(run: (value: T) => void, ms: number, value: T): Timer {
  return timers === undefined ? new WebTimer(() => run(value), ms) : timers.setTimeout(run, ms, value).unref();
}

/** Stops a timer; `undefined` is ignored. */
export function stopTimer(timer: Timer | undefined): void {
  if (timer instanceof WebTimer) timer.stop();
  else if (timers !== undefined) timers.clearTimeout(timer as NodeJS.Timeout | undefined);
}

/** Calls `run` after all work that is ready now. */
export function callSoon(run: () => void): void {
  if (timers === undefined) setTimeout(run, 0);
  else timers.setImmediate(run);
}

/** A timer for runtimes with numeric timer ids. */
class WebTimer implements Timer {
  readonly #run: () => void;
  readonly #ms: number;
  #id: ReturnType<typeof setTimeout>;

  constructor(run: () => void, ms: number) {
    this.#run = run;
    this.#ms = ms;
    this.#id = setTimeout(run, ms);
  }

  refresh(): void {
    this.stop();
    this.#id = setTimeout(this.#run, this.#ms);
  }

  stop(): void {
    clearTimeout(this.#id);
  }
}
