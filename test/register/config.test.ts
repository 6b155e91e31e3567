import { describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { runApplication, WORK } from './application.ts';

/** Variable, bad value, and the rest of the one line that is said about it. */
const BAD: readonly (readonly [string, string, string, Record<string, string>?])[] = [
  [
    'OTEL_TRACES_EXPORTER',
    'otpl',
    '"otpl" cannot be used, expected otlp, otlp/file, otlp/stdout, console, zipkin, llm-console, none; using otlp instead.',
  ],
  ['OTEL_TRACES_EXPORTER', 'jaeger', 'jaeger is no longer supported by OpenTelemetry; using otlp instead.'],
  [
    'OTEL_METRICS_EXPORTER',
    'statsd',
    '"statsd" cannot be used, expected otlp, prometheus, console, none; using otlp instead.',
  ],
  [
    'OTEL_TRACES_EXPORTER',
    'constructor',
    '"constructor" cannot be used, expected otlp, otlp/file, otlp/stdout, console, zipkin, llm-console, none; using otlp instead.',
  ],
  [
    'OTEL_PROPAGATORS',
    'tostring',
    '"tostring" cannot be used, expected tracecontext, baggage, b3, b3multi, jaeger, none; using tracecontext,baggage instead.',
  ],
  [
    'OTEL_LOGS_EXPORTER',
    'file',
    '"file" cannot be used, expected otlp, otlp/file, otlp/stdout, console, none; using otlp instead.',
  ],
  [
    'OTEL_EXPORTER_OTLP_PROTOCOL',
    'http',
    '"http" cannot be used, expected one of http/protobuf, http/json, grpc; using http/protobuf instead.',
  ],
  [
    'OTEL_TRACES_SAMPLER',
    'sometimes',
    '"sometimes" cannot be used, expected one of always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio; using parentbased_always_on instead.',
  ],
  [
    'OTEL_TRACES_SAMPLER_ARG',
    '7',
    '"7" cannot be used, expected a number from 0 to 1; using 1 instead.',
    { OTEL_TRACES_SAMPLER: 'traceidratio' },
  ],
  [
    'OTEL_PROPAGATORS',
    'xray',
    '"xray" cannot be used, expected tracecontext, baggage, b3, b3multi, jaeger, none; using tracecontext,baggage instead.',
  ],
  [
    'OTEL_BSP_SCHEDULE_DELAY',
    'soon',
    '"soon" cannot be used, expected a whole number from 0 to 2147483647; using 5000 instead.',
  ],
  [
    'OTEL_BSP_MAX_QUEUE_SIZE',
    '-1',
    '"-1" cannot be used, expected a whole number of at least 1; using no limit instead.',
  ],
  [
    'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
    '0',
    '"0" cannot be used, expected a whole number of at least 1; using 512 instead.',
  ],
  [
    'OTEL_METRIC_EXPORT_INTERVAL',
    '0',
    '"0" cannot be used, expected a whole number from 1 to 2147483647; using 60000 instead.',
  ],
  [
    'OTEL_METRIC_EXPORT_TIMEOUT',
    '90000',
    '"90000" cannot be used, it is longer than the interval; using 60000 instead.',
  ],
  [
    'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT',
    'many',
    '"many" cannot be used, expected a whole number of at least 0; using 128 instead.',
  ],
  [
    'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    'x',
    '"x" cannot be used, expected a whole number of at least 0; using no limit instead.',
  ],
  [
    'OTEL_EXPORTER_OTLP_TIMEOUT',
    '10s',
    '"10s" cannot be used, expected a whole number from 1 to 2147483647; using 10000 instead.',
  ],
  ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zstd', '"zstd" cannot be used, expected one of none, gzip; using none instead.'],
  [
    'OTEL_EXPORTER_OTLP_CERTIFICATE',
    '/nowhere/ca.pem',
    '"/nowhere/ca.pem" cannot be used, the file cannot be read (ENOENT); using the system defaults instead.',
  ],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'secret', 'an entry without "key=value" cannot be used; it is left out.'],
  [
    'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
    'x-key=a%0Ab',
    '"x-key" cannot be used, its value is no valid header value; using the other headers instead.',
  ],
  [
    'OTEL_EXPORTER_OTLP_HEADERS',
    'x-key: secret==',
    'an entry whose name is no valid header name cannot be used; it is left out.',
  ],
  ['OTEL_RESOURCE_ATTRIBUTES', 'team', 'an entry without "key=value" cannot be used; it is left out.'],
  [
    'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
    'fast',
    '"fast" cannot be used, expected one of cumulative, delta, lowmemory; using cumulative instead.',
  ],
  ['OTEL_SDK_DISABLED', 'yes', '"yes" cannot be used, expected true or false; using false instead.'],
  [
    'LLM_OTEL_SDK',
    'sometimes',
    '"sometimes" cannot be used, expected one of auto, eager, lazy, off; using auto instead.',
  ],
];

describe.concurrent('a variable that cannot be used', () => {
  it.for(BAD)('%s=%s is one warning, and telemetry goes on', async ([name, value, rest, more]) => {
    const receiver = await startOtlpReceiver();
    const result = await runApplication(WORK, {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...more, [name]: value },
    });
    expect(result).toMatchObject({ code: 0, stdout: 'worked\n', stderr: `@x/llm-otel: warning: ${name}: ${rest}\n` });
    expect(receiver.spans()).toHaveLength(2);
    await receiver.close();
  });

  it('an endpoint that is no URL is replaced by the default', async () => {
    const { code, stderr } = await runApplication('', {
      env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'collector:4318' },
    });
    expect(code).toBe(0);
    expect(stderr).toBe(
      '@x/llm-otel: warning: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "collector:4318" cannot be used, expected a URL that starts with http:// or https://; using http://localhost:4318/v1/traces instead.\n',
    );
  });
});

describe.concurrent('variables', () => {
  const receive = async (body: string, env: Record<string, string>) => {
    const receiver = await startOtlpReceiver();
    const result = await runApplication(body, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...env } });
    await receiver.close();
    expect(result.stderr).toBe('');
    return { receiver, result };
  };

  it('name the service and describe the resource', async () => {
    const { receiver } = await receive(WORK, {
      OTEL_SERVICE_NAME: 'shop',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,team=a%20b',
    });
    expect(receiver.spans()[0]?.resource).toMatchObject({ 'service.name': 'shop', team: 'a b' });
  });

  it('unset, the service has the name of the package', async () => {
    const { receiver } = await receive(WORK, {});
    expect(receiver.spans()[0]?.resource).toMatchObject({ 'service.name': '@x/llm-otel' });
  });

  it.each([
    ['always_off', '', 0],
    ['traceidratio', '0', 0],
    ['traceidratio', '1', 2],
    ['parentbased_always_off', '', 0],
  ])('choose the sampler %s %s', async (name, ratio, spans) => {
    const { receiver } = await receive(WORK, {
      OTEL_TRACES_SAMPLER: name,
      ...(ratio === '' ? {} : { OTEL_TRACES_SAMPLER_ARG: ratio }),
    });
    expect(receiver.spans()).toHaveLength(spans);
  });

  it.each([
    ['tracecontext,baggage', ['baggage', 'traceparent', 'tracestate']],
    ['b3', ['b3']],
    ['b3multi', ['x-b3-flags', 'x-b3-parentspanid', 'x-b3-sampled', 'x-b3-spanid', 'x-b3-traceid']],
    ['none', []],
  ])('choose the propagators %s', async (names, fields) => {
    const { result } = await receive('console.log(JSON.stringify(propagation.fields().sort()));', {
      OTEL_PROPAGATORS: names,
    });
    expect(JSON.parse(result.stdout)).toEqual(fields);
  });

  it('limit spans, but our own only if the user said so', async () => {
    const body = `for (const name of ['app', '@x/llm-otel/openai']) {
      const span = trace.getTracer(name).startSpan(name);
      for (let i = 0; i < 200; i++) span.setAttribute('a' + i, 'x'.repeat(i === 0 ? 300000 : 10));
      span.end();
    }`;
    const counts = async (env: Record<string, string>) => {
      const receiver = await startOtlpReceiver();
      await runApplication(body, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...env } });
      await receiver.close();
      return receiver.spans().map(({ attributes }) => Object.keys(attributes).length);
    };
    expect(await counts({})).toEqual([128, 200]);
    expect(await counts({ OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '50' })).toEqual([50, 50]);
    expect(await counts({ OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: 'abc' })).toEqual([128, 200]);
    expect(await counts({ OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: 'abc', OTEL_ATTRIBUTE_COUNT_LIMIT: '60' })).toEqual([
      60, 60,
    ]);
    expect((await receive(body, {})).receiver.spans()[1]?.attributes.a0).toHaveLength(300_000);
  });

  it('choose delta temporality and exponential histograms', async () => {
    const { receiver } = await receive(`metrics.getMeter('m').createHistogram('h').record(5); process.exit(0);`, {
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
      OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram',
    });
    expect(receiver.metrics()).toMatchObject([{ type: 'exponentialHistogram', temporality: 'delta' }]);
  });
});
