import { noteOrigin } from '../../otel/answer-origin.ts';
import { swallow } from '../../runtime/guard.ts';
import type { Route } from '../router/router-options.ts';

/** Tells the span of the model call which route has answered. Never throws. */
export function noteRoute({ name }: Route, attempts: number): void {
  try {
    noteOrigin({ route: name, attempts });
  } catch (error) {
    swallow(error);
  }
}

/** Tells the span of the model call what the cache has done: `llm_otel.cache.outcome`. Never throws. */
export function noteCache(outcome: string): void {
  try {
    noteOrigin({ cache: outcome });
  } catch (error) {
    swallow(error);
  }
}
