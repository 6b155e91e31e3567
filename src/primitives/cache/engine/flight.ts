import type { FoundEntry } from '../entries/entry-store.ts';
import type { PaidCall } from './saved-tokens.ts';
import type { SharedStream } from './shared-stream.ts';

/** The answer of a flight. */
export type Landed<C> =
  | { readonly kind: 'entry'; readonly entry: FoundEntry; readonly stale: boolean }
  | {
      readonly kind: 'value';
      readonly value: unknown;
      /** `undefined` for a value that is no plain JSON: all callers get the same value. */
      readonly json: string | undefined;
      readonly paid: PaidCall | undefined;
    }
  | {
      readonly kind: 'stream';
      readonly head: unknown;
      readonly stream: SharedStream<C>;
      readonly paid: () => PaidCall | undefined;
    };

/** A caller that waits for the answer. */
export interface Waiting<C> {
  land(landed: Landed<C>): void;
  fail(error: unknown): void;
}

/** One call upstream and its callers. The call belongs to all callers: it is aborted when the last caller has gone. */
export class Flight<C> {
  readonly #controller = new AbortController();
  readonly #waiting = new Set<Waiting<C>>();
  #stream: (Landed<C> & { readonly kind: 'stream' }) | undefined;
  #isOver = false;

  /** The signal of the call upstream. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** May another caller join? Before the answer, and while the start of a stream is kept. */
  get canJoin(): boolean {
    return this.#stream === undefined ? !this.#isOver && !this.signal.aborted : this.#stream.stream.canJoin;
  }

  /** Adds a caller; only while {@link canJoin}. The caller leaves with its signal. */
  join(caller: Waiting<C>, signal: AbortSignal | undefined): void {
    if (this.#stream !== undefined) {
      caller.land(this.#stream);
      return;
    }
    const leave = (): void => {
      this.#waiting.delete(waiting);
      if (this.#waiting.size === 0) this.abort(signal?.reason);
      caller.fail(signal?.reason);
    };
    const stay = (): void => signal?.removeEventListener('abort', leave);
    const waiting: Waiting<C> = {
      land: (landed) => {
        stay();
        caller.land(landed);
      },
      fail: (error) => {
        stay();
        caller.fail(error);
      },
    };
    this.#waiting.add(waiting);
    if (signal?.aborted === true) leave();
    else signal?.addEventListener('abort', leave, { once: true });
  }

  /** The callers of this flight get the answer of `other`. */
  follow(other: Flight<C>): void {
    other.join({ land: (landed) => void this.land(landed), fail: (error) => this.fail(error) }, this.signal);
  }

  /** Gives the answer to all callers. False if nobody waits. */
  land(landed: Landed<C>): boolean {
    this.#isOver = true;
    const callers = [...this.#waiting];
    this.#waiting.clear();
    if (landed.kind === 'stream') this.#stream = landed;
    for (const caller of callers) caller.land(landed);
    return callers.length > 0;
  }

  /** Fails all callers with the same error. */
  fail(error: unknown): void {
    this.#isOver = true;
    const callers = [...this.#waiting];
    this.#waiting.clear();
    for (const caller of callers) caller.fail(error);
  }

  /** Aborts the call upstream. */
  abort(reason?: unknown): void {
    this.#controller.abort(reason);
  }
}
