import { checkFunction } from './check-options.ts';
import type { Router } from './router/router-options.ts';
import { routerParts } from './router/router-parts.ts';
import type { Layer, LlmFunction, Wrapped } from './types.ts';

/** A layer, or a router between layers. */
export type ComposedLayer = Layer | Router<never, unknown>;

/**
 * Puts a function into several layers; the first layer is the outermost. A router may stand in the place of the function, or
 * between layers: the layers after the router wrap each of its routes, and routes without `call` call the function.
 *
 * @throws TypeError for a value that is no function
 * @example
 * ```ts
 * const ask = compose(
 *   createCache({ ttlMs: 600_000 }),
 *   createTimeout({ totalMs: 30_000 }),
 *   createRouter({ routes: [{ name: 'openai', call: askOpenai }, { name: 'anthropic', call: askAnthropic }] }),
 * );
 * ```
 */
export function compose<I, R>(...parts: readonly [...layers: ComposedLayer[], router: Router<I, R>]): Wrapped<I, R>;
export function compose<I, R>(...parts: readonly [...layers: ComposedLayer[], fn: LlmFunction<I, R>]): Wrapped<I, R>;
export function compose(...parts: readonly unknown[]): Wrapped<unknown, unknown> {
  if (parts.length === 0) throw new TypeError('compose: the last argument must be a function or a router');
  for (const [index, part] of parts.entries())
    checkFunction('compose', index === parts.length - 1 ? 'the last argument' : `layer ${index + 1}`, part);
  return composed(parts as readonly (Layer & LlmFunction<unknown, unknown>)[]) as Wrapped<unknown, unknown>;
}

/** From the inside out: a router takes all layers to its right. */
function composed(parts: readonly (Layer & LlmFunction<unknown, unknown>)[]): LlmFunction<unknown, unknown> {
  const at = parts.findLastIndex((part) => routerParts(part) !== undefined);
  if (at < 0) return wrapAll(parts.slice(0, -1), parts.at(-1) as LlmFunction<unknown, unknown>);
  const isLast = at === parts.length - 1;
  const fn = isLast ? undefined : (parts.at(-1) as LlmFunction<unknown, unknown>);
  const inner = isLast ? [] : parts.slice(at + 1, -1);
  const routed = routerParts(parts[at])?.withLayers(inner, fn);
  const outer = parts.slice(0, at);
  return composed([...outer, routed as never]);
}

function wrapAll(layers: readonly Layer[], fn: LlmFunction<unknown, unknown>): LlmFunction<unknown, unknown> {
  return layers.reduceRight<LlmFunction<unknown, unknown>>((inner, layer) => layer(inner), fn);
}
