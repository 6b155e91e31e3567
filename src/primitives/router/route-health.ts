import type { RouteState, RouteStats } from './router-options.ts';

/** Weight of the newest call in the moving average of the latency. */
const NEWEST_WEIGHT = 0.3;

/** When failures keep calls away from a route; times in milliseconds. */
export interface CircuitSettings {
  readonly failures: number;
  readonly openMs: number;
}

/** Parts of the health of a route. */
export interface RouteHealthParts {
  readonly circuit: CircuitSettings | undefined;
  /** Milliseconds since 1970. */
  now(): number;
  /** The state of the route has changed. */
  onTransition(state: RouteState): void;
}

/**
 * Whether a route gets calls:
 *
 *     closed --- failures in a row ---> open --- openMs ---> half_open (one call at a time)
 *       ^                                ^                      |  |
 *       |                                +------- failure ------+  |
 *       +------------------------ success ------------------------+
 *
 * and, in any state, `cooldown` for the time that a server asked for.
 */
export class RouteHealth {
  readonly #parts: RouteHealthParts;
  #failuresInRow = 0;
  #openUntil: number | undefined;
  #cooldownUntil = 0;
  #isProbing = false;
  #reported: RouteState = 'closed';
  #calls = 0;
  #errors = 0;
  #latencyMs: number | undefined;

  constructor(parts: RouteHealthParts) {
    this.#parts = parts;
  }

  /** The state of now. */
  get state(): RouteState {
    const time = this.#parts.now();
    if (time < this.#cooldownUntil) return 'cooldown';
    if (this.#openUntil === undefined) return 'closed';
    return time < this.#openUntil ? 'open' : 'half_open';
  }

  /** May a call begin now? */
  get isReady(): boolean {
    const { state } = this;
    return state === 'closed' || (state === 'half_open' && !this.#isProbing);
  }

  /** Milliseconds until the route gets calls; 0 for a route that is ready, or that waits for the end of a probe. */
  get readyInMs(): number {
    return Math.max(0, Math.max(this.#cooldownUntil, this.#openUntil ?? 0) - this.#parts.now());
  }

  /** Moving average of the time to a result or a first output. */
  get latencyMs(): number | undefined {
    return this.#latencyMs;
  }

  /** A call begins. Returns whether the call is a probe of the open circuit. */
  begin(): boolean {
    this.#calls++;
    const isProbe = this.#openUntil !== undefined && !this.#isProbing;
    if (isProbe) this.#isProbing = true;
    this.#report();
    return isProbe;
  }

  /** A result, or the first output of a stream, came after `ms`. */
  answered(ms: number): void {
    const before = this.#latencyMs;
    this.#latencyMs = before === undefined ? ms : before + NEWEST_WEIGHT * (ms - before);
  }

  /** A call succeeded. */
  succeed(isProbe: boolean): void {
    this.#endProbe(isProbe);
    this.#failuresInRow = 0;
    if (isProbe) this.#openUntil = undefined;
    this.#report();
  }

  /** A call failed by the fault of the route. `cooldownMs`: no calls for this time. */
  fail(isProbe: boolean, cooldownMs: number | undefined): void {
    this.#endProbe(isProbe);
    this.#errors++;
    this.#failuresInRow++;
    const { circuit, now } = this.#parts;
    if (cooldownMs !== undefined) this.#cooldownUntil = Math.max(this.#cooldownUntil, now() + cooldownMs);
    const isTrip = circuit !== undefined && this.#failuresInRow >= circuit.failures;
    // Calls that were under way when the circuit opened do not prolong the time.
    if (circuit !== undefined && (isProbe || (isTrip && this.#openUntil === undefined)))
      this.#openUntil = now() + circuit.openMs;
    this.#report();
  }

  /** A call ended without a word about the route: the caller gave up, or the request itself was wrong. */
  release(isProbe: boolean): void {
    this.#endProbe(isProbe);
  }

  /** Counts since the router was made. */
  stats(): RouteStats {
    return { state: this.state, calls: this.#calls, errors: this.#errors, latencyMs: this.#latencyMs };
  }

  #endProbe(isProbe: boolean): void {
    if (isProbe) this.#isProbing = false;
  }

  #report(): void {
    const { state } = this;
    if (state === this.#reported) return;
    this.#reported = state;
    this.#parts.onTransition(state);
  }
}
