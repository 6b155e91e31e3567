import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { problemLine, readConfigFile, validateConfig } from '../../../src/pipeline/config-file.ts';
import { newFolder, pipelineFile } from './files.ts';

const lines = (text: string): string[] => validateConfig(text, { file: 'c.yaml' }).map(problemLine);

const TOP = 'file_format: "1.1"\n';

/** Text and the lines that are said of the text. */
const TABLE: readonly (readonly [what: string, text: string, ...said: string[]])[] = [
  ['nothing', '', 'c.yaml:1:1 /: the file is empty; expected a map with file_format'],
  ['a list', '- a', 'c.yaml:1:1 /: it is a list; expected a map'],
  ['a text', 'hello', 'c.yaml:1:1 /: it is a text; expected a map'],
  [
    'no file_format',
    'disabled: false',
    'c.yaml:1:1 /: the key "file_format" is missing; expected file_format: one of 1.0, 1.1',
  ],
  [
    'a file_format without quotes',
    'file_format: 1.0',
    'c.yaml:1:14 /file_format: it is a number; expected one of 1.0, 1.1 in quotes',
  ],
  [
    'a file_format of another time',
    'file_format: "0.3"',
    'c.yaml:1:14 /file_format: "0.3" is not known; expected one of 1.0, 1.1',
  ],
  ['a tab', `${TOP}resource:\n\tattributes: []`, 'c.yaml:3:1 /: a tab indents the line; expected spaces'],
  [
    'a bracket that stays open',
    `${TOP}resource: {attributes: [`,
    'c.yaml:2:25 /: the indentation is wrong or a bracket has no end; expected keys of one map below each other',
  ],
  [
    'a key that stands twice',
    `${TOP}disabled: true\ndisabled: false`,
    'c.yaml:3:1 /: the key stands twice in one map; expected each key once',
  ],
  ['two documents', `${TOP}---\n${TOP}`, 'c.yaml:2:1 /: there are several documents; expected one'],
  ['a tag', `${TOP}disabled: !!js/function x`, 'c.yaml:2:11 /: the tag is not known; expected a value without a tag'],
  [
    'an alias without anchor',
    `${TOP}resource: *a`,
    'c.yaml:2:11 /: the alias has no anchor before it; expected &anchor above *alias',
  ],
  ['a key that is a map', `${TOP}? {a: b}\n: c`, 'c.yaml:2:3 /: the key is no text; expected a name'],
  [
    'a merge key',
    `${TOP}a: &a {disabled: true}\nb: {<<: *a}`,
    'c.yaml:3:5 /: merge keys are not part of YAML 1.2; expected the keys themselves',
  ],
  [
    'a broken variable',
    `${TOP}disabled: \${1X}`,
    `c.yaml:2:11 /: a variable cannot be read; expected \${NAME}, \${env:NAME} or \${NAME:-default}`,
  ],
  ['a wrong type', `${TOP}disabled: "yes"`, 'c.yaml:2:11 /disabled: it is a text; expected true or false'],
  [
    'an unknown key below',
    `${TOP}tracer_provider:\n  procesors: []\n`,
    'c.yaml:3:3 /tracer_provider/procesors: unknown key "procesors"; expected one of processors, limits, sampler, id_generator, tracer_configurator/development, did you mean "processors"?',
  ],
  [
    'an empty list',
    `${TOP}tracer_provider:\n  processors: []\n`,
    'c.yaml:3:15 /tracer_provider/processors: the list is empty; expected at least 1 item',
  ],
  [
    'an unknown exporter',
    pipelineFile('exporter: { otlp_htp: {} }'),
    'c.yaml:5:21 /tracer_provider/processors/0/llm_otel_pipeline/exporter/otlp_htp: unknown key "otlp_htp"; expected one of otlp_http, otlp_grpc, otlp_file/development, console, zipkin, llm_otel_console, llm_otel_file, llm_otel_memory, llm_otel_module, did you mean "otlp_http"?',
  ],
  [
    'two exporters',
    pipelineFile('exporter: { otlp_http: {}, console: {} }'),
    'c.yaml:5:19 /tracer_provider/processors/0/llm_otel_pipeline/exporter: there are 2 keys; expected exactly 1 of otlp_http, otlp_grpc, otlp_file/development, console, zipkin, llm_otel_console, llm_otel_file, llm_otel_memory or llm_otel_module',
  ],
  [
    'an unknown key of a pipeline',
    pipelineFile('exporter: { console: }', 'spol: null'),
    'c.yaml:6:9 /tracer_provider/processors/0/llm_otel_pipeline/spol: unknown key "spol"; expected one of name, steps, tail, batch, max_request_size, retry, breaker, spool, resource_attributes, exporter, did you mean "spool"?',
  ],
  [
    'a number out of range',
    pipelineFile('exporter: { console: }', 'max_request_size: 5'),
    'c.yaml:6:27 /tracer_provider/processors/0/llm_otel_pipeline/max_request_size: 5 is out of range; expected a whole number of at least 1024',
  ],
  [
    'a name that is none',
    pipelineFile('exporter: { console: }', 'name: "My pipe"'),
    'c.yaml:6:15 /tracer_provider/processors/0/llm_otel_pipeline/name: the text cannot be used; expected a text like ^[a-z0-9_-]{1,40}$',
  ],
  [
    'a spool beside a console',
    pipelineFile('exporter: { console: }', 'spool: { directory: /tmp/x }'),
    'c.yaml:6:16 /tracer_provider/processors/0/llm_otel_pipeline/spool: requests of this exporter cannot be kept on disk; expected otlp_http or otlp_grpc',
  ],
  [
    'a bad address, with its password',
    pipelineFile('exporter: { otlp_http: { endpoint: "ftp://me:secret@host" } }'),
    'c.yaml:5:44 /tracer_provider/processors/0/llm_otel_pipeline/exporter/otlp_http/endpoint: the address cannot be used; expected a URL that starts with http:// or https://',
  ],
  [
    'a certificate that is not there',
    pipelineFile('exporter: { otlp_http: { tls: { ca_file: nowhere.pem } } }'),
    'c.yaml:5:50 /tracer_provider/processors/0/llm_otel_pipeline/exporter/otlp_http/tls/ca_file: the file cannot be read (ENOENT); expected a file in PEM format',
  ],
  [
    'an option that cannot be used',
    `${TOP}distribution: { llm_otel: { stream_usage: "true" } }`,
    'c.yaml:2:43 /distribution/llm_otel/stream_usage: the value cannot be used; expected off, inject, or hosts such as llm.corp.example',
  ],
  [
    'an unknown option',
    `${TOP}distribution: { llm_otel: { captur_content: SPAN_ONLY } }`,
    'c.yaml:2:29 /distribution/llm_otel/captur_content: unknown key "captur_content"; expected one of enabled, capture_content, emit_event, content_max_part_bytes, content_max_bytes, capture_tool_schemas, capture_media, completion_hook, upload_base_path, upload_format, upload_max_queue_size, upload_module, redact_patterns, chunk_events, stream_idle_timeout, stream_usage, feedback, metrics_semconv, provider_hosts, anthropic_native, other_instrumentations, cost, prices, attributes, baggage_keys, metric_attributes, auto, runtime_metrics, self_metrics, propagate_to_providers, log_sampling, features, did you mean "capture_content"?',
  ],
  [
    'an unknown propagator',
    `${TOP}propagator: { composite_list: "tracecontext,bagage" }`,
    'c.yaml:2:31 /propagator/composite_list: the propagator "bagage" is not known; expected tracecontext, baggage, b3, b3multi, jaeger or none, did you mean "baggage"?',
  ],
];

describe('problems', () => {
  test.each(TABLE)('%s', (_what, text, ...said) => {
    expect(lines(text)).toEqual(said);
  });

  test('an unknown key at the top does no harm', () => {
    expect(lines(`${TOP}tracer_providers: {}`)).toEqual([]);
  });

  test('ten at most', () => {
    const text = Array.from({ length: 30 }, (_, n) => `    k${n}: 1`).join('\n');
    expect(lines(`${TOP}distribution:\n  llm_otel:\n${text}`)).toHaveLength(10);
  });

  test('names given twice are a problem, names made here are not', () => {
    const pipeline = (name: string): string => `    - llm_otel_pipeline: { name: ${name}, exporter: { console: } }\n`;
    const text = (...names: string[]): string =>
      `${TOP}tracer_provider:\n  processors:\n${names.map(pipeline).join('')}`;
    expect(lines(text('a', 'b'))).toEqual([]);
    expect(lines(text('a', 'a'))).toEqual([
      'c.yaml:5:34 /tracer_provider/processors/1/llm_otel_pipeline/name: the name "a" is given twice; expected a name of its own for each pipeline',
    ]);
  });
});

describe('secrets', () => {
  const SECRET = 'hunter2-hunter2';
  test.each([
    ['a header as a key', `headers: [{ "${SECRET}": x }]`],
    ['a header that is a number', `headers: [{ name: x, value: 12345678 }]`],
    ['a header that HTTP does not allow', `headers: [{ name: x, value: "${SECRET}\\u0001" }]`],
    ['a name that HTTP does not allow', `headers: [{ name: "x ${SECRET}", value: x }]`],
    ['a header in place of the list', `headers: "x=${SECRET}"`],
    ['a map in place of the list', `headers: { "${SECRET}": 1 }`],
    ['a list without pairs', `headers_list: "${SECRET}"`],
    ['broken YAML', `headers: [{ name: x, value: "${SECRET}\\q" }]`],
  ])('%s is not shown', (_what, keys) => {
    const said = lines(pipelineFile(`exporter: { otlp_http: { ${keys} } }`)).join('\n');
    expect(said).not.toBe('');
    expect(said).not.toMatch(/hunter2|12345678/);
  });
});

describe('files', () => {
  const folder = newFolder();
  const read = (path: string): string[] =>
    readConfigFile({}, { path, variable: 'OTEL_CONFIG_FILE', isOverlay: false }).problems.map(problemLine);
  const pathOf = (name: string): string => join(folder, name);

  test('that are not there, or no regular files', () => {
    mkdirSync(pathOf('folder'));
    execFileSync('mkfifo', [pathOf('pipe')]);
    symlinkSync('loop', pathOf('loop'));
    writeFileSync(pathOf('large'), `${TOP}#${'x'.repeat(1_048_576)}`);
    writeFileSync(pathOf('latin'), Buffer.from([0x61, 0x3a, 0xe9]));
    const regular = 'it is no regular file; expected a YAML or JSON file';
    expect(read(pathOf('none'))).toEqual([
      `${pathOf('none')}:1:1 /: the file does not exist; expected a YAML or JSON file`,
    ]);
    expect(read(pathOf('folder'))).toEqual([`${pathOf('folder')}:1:1 /: ${regular}`]);
    expect(read(pathOf('pipe'))).toEqual([`${pathOf('pipe')}:1:1 /: ${regular}`]);
    expect(read('/dev/zero')).toEqual([`/dev/zero:1:1 /: ${regular}`]);
    expect(read(pathOf('loop'))).toEqual([
      `${pathOf('loop')}:1:1 /: the path is a circle of links; expected a YAML or JSON file`,
    ]);
    expect(read(pathOf('large'))).toEqual([
      `${pathOf('large')}:1:1 /: the file is too large; expected at most 1048576 bytes`,
    ]);
    expect(read(pathOf('latin'))).toEqual([`${pathOf('latin')}:1:1 /: the text is broken; expected UTF-8`]);
  });

  test.each([
    ['brackets', '['.repeat(500_000)],
    ['maps', '{a: '.repeat(200_000)],
    ['dashes', '- '.repeat(400_000)],
    ['question marks', '? '.repeat(200_000)],
    ['steps to the right', Array.from({ length: 1000 }, (_, n) => `${' '.repeat(n)}a:`).join('\n')],
    ['keys', Array.from({ length: 120_000 }, (_, n) => `k${n}:`).join('\n')],
    ['a circle of aliases', 'a: &a\n  b: *a'],
    [
      'aliases of aliases',
      ['a0: &a0 [x, x]', ...Array.from({ length: 40 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`)].join('\n'),
    ],
    ['a long text in quotes', `a: "${'\\u0041'.repeat(150_000)}`],
    ['references without an end', `a: "${'${'.repeat(300_000)}"`],
  ])('with %s neither hang nor throw', (_what, text) => {
    const start = performance.now();
    const problems = validateConfig(text, { file: 'c.yaml' });
    expect(problems.length).toBeGreaterThan(0);
    expect(performance.now() - start).toBeLessThan(15_000);
  });
});
