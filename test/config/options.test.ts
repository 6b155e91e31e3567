import { expect, test, vi } from 'vitest';
import type { Config, LlmOtelOptions } from '../../src/config/options.ts';
import { freshWarnings } from '../support/warnings.ts';

const said = freshWarnings();

async function resolve(options: unknown, env: Record<string, string | undefined>): Promise<Config> {
  const { resolveConfig } = await import('../../src/config/options.ts');
  return resolveConfig(options as LlmOtelOptions, env);
}

const CONTENT = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';
const CHOICES = 'expected one of NO_CONTENT, SPAN_ONLY, EVENT_ONLY, SPAN_AND_EVENT';
const BARE: object = Object.create(null);
const CIRCULAR: Record<string, unknown> = {};
CIRCULAR.self = CIRCULAR;

type Row = [
  field: keyof Config,
  options: Record<string, unknown>,
  env: Record<string, string>,
  expected: unknown,
  warning?: string,
];

const ROWS: readonly Row[] = [
  // defaults
  ['enabled', {}, {}, true],
  ['captureContent', {}, {}, 'NO_CONTENT'],
  ['contentMaxPartBytes', {}, {}, 16_384],
  ['contentMaxBytes', {}, {}, 262_144],
  ['captureToolSchemas', {}, {}, false],
  ['captureMedia', {}, {}, false],
  ['redactPatterns', {}, {}, true],
  ['redact', {}, {}, undefined],
  ['chunkEvents', {}, {}, 32],
  ['streamIdleTimeout', {}, {}, 0],
  ['streamUsage', {}, {}, undefined],
  ['estimateTokens', {}, {}, undefined],
  [
    'estimateTokens',
    { estimateTokens: 7 },
    {},
    undefined,
    'option estimateTokens: 7 cannot be used, expected a function',
  ],
  ['metricsSemconv', {}, {}, 'latest'],
  ['providerHosts', {}, {}, {}],
  ['cost', {}, {}, true],
  ['prices', {}, {}, {}],
  ['attributes', {}, {}, {}],
  ['baggageKeys', {}, {}, []],
  ['metricAttributes', {}, {}, []],
  // hosts to ask for token counts
  ['streamUsage', {}, { LLM_OTEL_STREAM_USAGE: 'inject' }, 'inject'],
  ['streamUsage', {}, { LLM_OTEL_STREAM_USAGE: ' Off ' }, 'off'],
  ['streamUsage', { streamUsage: 'off' }, { LLM_OTEL_STREAM_USAGE: 'inject' }, 'off'],
  ['streamUsage', {}, { LLM_OTEL_STREAM_USAGE: 'inject, *.GW.example,localhost' }, ['*.gw.example', 'localhost']],
  ['streamUsage', { streamUsage: ['::1', '10.0.0.7'] }, {}, ['::1', '10.0.0.7']],
  ['streamUsage', { streamUsage: ['inject'] }, {}, 'inject'],
  ...['true', '1', 'on', 'https://a.example', 'a.example:443', 'off,a.example', ','].map(
    (value): Row => [
      'streamUsage',
      {},
      { LLM_OTEL_STREAM_USAGE: value },
      undefined,
      'cannot be used, expected off, inject, or hosts such as llm.corp.example; using the default "off" instead',
    ],
  ),
  ['streamUsage', { streamUsage: [] }, {}, undefined, 'option streamUsage: [] cannot be used'],
  ['streamUsage', { streamUsage: true }, {}, undefined, 'option streamUsage: true cannot be used'],
  // booleans
  ['enabled', { enabled: false }, {}, false],
  ['enabled', {}, { LLM_OTEL_ENABLED: 'false' }, false],
  ['enabled', {}, { LLM_OTEL_ENABLED: ' 0 ' }, false],
  ['enabled', {}, { LLM_OTEL_ENABLED: 'TRUE' }, true],
  ['enabled', { enabled: true }, { LLM_OTEL_ENABLED: 'false' }, true],
  ['enabled', {}, { LLM_OTEL_ENABLED: '' }, true],
  ['enabled', {}, { LLM_OTEL_ENABLED: '  ' }, true],
  ...['1', 'yes', ' On ', 'TRUE'].map((value): Row => ['captureMedia', {}, { LLM_OTEL_CAPTURE_MEDIA: value }, true]),
  ...['0', 'no', 'OFF', 'False'].map((value): Row => ['cost', {}, { LLM_OTEL_COST: value }, false]),
  ['enabled', {}, { LLM_OTEL_ENABLED: 'nay' }, true, 'LLM_OTEL_ENABLED: "nay" cannot be used, expected true or false'],
  ['enabled', { enabled: 'off' }, {}, false],
  ['enabled', { enabled: 'nay' }, { LLM_OTEL_ENABLED: '0' }, false, 'using LLM_OTEL_ENABLED instead'],
  ['emitEvent', {}, {}, undefined],
  ['feedback', {}, {}, 'event'],
  ['feedback', {}, { LLM_OTEL_FEEDBACK: 'Span' }, 'span'],
  ['prices', {}, { LLM_OTEL_PRICES: '{}' }, {}, 'expected the path of a JSON file, not the JSON itself'],
  ['emitEvent', {}, { OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT: 'true' }, true],
  ['streamUsage', {}, { LLM_OTEL_STREAM_USAGE: 'false' }, 'off'],
  ['enabled', { enabled: null }, {}, true],
  ['enabled', { enabled: undefined }, { LLM_OTEL_ENABLED: '0' }, false],
  ['enabled', { enabled: BARE }, {}, true, 'option enabled'],
  ['cost', {}, { LLM_OTEL_COST: 'false' }, false],
  ['prices', {}, { LLM_OTEL_PRICES: ' prices.json ' }, 'prices.json'],
  ['prices', { prices: { m: { input: 1 } } }, { LLM_OTEL_PRICES: 'p.json' }, { m: { input: 1 } }],
  [
    'prices',
    { prices: 3 },
    {},
    {},
    'option prices: 3 cannot be used, expected prices by model or the path of a JSON file',
  ],
  ['prices', { prices: [] }, { LLM_OTEL_PRICES: 'p.json' }, 'p.json', 'option prices: [] cannot be used'],
  ['attributes', {}, { LLM_OTEL_ATTRIBUTES: 'team=ml,env=a%20b' }, { team: 'ml', env: 'a b' }],
  ['attributes', { attributes: { n: 1 } }, { LLM_OTEL_ATTRIBUTES: 'team=ml' }, { n: 1 }],
  ['attributes', { attributes: { n: 1, o: {} } }, {}, { n: 1 }, 'option attributes: "o" is left out'],
  ['attributes', { attributes: 7 }, {}, {}, 'option attributes: 7 cannot be used, expected an object'],
  ['attributes', {}, { LLM_OTEL_ATTRIBUTES: 'gen_ai.request.model=x' }, {}, '"gen_ai.request.model" is left out'],
  ['attributes', {}, { LLM_OTEL_ATTRIBUTES: 'team' }, {}, 'LLM_OTEL_ATTRIBUTES: "team" is left out'],
  ['baggageKeys', {}, { LLM_OTEL_BAGGAGE_KEYS: 'user.id, session.id,' }, ['user.id', 'session.id']],
  ['baggageKeys', { baggageKeys: ['app.*', '*'] }, {}, ['app.*', '*']],
  ['baggageKeys', { baggageKeys: [7] }, {}, [], 'option baggageKeys: [7] cannot be used, expected names'],
  ['baggageKeys', { baggageKeys: 7 }, {}, [], 'option baggageKeys: 7 cannot be used, expected names'],
  ['baggageKeys', { baggageKeys: [''] }, {}, [], 'expected names'],
  ['baggageKeys', {}, { LLM_OTEL_BAGGAGE_KEYS: '*.id' }, [], 'LLM_OTEL_BAGGAGE_KEYS: "*.id" cannot be used'],
  ['baggageKeys', {}, { LLM_OTEL_BAGGAGE_KEYS: 'gen_ai.usage.*' }, [], 'gen_ai.usage.* is recorded from the call'],
  [
    'metricAttributes',
    {},
    { LLM_OTEL_METRIC_ATTRIBUTES: 'team, service.tier,,team,tenant.id,gen_ai.prompt.name' },
    ['team', 'service.tier', 'tenant.id', 'gen_ai.prompt.name'],
  ],
  ['metricAttributes', { metricAttributes: ['team'] }, { LLM_OTEL_METRIC_ATTRIBUTES: 'tier' }, ['team']],
  [
    'metricAttributes',
    { metricAttributes: [7] },
    {},
    [],
    'option metricAttributes: [7] cannot be used, expected names',
  ],
  ...[
    ...['user.id', 'user_id', 'userId', 'enduser.id', 'user', 'user.name'].map((name) => [name, 'it names a user']),
    ...['user.email', 'customer_email', 'e-mail', 'phone'].map((name) => [name, 'it names a person']),
    ...['session.id', 'gen_ai.conversation.id', 'thread_id'].map((name) => [
      name,
      'it names a session or a conversation',
    ]),
    ...['trace_id', 'http.request.id', 'requestId', 'message-id'].map((name) => [
      name,
      'it is different for every request',
    ]),
    ...['uuid', 'some.id', 'someThingId'].map((name) => [name, 'an id has a value for each thing that it names']),
    ...['gen_ai.request.model', 'error.type'].map((name) => [name, 'it is recorded from the call itself']),
  ].map(
    ([name = '', reason = '']): Row => [
      'metricAttributes',
      {},
      { LLM_OTEL_METRIC_ATTRIBUTES: `team,${name}` },
      ['team'],
      `LLM_OTEL_METRIC_ATTRIBUTES: "${name}" is left out, ${reason}`,
    ],
  ),
  ['otherInstrumentations', {}, {}, 'replace'],
  ['otherInstrumentations', {}, { LLM_OTEL_OTHER_INSTRUMENTATIONS: 'keep' }, 'keep'],
  ['propagateToProviders', {}, { LLM_OTEL_PROPAGATE_TO_PROVIDERS: 'true' }, true],
  ['otherInstrumentations', { otherInstrumentations: 'off' }, {}, 'replace', 'expected one of replace, keep'],
  ['onRequest', {}, {}, undefined],
  ['onRequest', { onRequest: 'x' }, {}, undefined, 'option onRequest: "x" cannot be used, expected a function'],
  ['onResponse', { onResponse: Math.max }, {}, Math.max],
  ['dynamicAttributes', { dynamicAttributes: {} }, {}, undefined, 'option dynamicAttributes: {} cannot be used'],
  ['captureToolSchemas', {}, { LLM_OTEL_CAPTURE_TOOL_SCHEMAS: '1' }, true],
  ['captureMedia', {}, { LLM_OTEL_CAPTURE_MEDIA: 'true' }, true],
  ['redactPatterns', {}, { LLM_OTEL_REDACT: 'false' }, false],
  // words
  ['captureContent', {}, { [CONTENT]: 'SPAN_AND_EVENT' }, 'SPAN_AND_EVENT'],
  ['captureContent', {}, { [CONTENT]: 'event_only' }, 'EVENT_ONLY'],
  ['captureContent', {}, { [CONTENT]: 'true' }, 'SPAN_ONLY'],
  ['captureContent', {}, { [CONTENT]: 'False' }, 'NO_CONTENT'],
  ['captureContent', {}, { [CONTENT]: 'yes' }, 'SPAN_ONLY'],
  [
    'captureContent',
    {},
    { [CONTENT]: 'maybe' },
    'NO_CONTENT',
    `${CONTENT}: "maybe" cannot be used, ${CHOICES}; using the`,
  ],
  ['captureContent', {}, { [CONTENT]: 'constructor' }, 'NO_CONTENT', CHOICES],
  ['captureContent', {}, { [CONTENT]: '__proto__' }, 'NO_CONTENT', CHOICES],
  ['captureContent', { captureContent: 'SPAN_ONLY' }, { [CONTENT]: 'nonsense' }, 'SPAN_ONLY'],
  ['captureContent', { captureContent: true }, {}, 'SPAN_ONLY'],
  ['captureContent', { captureContent: 10n }, {}, 'NO_CONTENT', 'option captureContent'],
  ['captureContent', { captureContent: CIRCULAR }, {}, 'NO_CONTENT', 'option captureContent'],
  ['captureContent', { captureContent: Symbol('x') }, {}, 'NO_CONTENT', 'option captureContent'],
  ['metricsSemconv', {}, { LLM_OTEL_METRICS_SEMCONV: 'dup' }, 'dup'],
  ['metricsSemconv', {}, { LLM_OTEL_METRICS_SEMCONV: 'V1.41' }, 'v1.41'],
  ['metricsSemconv', {}, { LLM_OTEL_METRICS_SEMCONV: '1.42' }, 'latest', 'the default "latest" instead'],
  // numbers
  ['chunkEvents', { chunkEvents: 0 }, {}, 0],
  ['chunkEvents', {}, { LLM_OTEL_CHUNK_EVENTS: '1024' }, 1024],
  ['chunkEvents', {}, { LLM_OTEL_CHUNK_EVENTS: '1025' }, 32, 'expected a whole number from 0 to 1024'],
  ['chunkEvents', {}, { LLM_OTEL_CHUNK_EVENTS: '-1' }, 32, 'expected a whole number'],
  ['chunkEvents', {}, { LLM_OTEL_CHUNK_EVENTS: '1.5' }, 32, 'expected a whole number'],
  ['chunkEvents', { chunkEvents: Number.NaN }, {}, 32, 'expected a whole number'],
  ['chunkEvents', { chunkEvents: '' }, {}, 32, 'expected a whole number'],
  ['chunkEvents', { chunkEvents: [] }, {}, 32, 'expected a whole number'],
  ['contentMaxPartBytes', {}, { LLM_OTEL_CONTENT_MAX_PART_BYTES: '64' }, 64],
  ['contentMaxPartBytes', {}, { LLM_OTEL_CONTENT_MAX_PART_BYTES: '63' }, 16_384, 'from 64 to 16777216'],
  ['contentMaxBytes', { contentMaxBytes: 1023 }, {}, 262_144, 'from 1024'],
  ['streamIdleTimeout', {}, { LLM_OTEL_STREAM_IDLE_TIMEOUT: '30000' }, 30_000],
  ['streamIdleTimeout', {}, { LLM_OTEL_STREAM_IDLE_TIMEOUT: '30s' }, 0, 'LLM_OTEL_STREAM_IDLE_TIMEOUT: "30s"'],
  // hosts
  ['providerHosts', { providerHosts: { 'LLM.corp': 'openai' } }, {}, { 'llm.corp': 'openai' }],
  ['providerHosts', {}, { LLM_OTEL_PROVIDER_HOSTS: 'a.b=x, *.c = y ,' }, { 'a.b': 'x', '*.c': 'y' }],
  ['providerHosts', {}, { LLM_OTEL_PROVIDER_HOSTS: 'a.b' }, {}, 'expected host=provider pairs'],
  ['providerHosts', {}, { LLM_OTEL_PROVIDER_HOSTS: '=x' }, {}, 'expected host=provider pairs'],
  ['providerHosts', { providerHosts: { a: 1 } }, {}, {}, 'expected host=provider pairs'],
  // functions
  [
    'redact',
    { redact: 'mask' },
    {},
    undefined,
    'option redact: "mask" cannot be used, expected a function that gets a part',
  ],
];

test.each([...ROWS])('%s of %o and %o is %o', async (field, options, env, expected, warning?: string) => {
  const config = await resolve(options, env);
  expect(config[field]).toEqual(expected);
  if (warning === undefined) expect(said()).toBe('');
  else expect(said()).toContain(warning);
});

test('a redact hook is taken as it is', async () => {
  const redact = () => undefined;
  expect((await resolve({ redact }, {})).redact).toBe(redact);
});

test('the result is frozen, and so is the host table', async () => {
  const config = await resolve({ providerHosts: { a: 'b' } }, {});
  expect(Object.isFrozen(config)).toBe(true);
  expect(Object.isFrozen(config.providerHosts)).toBe(true);
});

test('an option whose getter throws falls back to the environment', async () => {
  const options = {
    get chunkEvents(): number {
      throw new Error('no');
    },
  };
  expect((await resolve(options, { LLM_OTEL_CHUNK_EVENTS: '5' })).chunkEvents).toBe(5);
});

test('a warning is said once, and cuts what it repeats', async () => {
  const env = { LLM_OTEL_METRICS_SEMCONV: 'x'.repeat(200) };
  await resolve({}, env);
  await resolve({}, env);
  expect(said().split('\n')).toHaveLength(2);
  expect(said().length).toBeLessThan(250);
});

test('a closed stderr is no problem', async () => {
  vi.mocked(process.stderr.write).mockImplementation(() => {
    throw new Error('EPIPE');
  });
  const { warnOnce } = await import('../../src/runtime/log.ts');
  expect(() => warnOnce('into the void')).not.toThrow();
});
