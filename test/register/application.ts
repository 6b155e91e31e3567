/** The small applications that the tests of `register` start. */
import { type RunOptions, type RunResult, runNode } from '../support/spawn.ts';

/** How the package is loaded. */
export const LOADED = {
  mjs: ['--import', '@x/llm-otel/register'],
  cjs: ['--require', '@x/llm-otel/register'],
} as const;

/** Kinds of application. */
export const TYPES = ['mjs', 'cjs'] as const;

type Options = Omit<RunOptions, 'source'> & { readonly type?: 'mjs' | 'cjs' };

/** Runs `body` after the import of the named parts of `@opentelemetry/api`, with register loaded. */
export function runApplication(body: string, options: Options = {}): Promise<RunResult> {
  const { type = 'mjs', nodeArgs = LOADED[type] } = options;
  // A busy machine starts the thread that sends at exit late; how long an exit may take is tested where a test says so.
  const env = { LLM_OTEL_EXIT_TIMEOUT: '10000', ...options.env };
  return runNode({ timeoutMs: 20_000, ...options, env, type, nodeArgs, source: `${header(type)}\n${body}\n` });
}

function header(type: 'mjs' | 'cjs'): string {
  const names = '{ context, diag, metrics, propagation, trace, ROOT_CONTEXT }';
  return type === 'mjs'
    ? `import { createRequire } from 'node:module';\nimport ${names} from '@opentelemetry/api';\nconst require = createRequire(import.meta.url);`
    : `const ${names} = require('@opentelemetry/api');`;
}

/** Makes two spans, one inside the other, and a metric. */
export const WORK = `
trace.getTracer('app').startActiveSpan('outer', (outer) => {
  trace.getTracer('app').startSpan('inner').end();
  outer.end();
});
metrics.getMeter('app').createCounter('hits').add(3);
console.log('worked');
`;
