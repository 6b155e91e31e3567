import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BasicTracerProvider, BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { collectorDocument } from '../../src/cli/collector-config/collector-document.ts';
import { createProviderSampler } from '../../src/pipeline/samplers/create-sampler.ts';
import { goldens } from '../cli/collector-config/golden-files.ts';
import { newFolder, settingsOf } from '../config/file/files.ts';
import '../pipeline/support/parts.ts';
import { ask, newTraceId } from '../pipeline/samplers/support.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.ts';
import { startCollector } from './collector/run-collector.ts';
import { programOf } from './programs.ts';

vi.mock(import('../../src/pipeline/load.ts'), () => import('../pipeline/support/load.ts'));

/** Which traces the Collector keeps. */
type Outcome =
  /** The traces that the process keeps. */
  | 'the same'
  /** As many as the process keeps, by name of the root, within what chance allows; the comment says that they are others. */
  | { readonly share: RegExp }
  /** All, because the sampler has no twin; the comment says so. */
  | { readonly lacks: RegExp };

const OTHERS = { share: /the share has other traces/ } as const;

/** Samplers of files. */
const SAMPLERS = {
  'always_on:': 'the same',
  'always_off:': 'the same',
  'trace_id_ratio_based: { ratio: 0.25 }': OTHERS,
  'parent_based: { root: { trace_id_ratio_based: { ratio: 0.5 } } }': OTHERS,
  'composite/development: { probability: { ratio: 0.25 } }': 'the same',
  'composite/development: { parent_threshold: { root: { probability: { ratio: 0.9 } } } }': 'the same',
  'composite/development: { parent_threshold: { root: { rule_based: { rules: [{ attribute_values: { key: tier, values: [gold, silver, "*"] }, sampler: { always_off: } }, { span_kinds: [internal], attribute_patterns: { key: tier, included: ["b*"], excluded: [blue] }, sampler: { always_on: } }] } } } }':
    'the same',
  'parent_based: { root: { llm_otel_rules: { rules: [{ name: a, match: { name: "GET *" }, sampler: { always_off: } }, { name: b, match: { attributes: { tier: gold } }, sampler: { always_on: } }], fallback: { always_off: } } } }':
    'the same',
  'parent_based: { root: { llm_otel_rules: { rules: [{ name: a, match: { name: "GET *" }, sampler: { always_on: } }, { name: b, match: { attributes: { tier: gold } }, sampler: { trace_id_ratio_based: { ratio: 0.5 } } }], fallback: { always_off: } } } }':
    OTHERS,
  'parent_based: { root: { llm_otel_rules: { rules: [{ name: a, match: { name: "*" }, sampler: { always_off: } }] } } }':
    'the same',
  'llm_otel_rules: { rules: [{ name: a, match: { name: "GET *" }, sampler: { always_off: } }] }': {
    lacks: /llm_otel_rules: outside of parent_based/,
  },
  'parent_based: { root: { llm_otel_rate_limiting: { traces_per_second: 1 } } }': {
    lacks: /llm_otel_rate_limiting: a Collector limits/,
  },
  'parent_based: { root: { llm_otel_adaptive: { traces_per_second: 1 } } }': {
    lacks: /llm_otel_adaptive: a Collector has no/,
  },
  'parent_based: { root: { llm_otel_any: { samplers: [{ always_off: }] } } }': {
    lacks: /llm_otel_any: samplers cannot be joined/,
  },
} as const satisfies Readonly<Record<string, Outcome>>;

const TRACES = 400;
const NAMES = ['GET /', 'POST /', 'job'];
const TIERS = ['gold', 'silver', 'bronze', 'blue'];

/** Traces of a root and a child, with ids that are the same in every run. */
async function sendTraces(url: string): Promise<ReadableSpan[]> {
  const roots: ReadableSpan[] = [];
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces` });
  const provider = new BasicTracerProvider({
    idGenerator: { generateTraceId: newTraceId, generateSpanId: () => newTraceId().slice(0, 16) },
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('app');
  for (let index = 0; index < TRACES; index++) {
    const attributes = { tier: TIERS[index % TIERS.length] ?? '' };
    const root = tracer.startSpan(NAMES[index % NAMES.length] ?? '', { attributes });
    tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root)).end();
    root.end();
    roots.push(root as unknown as ReadableSpan);
  }
  await provider.shutdown();
  return roots;
}

const program = await programOf('collector');

describe.skipIf(program === undefined)('the Collector with written samplers', () => {
  let receiver: OtlpReceiver;
  beforeAll(async () => {
    receiver = await startOtlpReceiver();
  });
  afterAll(() => receiver.close());

  test.each(Object.entries(SAMPLERS))('%s', async (sampler, outcome: Outcome) => {
    receiver.reset();
    const exporter = `{ otlp_http: { endpoint: "${receiver.url}/v1/traces" } }`;
    const { sdk } = settingsOf(
      `file_format: "1.1"\ntracer_provider:\n  processors: [{ batch: { exporter: ${exporter} } }]\n  sampler: { ${sampler} }\n`,
    );
    const { lines } = collectorDocument({ sdk, endpoint: undefined });
    const collector = await startCollector(program as string, lines);
    const roots = await sendTraces(collector.url);
    // At its end the Collector decides about the traces that wait, and sends everything.
    await collector.stop();
    if (sdk.traces === undefined) throw new Error('no sampler');
    const inProcess = createProviderSampler(
      sdk.traces.sampler,
      { attributes: {} },
      { isCounted: false, isLogged: false },
    );
    const keptBy = (isKept: (root: ReadableSpan) => boolean): ReadableSpan[] => roots.filter(isKept);
    const expected = keptBy((root) => {
      const { name, attributes } = root;
      return ask(inProcess.sampler, { name, attributes, traceId: idOf(root) }).decision === 2;
    });
    const arrived = new Map<string, number>();
    for (const { traceId } of receiver.spans()) arrived.set(traceId, (arrived.get(traceId) ?? 0) + 1);
    // Traces arrive as a whole.
    expect([...arrived.values()].every((count) => count === 2)).toBe(true);
    const found = keptBy((root) => arrived.has(idOf(root)));
    const comments = lines.filter((line) => line.startsWith('# ')).join('\n');
    if (outcome === 'the same') {
      expect(found.map(idOf)).toEqual(expected.map(idOf));
      expect(comments).not.toContain('not translated');
    } else if ('lacks' in outcome) {
      expect(comments).toMatch(outcome.lacks);
      expect(found).toHaveLength(TRACES);
    } else {
      expect(comments).toMatch(outcome.share);
      for (const name of NAMES) {
        const [here, there] = [expected, found].map((list) => list.filter((root) => root.name === name).length);
        expect(Math.abs((there ?? 0) - (here ?? 0))).toBeLessThanOrEqual(3 * Math.sqrt(here ?? 0));
      }
    }
  });

  test('every golden configuration is valid', async () => {
    const folder = newFolder();
    const all = goldens();
    expect(all.length).toBeGreaterThan(0);
    for (const { name, lines, variables } of all) {
      const file = join(folder, `${name}.yaml`);
      writeFileSync(file, lines.join('\n'));
      const env = {
        ...Object.fromEntries(variables.map((variable) => [variable, 'https://backend.example'])),
        LLM_OTEL_HASH_KEY: 'k'.repeat(32),
      };
      await promisify(execFile)(program as string, ['validate', '--config', file], { env });
    }
  });
});

const idOf = (root: ReadableSpan): string => root.spanContext().traceId;
