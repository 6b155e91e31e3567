import type { Layer, LlmFunction, Wrapped } from '../types.ts';
import type { RouterEngine } from './router-engine.ts';

/** The parts of a router that `compose` and the fetch layer use. */
export interface RouterParts {
  readonly engine: RouterEngine;
  /** The router with `layers` around each route; a route without `call` calls `fn`. */
  withLayers(layers: readonly Layer[], fn: LlmFunction<unknown, unknown> | undefined): Wrapped<unknown, unknown>;
}

/** Property of a router with its parts, hidden from enumeration. */
export const ROUTER_PARTS: unique symbol = Symbol('@x/llm-otel.router-parts');

/** The parts of a router of `createRouter`; `undefined` for any other value. */
export const routerParts = (value: unknown): RouterParts | undefined =>
  typeof value === 'function' ? (value as { [ROUTER_PARTS]?: RouterParts })[ROUTER_PARTS] : undefined;
