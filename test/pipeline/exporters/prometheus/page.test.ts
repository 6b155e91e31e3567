import { ValueType } from '@opentelemetry/api';
import { AggregationType } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPages } from './pages.ts';

let printed: string;
beforeEach(() => {
  printed = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => void vi.restoreAllMocks());

const BOUNDS = { advice: { explicitBucketBoundaries: [0.25, 1, 1000, 10_000_000] } };

describe('one family of each type', () => {
  const pages = createPages({ targetInfo: true });
  const meter = pages.provider.getMeter('app', '1.2.3', { schemaUrl: 'https://schema.test/1' });
  meter.createCounter('hits', { unit: '{hit}', description: 'Pages "read"\nby\\all.' }).add(3, { page: 'a"b\\c\nd' });
  meter.createUpDownCounter('open', { unit: 'By', description: 'Open files.' }).add(-2);
  meter.createGauge('load', { unit: '1' }).record(0.5, { list: ['a', 'b'], flag: true, n: 7, none: '' });
  const wait = meter.createHistogram('wait', { unit: 's', description: 'Time.', ...BOUNDS });
  for (const seconds of [0.1, 0.5, 0.5, 20_000_000]) wait.record(seconds, { le: 'x' });

  const SCOPE = 'otel_scope_name="app",otel_scope_schema_url="https://schema.test/1",otel_scope_version="1.2.3"';

  test('as text', async () => {
    expect(await pages.text()).toBe(String.raw`# HELP target_info Target metadata
# TYPE target_info gauge
target_info{host_name="h\"1\\",service_name="shop"} 1
# HELP hits_total Pages "read"\nby\\all.
# TYPE hits_total counter
hits_total{${SCOPE},page="a\"b\\c\nd"} 3
# HELP open_bytes Open files.
# TYPE open_bytes gauge
open_bytes{${SCOPE}} -2
# TYPE load_ratio gauge
load_ratio{flag="true",list="[\"a\",\"b\"]",n="7",${SCOPE}} 0.5
# HELP wait_seconds Time.
# TYPE wait_seconds histogram
wait_seconds_bucket{exported_le="x",${SCOPE},le="0.25"} 1
wait_seconds_bucket{exported_le="x",${SCOPE},le="1"} 3
wait_seconds_bucket{exported_le="x",${SCOPE},le="1000"} 3
wait_seconds_bucket{exported_le="x",${SCOPE},le="10000000"} 3
wait_seconds_bucket{exported_le="x",${SCOPE},le="+Inf"} 4
wait_seconds_sum{exported_le="x",${SCOPE}} 20000001.1
wait_seconds_count{exported_le="x",${SCOPE}} 4
`);
  });

  test('as OpenMetrics', async () => {
    expect(await pages.open()).toBe(String.raw`# HELP target Target metadata
# TYPE target info
target_info{host_name="h\"1\\",service_name="shop"} 1
# HELP hits Pages \"read\"\nby\\all.
# TYPE hits counter
hits_total{${SCOPE},page="a\"b\\c\nd"} 3
# HELP open_bytes Open files.
# TYPE open_bytes gauge
# UNIT open_bytes bytes
open_bytes{${SCOPE}} -2
# TYPE load_ratio gauge
# UNIT load_ratio ratio
load_ratio{flag="true",list="[\"a\",\"b\"]",n="7",${SCOPE}} 0.5
# HELP wait_seconds Time.
# TYPE wait_seconds histogram
# UNIT wait_seconds seconds
wait_seconds_bucket{exported_le="x",${SCOPE},le="0.25"} 1
wait_seconds_bucket{exported_le="x",${SCOPE},le="1.0"} 3
wait_seconds_bucket{exported_le="x",${SCOPE},le="1000.0"} 3
wait_seconds_bucket{exported_le="x",${SCOPE},le="1e+07"} 3
wait_seconds_bucket{exported_le="x",${SCOPE},le="+Inf"} 4
wait_seconds_sum{exported_le="x",${SCOPE}} 20000001.1
wait_seconds_count{exported_le="x",${SCOPE}} 4
# EOF
`);
  });
});

test.each([
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
  [1e21, '1e+21'],
  [1.5e-7, '1.5e-7'],
  [-0.25, '-0.25'],
])('the value %s is written %s', async (value, expected) => {
  const { provider, text } = createPages({ scopeInfo: false });
  provider.getMeter('m').createGauge('g').record(value);
  expect(await text()).toBe(`# TYPE g gauge\ng ${expected}\n`);
});

test.each([
  [0.00001, '1e-05'],
  [0.0001, '0.0001'],
  [100_000, '100000.0'],
  [1_000_000, '1e+06'],
  [67_108_864, '6.7108864e+07'],
])('OpenMetrics writes the bound %s as %s', async (bound, expected) => {
  const { provider, open } = createPages({ scopeInfo: false });
  provider
    .getMeter('m')
    .createHistogram('h', { advice: { explicitBucketBoundaries: [bound] } })
    .record(1e9);
  expect(await open()).toContain(`h_bucket{le="${expected}"} 0\n`);
});

test('nothing recorded: an empty page, which OpenMetrics ends', async () => {
  const { provider, text, open } = createPages();
  provider.getMeter('m').createCounter('c');
  expect([await text(), await open()]).toEqual(['', '# EOF\n']);
});

describe('several scopes', () => {
  test('share a family with the first description that there is', async () => {
    const { provider, text } = createPages();
    for (const [scope, description] of [
      ['openai', ''],
      ['anthropic', 'First.'],
      ['gemini', 'Second.'],
    ] as const) {
      const meter = provider.getMeter(scope);
      meter.createCounter('other').add(1);
      meter.createHistogram('calls', { description, advice: { explicitBucketBoundaries: [] } }).record(1);
    }
    const page = await text();
    expect(page.match(/^# .*calls.*/gm)).toEqual(['# HELP calls First.', '# TYPE calls histogram']);
    const lines = page.split('\n').filter((line) => !line.startsWith('#'));
    expect(lines.map((line) => /^[a-z_]+/.exec(line)?.[0])).toEqual([
      ...Array(3).fill('other_total'),
      ...Array(3).fill(['calls_bucket', 'calls_sum', 'calls_count']).flat(),
      undefined,
    ]);
    expect(printed).toBe('');
  });

  test('a later type is left out with a warning', async () => {
    const { provider, text } = createPages();
    provider.getMeter('first').createGauge('size.seconds').record(1);
    provider.getMeter('second').createHistogram('size', { unit: 's' }).record(1);
    for (let i = 0; i < 2; i++)
      expect(await text()).toBe('# TYPE size_seconds gauge\nsize_seconds{otel_scope_name="first"} 1\n');
    expect(printed).toBe(
      '@x/llm-otel: warning: the metric size of the meter second is not on the Prometheus page: size_seconds is a gauge already. Rename one of the two with a view.\n',
    );
  });

  test('the first type holds although the first meter records later', async () => {
    const { provider, text } = createPages({ scopeInfo: false });
    const late = provider.getMeter('created first').createHistogram('same');
    provider.getMeter('records first').createGauge('same').record(2);
    expect(await text()).toBe('# TYPE same gauge\nsame 2\n');
    late.record(1);
    expect(await text()).toBe('# TYPE same gauge\nsame 2\n');
  });

  test.each([
    ['the count of a histogram', 'size_count'],
    ['target_info', 'target.info'],
  ])('%s is a name that no other metric gets', async (_, name) => {
    const { provider, text } = createPages({ targetInfo: true });
    provider.getMeter('a').createHistogram('size').record(1);
    provider.getMeter('b').createGauge(name).record(77);
    expect(await text()).not.toContain('77');
    expect(printed).toMatch(/the metric .* of the meter b is not on the Prometheus page: (size|target_info) is a/);
  });

  test('without scope labels the same labels are one series', async () => {
    const { provider, text } = createPages({ scopeInfo: false });
    for (const [name, attributes] of [
      ['a', { x: '1', y: '2' }],
      ['b', { y: '2', x: '1' }],
    ] as const) {
      const meter = provider.getMeter(name);
      meter.createCounter('hits').add(2, attributes);
      meter.createGauge('now').record(name === 'a' ? 1 : 5, attributes);
      meter.createHistogram('time', { advice: { explicitBucketBoundaries: [10] } }).record(name === 'a' ? 1 : 50);
    }
    expect(await text()).toBe(`# TYPE hits_total counter
hits_total{x="1",y="2"} 4
# TYPE now gauge
now{x="1",y="2"} 5
# TYPE time histogram
time_bucket{le="10"} 1
time_bucket{le="+Inf"} 2
time_sum 51
time_count 2
`);
  });

  test('histograms of different boundaries do not add up: the first stays', async () => {
    const { provider, text } = createPages({ scopeInfo: false });
    provider
      .getMeter('a')
      .createHistogram('h', { advice: { explicitBucketBoundaries: [1] } })
      .record(1);
    provider
      .getMeter('b')
      .createHistogram('h', { advice: { explicitBucketBoundaries: [2] } })
      .record(1);
    expect(await text()).toContain('h_count 1\n');
  });
});

describe('labels', () => {
  test('keys that become the same label share the label, in the order of the keys', async () => {
    const { provider, text } = createPages({ scopeInfo: false });
    provider.getMeter('m').createGauge('g').record(1, { 'a.b': 'second', 'a-b': 'first', ü: 'lost' });
    expect(await text()).toBe('# TYPE g gauge\ng{a_b="first;second"} 1\n');
  });

  test('attributes of the resource that a file names; the own attribute goes before, the scope before both', async () => {
    const { provider, text } = createPages({
      constantLabels: { included: ['host.*', 'service.*'], excluded: ['*.none'] },
    });
    provider.getMeter('m').createGauge('g').record(1, { 'host.name': 'own', 'otel.scope.name': 'own' });
    expect(await text()).toContain('g{host_name="own",otel_scope_name="m",service_name="shop"} 1\n');
  });
});

test('exponential histograms are left out with a warning that says what to do', async () => {
  const { provider, text } = createPages(
    {},
    { views: [{ instrumentName: 'e', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }] },
  );
  provider.getMeter('m').createHistogram('e').record(1);
  provider.getMeter('m').createCounter('c', { valueType: ValueType.INT }).add(1);
  expect(await text()).toBe('# TYPE c_total counter\nc_total{otel_scope_name="m"} 1\n');
  expect(printed).toMatch(
    /the metric e of the meter m is not on the Prometheus page: .*Give the metric a view with an explicit_bucket_histogram\./,
  );
});

test('a name without any usable character is left out with a warning', async () => {
  const { provider, text } = createPages({}, { views: [{ instrumentName: 'plain', name: 'äöü' }] });
  provider.getMeter('m').createGauge('plain').record(1);
  expect(await text()).toBe('');
  expect(printed).toContain('the metric äöü of the meter m is not on the Prometheus page');
});

describe('OpenMetrics', () => {
  test('a counter that would share the family of a gauge is of unknown type, under the same name', async () => {
    const { provider, open } = createPages({ scopeInfo: false, targetInfo: true });
    const meter = provider.getMeter('m');
    meter.createCounter('queue').add(1);
    meter.createGauge('queue').record(2);
    meter.createGauge('target').record(3);
    expect(await open()).toBe(String.raw`# HELP target_info Target metadata
# TYPE target_info unknown
target_info{host_name="h\"1\\",service_name="shop"} 1
# TYPE queue_total unknown
queue_total 1
# TYPE queue gauge
queue 2
# TYPE target gauge
target 3
# EOF
`);
  });

  test('names without suffixes', async () => {
    const { provider, open } = createPages({
      scopeInfo: false,
      translation: 'underscore_escaping_without_suffixes/development',
    });
    provider.getMeter('m').createCounter('hits.all', { unit: 's' }).add(1);
    provider.getMeter('m').createGauge('load', { unit: '1' }).record(1);
    expect(await open()).toBe('# TYPE hits_all unknown\nhits_all 1\n# TYPE load gauge\nload 1\n# EOF\n');
  });

  test('names of any character stand in quotes', async () => {
    const { provider, open } = createPages({
      scopeInfo: false,
      translation: 'no_utf8_escaping_with_suffixes/development',
    });
    const meter = provider.getMeter('m');
    meter.createCounter('hits.all', { unit: 'By', description: 'd' }).add(1, { 'a.b': 'c', d: 'e' });
    meter.createHistogram('wait.time', { advice: { explicitBucketBoundaries: [] } }).record(1);
    expect(await open()).toBe(`# HELP "hits.all_bytes" d
# TYPE "hits.all_bytes" counter
# UNIT "hits.all_bytes" bytes
{"hits.all_bytes_total","a.b"="c",d="e"} 1
# TYPE "wait.time" histogram
{"wait.time_bucket",le="+Inf"} 1
{"wait.time_sum"} 1
{"wait.time_count"} 1
# EOF
`);
  });
});
