import type { Case, CaseReport, Kit, SeenSpan, SpanExpectation, Traced } from './types.ts';

const STATUS = ['UNSET', 'OK', 'ERROR'] as const;
/** `SpanKind` by number: INTERNAL for what the SDK itself runs, CLIENT for calls of a model. */
const KIND = { internal: 0, client: 2 } as const;

/** A case of forty calls has nothing more to say after these. */
const MOST_PROBLEMS = 12;

/** What is wrong with the spans of a case; nothing, if all is well. */
export function spanProblems(testCase: Case, kit: Kit, report: CaseReport): string[] {
  const problems = allProblems(testCase, kit, report);
  const rest = problems.length - MOST_PROBLEMS;
  return rest > 0 ? [...problems.slice(0, MOST_PROBLEMS), `and ${rest} more`] : problems;
}

function allProblems(testCase: Case, kit: Kit, report: CaseReport): string[] {
  const { traced } = report;
  if (traced === undefined) return ['nothing was traced'];
  const expected = typeof testCase.spans === 'function' ? testCase.spans(new Set(report.features)) : testCase.spans;
  const ours = traced.spans.filter((span) => span.scope.startsWith('@x/llm-otel'));
  const problems = [
    ...traced.diagnostics.map((said) => `OpenTelemetry complained: ${said}`),
    ...traced.strays.map((span) => `span outside the application's trace: ${span.name}`),
    ...traced.spans.filter((span) => span.ends !== 1).map((span) => `span ended ${span.ends} times: ${span.name}`),
    ...contextProblems(traced, ours),
  ];
  if (expected === 'any') return problems;
  if (ours.length !== expected.length) {
    problems.push(`expected ${expected.length} spans, got ${ours.length}: ${ours.map((span) => span.name).join(', ')}`);
    return problems;
  }
  for (const [i, expectation] of expected.entries()) {
    const span = ours[i];
    if (span !== undefined)
      problems.push(...oneSpan(kit, traced, ours, span, expectation).map((text) => `span ${i}: ${text}`));
  }
  return problems;
}

function oneSpan(
  kit: Kit,
  traced: Traced,
  ours: readonly SeenSpan[],
  span: SeenSpan,
  expected: SpanExpectation,
): string[] {
  const { attributes } = span;
  const operation = expected.operation ?? kit.operation;
  const status = STATUS[span.status];
  const requests = traced.spans.filter((other) => other.scope === 'transport' && other.parentId === span.id).length;
  const problems: string[] = [];
  const check = (what: string, got: unknown, want: unknown) => {
    if (JSON.stringify(got) !== JSON.stringify(want)) {
      problems.push(`${what} is ${JSON.stringify(got)}, expected ${JSON.stringify(want)}`);
    }
  };
  check('operation', attributes['gen_ai.operation.name'], operation);
  check('start of the name', span.name.split(' ')[0], operation);
  check('kind', span.kind, operation === 'execute_tool' ? KIND.internal : KIND.client);
  check('status', status, expected.status ?? 'UNSET');
  check('presence of error.type', typeof attributes['error.type'] === 'string', status === 'ERROR');
  check('parent', span.parentId, expected.parent === undefined ? traced.root : ours[expected.parent]?.id);
  check('HTTP requests below', requests, expected.http ?? 1);
  if (expected.outcome !== undefined) check('outcome', attributes['llm_otel.stream.outcome'] ?? null, expected.outcome);
  if (expected.finishReasons !== undefined) {
    const wanted = expected.finishReasons === 'good' ? kit.finishReasons : expected.finishReasons;
    check('finish reasons', attributes['gen_ai.response.finish_reasons'] ?? null, wanted);
  }
  return problems;
}

function contextProblems(traced: Traced, ours: readonly SeenSpan[]): string[] {
  const ids = new Set(ours.map((span) => span.id));
  const nameOf = (id: string | undefined) => traced.spans.find((span) => span.id === id)?.name ?? id;
  return [
    ...traced.marks
      .filter(({ kept, span }) => kept && span !== traced.root)
      .map(({ label, span }) => `application code (${label}) ran with ${nameOf(span)} active`),
    ...traced.insides
      .filter(({ span }) => span === undefined || !ids.has(span))
      .map(({ label, span }) => `${label} ran outside the call's span, with ${nameOf(span)} active`),
    ...traced.spans
      .filter((span) => ours.length > 0 && span.scope === 'transport' && !ids.has(span.parentId ?? ''))
      .map((span) => `HTTP request under ${nameOf(span.parentId)}, not under a span of the call`),
  ];
}
