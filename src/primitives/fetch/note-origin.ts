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

/** Tells the span of the model call that a cache has answered, as the header of the response says. Never throws. */
export function noteCache({ headers }: Response): void {
  try {
    const outcome = headers.get('x-llm-otel-cache');
    if (outcome !== null) noteOrigin({ cache: outcome });
  } catch (error) {
    swallow(error);
  }
}
