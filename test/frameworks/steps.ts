/** Applications that go through a list of steps, each in a span of the application's own, and what is below that. */
import type { ReceivedSpan } from '../support/otlp/flatten.ts';
import { spanTree } from '../support/span-tree.ts';

/** How a file of each format loads names from a package. */
export const LOAD = {
  mjs: ([from, names]: [string, string]) => `import { ${names} } from '${from}';\n`,
  cjs: ([from, names]: [string, string]) => `const { ${names} } = require('${from}');\n`,
} as const;

/** Format of an application's file. */
export type Format = keyof typeof LOAD;

const rootOf = (spans: readonly ReceivedSpan[], step: string): ReceivedSpan | undefined =>
  spans.find(({ name, scope }) => scope.name === 'application' && name === step);

/** The spans below that of a step. */
export function below(spans: readonly ReceivedSpan[], step: string): ReceivedSpan[] {
  const root = rootOf(spans, step);
  return spans.filter(({ traceId, spanId }) => traceId === root?.traceId && spanId !== root.spanId);
}

/** Without the first line, which is the step, and without what the provider was told to do. */
export function treeOf(spans: readonly ReceivedSpan[], step: string): string[] {
  const root = rootOf(spans, step);
  const error = ({ status, attributes }: ReceivedSpan): string =>
    status.code === 2 ? ` !${String(attributes['error.type'])}` : '';
  return spanTree(
    spans.filter(({ traceId }) => traceId === root?.traceId),
    error,
  )
    .slice(1)
    .map((line) => line.slice(2).replace(/\{[^}]*\}/, ''));
}

/** Everything that was recorded in spans and logs, as one text. */
export function recorded({ spans, logs }: { readonly spans: unknown; readonly logs: unknown }): string {
  return JSON.stringify([spans, logs], (_, value: unknown) => (typeof value === 'bigint' ? '' : value));
}
