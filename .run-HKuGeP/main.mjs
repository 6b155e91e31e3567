import { createRequire } from 'node:module';
import { context, diag, metrics, propagation, trace, ROOT_CONTEXT } from '@opentelemetry/api';
const require = createRequire(import.meta.url);

trace.getTracer('app').startActiveSpan('outer', (outer) => {
  trace.getTracer('app').startSpan('inner').end();
  outer.end();
});
metrics.getMeter('app').createCounter('hits').add(3);
console.log('worked');
process.exit(0);
