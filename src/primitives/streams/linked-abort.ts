/**
 * An abort controller that also follows the signal of a caller. `AbortSignal.any` is not used: signals made by it are kept by
 * a long-lived source (https://github.com/nodejs/node/issues/54614).
 */
export class LinkedAbort {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  #onCallerAbort: (() => void) | undefined;

  /** `onAbort` is called when the caller aborts while linked, after the own signal was aborted with the reason. */
  constructor(caller?: AbortSignal, onAbort?: (reason: unknown) => void) {
    this.#caller = caller;
    if (caller === undefined) return;
    if (caller.aborted) {
      this.#controller.abort(caller.reason);
      return;
    }
    this.#onCallerAbort = () => {
      this.release();
      this.#controller.abort(caller.reason);
      onAbort?.(caller.reason);
    };
    caller.addEventListener('abort', this.#onCallerAbort, { once: true });
  }

  /** Aborted by {@link abort}, or by the caller. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Has the caller aborted? */
  get isAbortedByCaller(): boolean {
    return this.#caller?.aborted === true;
  }

  /** Aborts the own signal, and follows the caller no longer. */
  abort(reason?: unknown): void {
    this.release();
    this.#controller.abort(reason);
  }

  /** Removes the listener from the signal of the caller: the call is over. */
  release(): void {
    if (this.#onCallerAbort !== undefined) this.#caller?.removeEventListener('abort', this.#onCallerAbort);
    this.#onCallerAbort = undefined;
  }
}
