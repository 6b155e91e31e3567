import type { Context, SpanOptions, Tracer } from '@opentelemetry/api';
import { activeContext, callWith, contextWithSpan } from '../../src/otel/globals.ts';
import type { AnyFunction } from '../../src/runtime/any-function.ts';

/**
 * `tracer.startActiveSpan` by `tracer.startSpan`.
 * @param rest the arguments after the name: options and parent if given, and the function that runs
 */
export function startActiveSpan(tracer: Pick<Tracer, 'startSpan'>, name: string, rest: unknown[]): never {
  const run = rest.pop() as AnyFunction;
  const [options, parent = activeContext()] = rest as [SpanOptions?, Context?];
  const span = tracer.startSpan(name, options, parent);
  return callWith(contextWithSpan(parent, span), run, undefined, [span]) as never;
}
