import { expect, it } from 'vitest';
import { forTerminal } from '../../src/runtime/terminal-text.ts';

it.each<[message: string, lines: string[]]>([
  [
    'could not send traces to http://localhost:4318/v1/traces: connect ECONNREFUSED. Is a collector there (OTEL_A)? OTEL_B=none turns traces off.',
    [
      'could not send traces to http://localhost:4318/v1/traces:',
      '  connect ECONNREFUSED.',
      '  Is a collector there (OTEL_A)?',
      '  OTEL_B=none turns traces off.',
    ],
  ],
  [
    'LLM_OTEL_COST: "x" cannot be used, expected true or false; using the default true instead.',
    ['LLM_OTEL_COST: "x" cannot be used,', '  expected true or false; using the default true instead.'],
  ],
  [
    'nothing is recorded, because the API cannot be found. Install it: npm install @opentelemetry/api.',
    [
      'nothing is recorded,',
      '  because the API cannot be found.',
      '  Install it:',
      '  npm install @opentelemetry/api.',
    ],
  ],
])('a warning has a line for what, why and what to do: %s', (message, lines) => {
  const text = forTerminal(`@x/llm-otel: warning: ${message}`);
  const [first = '', ...rest] = lines;
  expect(text).toBe(`\u001b[33m${[`@x/llm-otel: warning: ${first}`, ...rest].join('\n')}\u001b[39m`);
});
