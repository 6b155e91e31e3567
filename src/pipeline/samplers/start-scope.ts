import type { Tracer, TracerProvider } from '@opentelemetry/api';

/** Name of the scope whose span is starting: the SDK tells samplers no scope. Starting is synchronous. */
let starting: string | undefined;

/** The scope of the span that is starting, if the provider tells the scope. */
export const scopeOfStart = (): string | undefined => starting;

const told = new WeakSet<Tracer>();

/** Lets the samplers of `provider` know the scope of each span that starts. */
export function tellScopes(provider: TracerProvider): void {
  const getTracer = provider.getTracer.bind(provider);
  provider.getTracer = (name, version, options) => {
    const tracer = getTracer(name, version, options);
    if (!told.has(tracer)) tellScope(tracer, name);
    return tracer;
  };
}

function tellScope(tracer: Tracer, scope: string): void {
  told.add(tracer);
  // startActiveSpan calls startSpan.
  const startSpan = tracer.startSpan.bind(tracer);
  tracer.startSpan = (...args) => {
    const outer = starting;
    starting = scope;
    try {
      return startSpan(...args);
    } finally {
      starting = outer;
    }
  };
}
