/**
 * The table of docs/duplicates.md: which layers see a call, and how many model spans it has. Each test file that measures
 * rows owns one part of the page, between `<!-- table: name -->` and `<!-- end -->`:
 *
 *     const table = duplicates('langchain');
 *     test.each(CASES)('...', async (...) => {
 *       const seen = await runApplication(...);
 *       table.row({ layers: 'LangChain above openai', loaded: 'register', calls: 2, spans: modelSpans(seen.spans) });
 *     });
 *     afterAll(() => table.check(CASES.length));
 *
 * `npm run test:frameworks` fails where the page says something else; with `UPDATE_DOCS=1` it writes the page.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ROOT } from './spawn.ts';

const PAGE = join(ROOT, 'docs', 'duplicates.md');

/** One row, as it was measured. */
export interface DuplicatesRow {
  /** Which layers saw the calls, outermost first. */
  readonly layers: string;
  /** How they were loaded, in which order. */
  readonly loaded: string;
  /** Number of requests that reached a model, retries not counted. */
  readonly calls: number;
  /** Scopes of the model spans, one for each span; see {@link modelSpans}. */
  readonly spans: readonly string[];
  /** What a user should know of it. */
  readonly note?: string;
}

/** Who makes a span, in words of the page. */
const MAKERS: readonly (readonly [scope: RegExp, name: string])[] = [
  [/^@x\/llm-otel\//, 'this package'],
  [/^@opentelemetry\/instrumentation-openai$/, 'contrib'],
  [/^@arizeai\/openinference-/, 'OpenInference'],
  [/^@traceloop\//, 'Traceloop'],
  [/^ai$/, 'AI SDK'],
  [/^com\.anthropic\.sdk\./, 'Anthropic SDK'],
  [/^gen_ai$/, '@ai-sdk/otel'],
];

interface Received {
  readonly name: string;
  readonly scope: { readonly name: string };
  readonly attributes: Readonly<Record<string, unknown>>;
}

const MODEL_OPERATIONS = /^(?:chat|generate_content|text_completion|embeddings)$/;

/** Scopes of the spans that stand for a model call: by the conventions, by those of OpenInference or
 * of Traceloop's older versions, or by the AI SDK's own. */
export function modelSpans(spans: readonly Received[]): string[] {
  return spans
    .filter(
      ({ name, attributes }) =>
        MODEL_OPERATIONS.test(String(attributes['gen_ai.operation.name'])) ||
        /^(?:LLM|EMBEDDING)$/.test(String(attributes['openinference.span.kind'])) ||
        attributes['llm.request.type'] !== undefined ||
        /^ai\.\w+\.do[A-Z]\w+$/.test(name),
    )
    .map(({ scope }) => scope.name);
}

function makers(spans: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const scope of spans) {
    const maker = MAKERS.find(([pattern]) => pattern.test(scope))?.[1] ?? scope;
    counts.set(maker, (counts.get(maker) ?? 0) + 1);
  }
  return [...counts].map(([maker, n]) => (counts.size === 1 ? maker : `${maker} ${n}`)).join(', ') || 'nobody';
}

/** The rows of one test file; see the top of this file. */
export interface DuplicatesTable {
  row(row: DuplicatesRow): void;
  /** Compares the page with the rows, or writes it. Does nothing unless all `expected` rows were measured. */
  check(expected: number): void;
}

/** The part `name` of the page. */
export function duplicates(name: string): DuplicatesTable {
  const rows: DuplicatesRow[] = [];
  return {
    row: (row) => void rows.push(row),
    check: (expected) => {
      if (rows.length < expected) return; // a test failed, or was left out by a filter
      const part = new RegExp(`(?<=<!-- table: ${name} -->\n)[^]*?(?=<!-- end -->)`);
      const page = readFileSync(PAGE, 'utf8');
      if (!part.test(page)) throw new Error(`docs/duplicates.md has no part <!-- table: ${name} --> ... <!-- end -->`);
      const fresh = page.replace(part, () => render(rows));
      if (process.env.UPDATE_DOCS === '1') writeFileSync(PAGE, fresh);
      else expect(page, 'docs/duplicates.md is stale: UPDATE_DOCS=1 npm run test:frameworks').toBe(fresh);
    },
  };
}

function render(rows: readonly DuplicatesRow[]): string {
  // Tests may run side by side: sorted, the page is the same every time.
  const lines = rows
    .map(
      ({ layers, loaded, calls, spans, note = '' }) =>
        `| ${layers} | ${loaded} | ${calls} | ${spans.length} | ${makers([...spans].sort())} | ${note} |`,
    )
    .sort();
  const head = ['| layers | loaded | model calls | model spans | made by | |', '|---|---|---|---|---|---|'];
  return `\n${[...head, ...lines].join('\n')}\n\n`;
}
