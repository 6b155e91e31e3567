import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { configKey } from '../../../src/config/file/config-key.ts';
import { checkDocument } from '../../../src/config/file/schema/check-document.ts';
import { plainDataOf } from '../../../src/config/file/text/document-node.ts';
import { parseConfigText } from '../../../src/config/file/text/parse-document.ts';
import { DEFAULTS, variableOf } from '../../../src/config/options.ts';

const ROOT = join(import.meta.dirname, '../../..');
const schema = JSON.parse(readFileSync(join(ROOT, 'src/config/file/schema/config.schema.json'), 'utf8'));
const validate = new Ajv2020({ strict: false, allErrors: true }).compile(schema);

const TOP = 'file_format: "1.0"\n';
const tracer = (keys: string): string =>
  `${TOP}tracer_provider: { processors: [{ simple: { exporter: { console: } } }], ${keys} }`;
const processor = (text: string): string => `${TOP}tracer_provider: { processors: [${text}] }`;
const pipeline = (keys: string): string => processor(`{ llm_otel_pipeline: { exporter: { otlp_http: {} }, ${keys} } }`);
const meter = (text: string): string => `${TOP}meter_provider: { readers: [${text}] }`;

/** Texts that are good, and texts that are not. */
const GOOD = [
  TOP,
  `${TOP}resource: { attributes: [{ name: a, value: [1, 2], type: int_array }], attributes_list: null }`,
  `${TOP}propagator: { composite: [{ tracecontext: }, { b3: {} }], composite_list: baggage }`,
  `${TOP}log_level: warn2\ndisabled: null\nother: 1`,
  `${TOP}distribution: { llm_otel: { features: { openai: 0.5, cost: false }, prices: { a: {} } }, other: {} }`,
  tracer('limits: { event_count_limit: 5 }'),
  tracer('sampler: { parent_based: { root: { trace_id_ratio_based: { ratio: 0.5 } } } }'),
  tracer('sampler: { parent_based: { root: { llm_otel_rate_limiting: { traces_per_second: 50, burst: 100 } } } }'),
  tracer('sampler: { llm_otel_rules: { rules: [{ name: a, match: { name: "x*" }, sampler: { always_off: } }] } }'),
  tracer('sampler: { composite/development: { rule_based: { rules: [{ sampler: { always_on: } }] } } }'),
  pipeline('name: langfuse, steps: [], tail: null, breaker: null, spool: null, resource_attributes: []'),
  pipeline('steps: [{ filter: { drop: { attributes: { a: { gt: 5 }, b: true }, not: { llm: true } } } }, { redact: }]'),
  pipeline('tail: { policies: [{ name: a, ratio: 0.1 }, { name: b, keep: { status: error } }], default: drop }'),
  pipeline('batch: { max_queue_size: null, overflow: drop_oldest }, retry: { multiplier: 2 }, spool: { directory: s }'),
  processor('{ batch: { exporter: { llm_otel_module: { module: ./x.mjs, options: [1, { a: b }] } } } }'),
  processor('{ batch: { exporter: { otlp_grpc: { tls: { insecure: true }, headers: [{ name: a, value: null }] } } } }'),
  meter('{ periodic: { exporter: { otlp_http: { temporality_preference: low_memory } } } }'),
  meter('{ pull: { exporter: { prometheus/development: { port: 9000 } }, cardinality_limits: { default: 10 } } }'),
];

const BAD = [
  'disabled: true',
  'file_format: "2.0"',
  `${TOP}resource: { attribute: [] }`,
  `${TOP}resource: { attributes: [{ name: a }] }`,
  `${TOP}resource: { attributes: [{ name: a, value: [1, x] }] }`,
  `${TOP}propagator: { composite: [{ xray: }] }`,
  `${TOP}log_level: loud`,
  `${TOP}distribution: { llm_otel: { features: { openai: 2 } } }`,
  `${TOP}distribution: { llm_otel: { enabled: "no" } }`,
  `${TOP}distribution: { other: 1 }`,
  `${TOP}tracer_provider: { processors: null }`,
  tracer('limits: { event_count_limit: -1 }'),
  tracer('sampler: { always_on: { ratio: 1 } }'),
  tracer('sampler: { llm_otel_rate_limiting: { traces_per_second: 0 } }'),
  tracer('sampler: {}'),
  pipeline('name: "a b"'),
  pipeline('steps: [{ filter: { drop: { nam: x } } }]'),
  pipeline('steps: [{ filter: { drop: { name: { regexp: x } } } }]'),
  pipeline('tail: { policies: [{ name: a }] }'),
  pipeline('batch: { max_queue_bytes: 5 }'),
  pipeline('breaker: false'),
  pipeline('spool: {}'),
  processor('{ batch: {} }'),
  processor('{ batch: { exporter: { llm_otel_file: {} } } }'),
  processor('{ batch: { exporter: { otlp_http: { timeout: 1.5 } } } }'),
  processor('{ batch: { exporter: { otlp_http: { headers: [] } } } }'),
  meter('{ periodic: { exporter: { zipkin: {} } } }'),
  meter('{ pull: { exporter: { console: } } }'),
];

describe('the schema and the validator agree', () => {
  test.each([...GOOD.map((text) => [text, true] as const), ...BAD.map((text) => [text, false] as const)])(
    '%s is good: %s',
    (text, isGood) => {
      const { root } = parseConfigText(text, {});
      if (root === undefined) throw new Error('the text cannot be read');
      expect([validate(plainDataOf(root)), checkDocument(root, false).problems]).toEqual(
        isGood ? [true, []] : [false, expect.arrayContaining([expect.anything()])],
      );
    },
  );

  test('all words of the schema are words that the validator reads', () => {
    const words = new Set<string>();
    const visit = (part: Record<string, unknown>): void => {
      for (const [word, value] of Object.entries(part)) {
        words.add(word);
        const parts = ['properties', '$defs'].includes(word) ? Object.values(value as object) : [];
        if (word === 'items' || (word === 'additionalProperties' && typeof value === 'object')) parts.push(value);
        if (word === 'oneOf') parts.push(...(value as object[]));
        for (const one of parts) visit(one as Record<string, unknown>);
      }
    };
    visit(schema);
    expect([...words].sort()).toEqual([
      ...['$defs', '$ref', '$schema', 'additionalProperties', 'description', 'enum', 'exclusiveMinimum', 'items'],
      ...['maxProperties', 'maximum', 'minItems', 'minLength', 'minProperties', 'minimum', 'oneOf', 'pattern'],
      ...['properties', 'required', 'title', 'type'],
    ]);
  });
});

test('every option that has a variable has a key', () => {
  const names = Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[];
  const keys = names.filter((name) => variableOf(name) !== undefined).map(configKey);
  expect(Object.keys(schema.$defs.LlmOtelDistribution.properties)).toEqual(expect.arrayContaining(keys));
});

test('the schema is made of the official schema and ours', () => {
  execFileSync(process.execPath, ['scripts/config-schema.mjs', '--check'], { cwd: ROOT });
});
