import { environment } from '../runtime/platform.ts';

/** Whether jest runs the code. jest loads modules itself, so no hook of Node sees an SDK. vitest sets the variable of jest too. */
export function runsInJest(): boolean {
  const env = environment();
  return env.JEST_WORKER_ID !== undefined && env.VITEST === undefined;
}

/** What to do in jest, for a message. */
export const JEST_ADVICE =
  'jest loads modules itself: patch the SDK in the test with startCapture() and capture.patch() of @x/llm-otel/testing.';
