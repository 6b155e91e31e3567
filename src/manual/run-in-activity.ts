import type { Context } from '@opentelemetry/api';
import { now } from '../runtime/clock.ts';
import type { Activity, ActivityContent } from '../telemetry/activity/activity.ts';
import { type ObservedRun, runObserved } from './observe-return-value.ts';

/** Content of a run, by what came of it. */
export type ContentOf = (result: unknown) => ActivityContent;

/** Most chunks of a streamed result that are kept for its content. */
const KEPT_CHUNKS = 1000;

/** Runs `fn` inside `activity`, which ends with what comes of it: a value, a promise, or the last chunk of a stream. */
export function runInside<T>(activity: Activity, fn: () => T, content: ContentOf): T {
  return runObserved(new ActivityRun(activity, content), fn);
}

/** An activity as its result shows it. */
class ActivityRun implements ObservedRun {
  readonly operation = { detach: () => this.done() };
  inFlight = 0;
  bound = false;
  readonly context: Context;
  readonly #activity: Activity;
  readonly #content: ContentOf;
  #seen = now();
  #chunks: unknown[] | undefined;

  constructor(activity: Activity, content: ContentOf) {
    this.#activity = activity;
    this.#content = content;
    this.context = activity.context;
  }

  get ended(): boolean {
    return this.#activity.ended;
  }

  end(result: unknown): void {
    this.#activity.end(() => this.#content(result));
  }

  chunk(value: unknown): void {
    this.#seen = now();
    if (!this.#activity.captures) return;
    this.#chunks ??= [];
    if (this.#chunks.length < KEPT_CHUNKS) this.#chunks.push(value);
  }

  done(): void {
    const chunks = this.#chunks ?? [];
    const text = chunks.length > 0 && chunks.every((chunk) => typeof chunk === 'string');
    this.end(chunks.length === 0 ? undefined : text ? chunks.join('') : chunks);
  }

  failed(error: unknown): void {
    this.#activity.fail(error);
  }

  cancel(): void {
    this.done();
  }

  /** Nobody can read the rest: it lasted as long as something was read. */
  abandon(): void {
    this.#activity.abandon(this.#seen);
  }
}
