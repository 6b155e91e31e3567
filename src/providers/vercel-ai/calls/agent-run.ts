import type { Context } from '@opentelemetry/api';
import type { Activity } from '../../../telemetry/activity/activity.ts';
import { addOpenOperation, type OpenOperation, removeOpenOperation } from '../../../telemetry/call/open-operations.ts';
import { isAbort, isAbortBy } from '../../../telemetry/error.ts';
import { asObject } from '../../reading/unknown-values.ts';

/** The run of an agent, started by one function and ended by another. Ended at exit like a model call. */
export class AgentRun implements OpenOperation {
  older: OpenOperation | undefined;
  newer: OpenOperation | undefined;
  retryOptions: unknown;
  readonly #activity: Activity;
  readonly #signal: AbortSignal | undefined;
  #failure: unknown;

  /** `signal`: the application's abort signal. */
  constructor(activity: Activity, signal?: AbortSignal) {
    this.#activity = activity;
    this.#signal = signal;
    addOpenOperation(this);
  }

  get context(): Context {
    return this.#activity.context;
  }

  /** Remembers the error of a model call: the agent may go on, or end with an error that does not name the cause. */
  failed(error: unknown): void {
    this.#failure = error;
  }

  /** Ends the run: the agent has finished, or the application has stopped reading. */
  end(): void {
    removeOpenOperation(this);
    this.#failure = undefined;
    this.#activity.end();
  }

  /** Ends the run with the `error` that the agent threw. */
  fail(error: unknown): void {
    removeOpenOperation(this);
    const cause = this.#causeOf(error);
    this.#failure = undefined;
    if (isAbort(cause) || isAbortBy(this.#signal, cause)) this.#activity.end();
    else this.#activity.fail(cause);
  }

  /** The last error of a model call, where the SDK throws an error for several attempts or for missing output. */
  #causeOf(error: unknown): unknown {
    const { name, lastError } = asObject(error) ?? {};
    if (name === 'AI_RetryError') return lastError ?? error;
    return name === 'AI_NoOutputGeneratedError' ? (this.#failure ?? error) : error;
  }

  /** Called when the process exits, or when the result has been collected unread. */
  abandon(): void {
    this.end();
  }
}
