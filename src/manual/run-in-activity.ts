import type { Context } from '@opentelemetry/api';
import { now } from '../runtime/clock.ts';
import type { Activity, ActivityContent } from '../telemetry/activity/activity.ts';
import { type ObservedRun, runObserved } from './observe-return-value.ts';

/** Reads the content of a run from the result. */
export type ContentOf = (result: unknown) => ActivityContent;

/** Most chunks of a streamed result kept for the content. */
const MAX_CHUNKS = 1000;

/** Runs `fn` inside `activity`. A value, the end of a promise or the last chunk of a stream ends the activity. */
export function runInActivity<T>(activity: Activity, fn: () => T, content: ContentOf): T {
  return runObserved(new ActivityRun(activity, content), fn);
}

/** Ends an activity as the result of the function shows. */
class ActivityRun implements ObservedRun {
  readonly operation = { detach: () => this.done() };
  inFlight = 0;
  bound = false;
  readonly context: Context;
  readonly #activity: Activity;
  readonly #content: ContentOf;
  #lastReadAt = now();
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
    this.#lastReadAt = now();
    if (!this.#activity.captures) return;
    this.#chunks ??= [];
    if (this.#chunks.length < MAX_CHUNKS) this.#chunks.push(value);
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

  /** The rest was collected unread: the activity ends at the time of the last read. */
  abandon(): void {
    this.#activity.abandon(this.#lastReadAt);
  }
}
