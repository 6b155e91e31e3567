import { createRequire } from 'node:module';
import { context, diag, metrics, propagation, trace, ROOT_CONTEXT } from '@opentelemetry/api';
const require = createRequire(import.meta.url);
for (const name of ['app', '@x/llm-otel/openai']) {
      const span = trace.getTracer(name).startSpan(name);
      for (let i = 0; i < 200; i++) span.setAttribute('a' + i, 'x'.repeat(i === 0 ? 300000 : 10));
      span.end();
    }
