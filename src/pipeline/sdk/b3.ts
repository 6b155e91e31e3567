import type { TextMapPropagator } from '@opentelemetry/api';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';

/** Creates the B3 propagator, with a single header or with several headers. */
export function b3(encoding: 'single' | 'multi'): TextMapPropagator {
  const injectEncoding = encoding === 'single' ? B3InjectEncoding.SINGLE_HEADER : B3InjectEncoding.MULTI_HEADER;
  return new B3Propagator({ injectEncoding });
}
