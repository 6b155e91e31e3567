import type { RouteState } from './router-options.ts';

/** A route that could not be called. */
export interface UnreadyRoute {
  readonly name: string;
  readonly state: RouteState;
  /** Milliseconds until the route gets calls again. */
  readonly readyInMs: number;
}

/**
 * No route of a router is ready, and `lastResort` is `false`.
 *
 * @example
 * ```ts
 * try {
 *   await ask('Hello');
 * } catch (error) {
 *   if (error instanceof NoRouteError) console.warn(error.routes.map(({ name, readyInMs }) => `${name}: ${readyInMs} ms`));
 * }
 * ```
 */
export class NoRouteError extends Error {
  override readonly name = 'NoRouteError';
  readonly code = 'ERR_LLM_NO_ROUTE';
  /** All routes, with the time until each is ready. */
  readonly routes: readonly UnreadyRoute[];

  constructor(operation: string, routes: readonly UnreadyRoute[]) {
    const states = routes.map(({ name, state, readyInMs }) => `${name} is ${state} for ${readyInMs} ms`);
    super(`${operation}: no route is ready: ${states.join(', ')}`);
    this.routes = routes;
  }
}
