import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LlmOtelOptions } from '../../../src/config/options.ts';
import type { CallReader, RequestFacts, ResponseFacts, UsageFacts } from '../../../src/facts/call.ts';
import { callWith } from '../../../src/otel/globals.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { openOperationCount } from '../../../src/telemetry/call/open-operations.ts';
import type { Operation } from '../../../src/telemetry/call/operation.ts';
import { callReader, chatFacts, configOf, countingStream, metering, tracing } from '../in-memory.ts';

beforeEach(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterEach(() => {
  context.disable();
  expect(openOperationCount()).toBe(0);
});

function telemetry(options: LlmOtelOptions = {}, sampled = true) {
  const traces = tracing(sampled ? undefined : new AlwaysOffSampler());
  const metrics = metering();
  const made = new CallRecorder('@x/llm-otel/test', '1.2.3', configOf(options));
  made.setTracerProvider(traces.provider);
  const start = (reader: CallReader): Operation => {
    const operation = made.start(reader, {}, [{}]);
    if (operation === undefined) throw new Error('not recorded');
    return operation;
  };
  const startIn = (outer: Operation, reader: CallReader): Operation =>
    callWith(outer.context, () => start(reader), undefined, []) as Operation;
  return { made, start, startIn, spans: traces.spans, metrics };
}

/** A call of which nothing is known but who makes it. */
const BARE: Partial<RequestFacts> = {
  provider: 'gateway',
  model: undefined,
  address: undefined,
  port: undefined,
  attributes: {},
};
const bare = (more: Partial<RequestFacts> = {}): CallReader =>
  callReader({ request: () => ({ ...chatFacts(), ...BARE, ...more, attributes: { ...more.attributes } }) });
const inner = (): CallReader => callReader({ request: () => chatFacts({ attributes: { 'gen_ai.request.seed': 7 } }) });

const answer = (usage?: UsageFacts, id = 'inner-1'): ResponseFacts => ({
  id,
  model: 'gpt-4o-2024-08-06',
  finishReasons: ['stop'],
  usage,
  attributes: { 'openai.response.service_tier': 'default' },
});
const USAGE: UsageFacts = { input: 1000, output: 100, cacheRead: 400 };
const FAILURE = Object.assign(new Error('x'), { status: 429, code: 'rate_limit_exceeded' });

interface Row {
  readonly about: string;
  readonly outer?: Partial<RequestFacts>;
  /** What the outer call knows of its answer. */
  readonly own?: ResponseFacts;
  /** How each inner call ends. */
  readonly inner: readonly ((operation: Operation) => void)[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly name?: string;
}

/** gpt-4o: 2.5 and 10 USD a million, cached 1.25. */
const COST = (600 * 2.5 + 400 * 1.25 + 100 * 10) / 1e6;

const ROWS: readonly Row[] = [
  {
    about: 'what the outer one lacks comes from the inner one',
    inner: [(op) => op.end(answer(USAGE))],
    name: 'chat gpt-4o',
    attributes: {
      'gen_ai.provider.name': 'gateway',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.request.seed': 7,
      'gen_ai.response.id': 'inner-1',
      'gen_ai.response.model': 'gpt-4o-2024-08-06',
      'gen_ai.response.finish_reasons': ['stop'],
      'openai.response.service_tier': 'default',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 100,
      'gen_ai.usage.cache_read.input_tokens': 400,
      'gen_ai.usage.cost': COST,
      'llm_otel.cost.model': 'openai/gpt-4o',
      'server.address': 'api.openai.com',
      'server.port': 443,
      'gen_ai.response.time_to_first_chunk': undefined,
      'llm_otel.stream.outcome': undefined,
    },
  },
  {
    about: 'what the outer one knows stays',
    outer: { model: 'best', address: 'gw.example', port: 8080, attributes: { 'gen_ai.request.seed': 1 } },
    own: {
      id: 'own',
      model: 'best-1',
      finishReasons: ['length'],
      attributes: { 'openai.response.service_tier': 'flex' },
    },
    inner: [(op) => op.end(answer(USAGE))],
    name: 'chat best',
    attributes: {
      'gen_ai.request.model': 'best',
      'gen_ai.request.seed': 1,
      'gen_ai.response.id': 'own',
      'gen_ai.response.model': 'best-1',
      'gen_ai.response.finish_reasons': ['length'],
      'openai.response.service_tier': 'flex',
      'server.address': 'gw.example',
      'server.port': 8080,
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.cost': COST,
    },
  },
  {
    about: 'usage that agrees gets the details',
    own: { usage: { input: 1000, output: 100 } },
    inner: [(op) => op.end(answer(USAGE))],
    attributes: {
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.cache_read.input_tokens': 400,
      'gen_ai.usage.cost': COST,
    },
  },
  {
    about: 'usage that does not agree is the outer one alone',
    outer: { provider: 'openai', model: 'gpt-4o' },
    own: { usage: { input: 2000, output: 0 } },
    inner: [(op) => op.end(answer(USAGE))],
    attributes: {
      'gen_ai.usage.input_tokens': 2000,
      'gen_ai.usage.output_tokens': 0,
      'gen_ai.usage.cache_read.input_tokens': undefined,
      'gen_ai.usage.cost': 0.005,
    },
  },
  {
    about: 'tokens and cost of several are added, the rest is of the last that was answered',
    inner: [
      (op) => op.end(answer(USAGE)),
      (op) => op.end(answer({ ...USAGE, reasoning: 5, inputBy: { audio: 3 } }, 'inner-2')),
      (op) => op.fail(FAILURE),
    ],
    attributes: {
      'gen_ai.response.id': 'inner-2',
      'gen_ai.usage.input_tokens': 2000,
      'gen_ai.usage.output_tokens': 200,
      'gen_ai.usage.cache_read.input_tokens': 800,
      'gen_ai.usage.reasoning.output_tokens': 5,
      'gen_ai.usage.audio.input_tokens': 3,
      'llm_otel.cost.model': undefined, // audio tokens of a model without a price for them
      'error.type': undefined,
    },
  },
  {
    about: 'cost of several',
    inner: [(op) => op.end(answer(USAGE)), (op) => op.end({ ...answer(USAGE), model: 'gpt-4o-mini' })],
    attributes: {
      'gen_ai.usage.cost': COST * 1.06,
      'llm_otel.cost.model': 'openai/gpt-4o,openai/gpt-4o-mini',
    },
  },
  {
    about: 'the tokens of several have no price at the price of one of their models',
    outer: { provider: 'openai' },
    inner: [(op) => op.end({ ...answer(USAGE), model: 'of nobody' }), (op) => op.end(answer(USAGE))],
    attributes: { 'gen_ai.usage.input_tokens': 2000, 'gen_ai.usage.cost': undefined },
  },
  {
    about: 'one that was answered without usage leaves the sum unknown',
    inner: [(op) => op.end(answer(USAGE)), (op) => op.end(answer())],
    attributes: {
      'gen_ai.usage.input_tokens': undefined,
      'gen_ai.usage.cost': undefined,
      'gen_ai.response.id': 'inner-1',
    },
  },
  {
    about: 'a total that one did not send is not added up',
    inner: [(op) => op.end(answer(USAGE)), (op) => op.end(answer({ input: 5 }))],
    attributes: { 'gen_ai.usage.input_tokens': 1005, 'gen_ai.usage.output_tokens': undefined },
  },
  {
    about: 'one that failed cost nothing',
    inner: [(op) => op.fail(FAILURE), (op) => op.cancel(), (op) => op.abandon(), (op) => op.end(answer(USAGE))],
    attributes: { 'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.cost': COST, 'error.type': undefined },
  },
  {
    about: 'only failures: where they went is known',
    inner: [(op) => op.fail(FAILURE)],
    attributes: { 'server.address': 'api.openai.com', 'gen_ai.response.id': undefined, 'error.type': undefined },
  },
  {
    about: 'one that has not ended says what it knows',
    inner: [
      (op) => {
        op.stream();
        op.chunk({});
      },
    ],
    attributes: { 'gen_ai.response.model': 'gpt-4o-2024', 'gen_ai.response.finish_reasons': ['error'] },
  },
  { about: 'none', own: answer(USAGE), inner: [], name: 'chat', attributes: { 'gen_ai.response.id': 'inner-1' } },
];

describe('a call of the same kind inside another', () => {
  test.each(ROWS)('$about', ({ outer, own = {}, inner: ends, attributes, name }) => {
    const { start, startIn, spans } = telemetry();
    const operation = start(bare(outer));
    for (const end of ends) end(startIn(operation, inner()));
    operation.end(own);
    const [span, ...more] = spans();
    expect(more).toEqual([]);
    const seen = Object.fromEntries(Object.keys(attributes).map((key) => [key, span?.attributes[key]]));
    const { 'gen_ai.usage.cost': cost, ...rest } = attributes;
    expect(seen).toMatchObject(rest);
    if ('gen_ai.usage.cost' in attributes) expect(seen['gen_ai.usage.cost'] ?? 0).toBeCloseTo(Number(cost ?? 0), 12);
    if (name !== undefined) expect(span?.name).toBe(name);
  });

  test('each tells the one around it: nothing counts twice', () => {
    const { start, startIn, spans } = telemetry();
    const outer = start(bare());
    const middle = startIn(outer, bare({ operation: 'generate_content', provider: 'framework' }));
    startIn(middle, inner()).end(answer(USAGE));
    middle.end({});
    outer.end({});
    expect(spans()).toHaveLength(1);
    expect(spans()[0]?.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.response.id': 'inner-1',
    });
  });

  test('the time to the first chunk of an answer that was streamed inside', () => {
    const { start, startIn, spans } = telemetry();
    const outer = start(bare());
    const stream = startIn(outer, inner());
    stream.stream();
    stream.chunk({});
    stream.complete();
    outer.end({});
    const seconds = spans()[0]?.attributes['gen_ai.response.time_to_first_chunk'];
    expect(seconds).toBeGreaterThan(0);
    expect(spans()[0]?.attributes['llm_otel.stream.chunks']).toBeUndefined();
  });

  test('the outer stream tells its own time', () => {
    const { start, startIn, spans } = telemetry();
    const outer = start({ ...bare(), stream: () => countingStream({ facts: () => ({}) }) });
    const stream = startIn(outer, inner());
    for (const operation of [stream, outer]) {
      operation.stream();
      operation.chunk({}, 1);
    }
    outer.chunk({});
    stream.complete();
    outer.complete();
    const attributes = spans()[0]?.attributes ?? {};
    expect(attributes).toMatchObject({ 'llm_otel.stream.chunks': 2, 'gen_ai.response.finish_reasons': ['stop'] });
    expect(attributes['gen_ai.response.time_to_first_chunk']).toBeLessThan(0); // stamped 1 ms after the start of time
  });

  test('is measured once, with what is known of both', async () => {
    const { made, start, startIn, metrics } = telemetry({}, false);
    made.setMeterProvider(metrics.provider);
    const outer = start(bare());
    const stream = startIn(outer, inner());
    stream.stream();
    stream.chunk({});
    stream.complete();
    startIn(outer, inner()).end(answer(USAGE));
    outer.end({ usage: USAGE });
    const points = await metrics.collect();
    expect(points.get('gen_ai.client.inference.duration')?.points).toMatchObject([
      { count: 1, attributes: { 'gen_ai.provider.name': 'gateway', 'server.address': 'api.openai.com' } },
    ]);
    expect(points.get('gen_ai.client.inference.usage.input_tokens')?.points).toMatchObject([{ sum: 1000 }]);
  });

  test('nobody is told where nothing is recorded', () => {
    const { made, start } = telemetry({}, false);
    const outer = start(bare());
    expect(outer.contextOnly).toBe(true);
    expect(callWith(outer.context, () => made.start(inner(), {}, [{}]), undefined, [])).toBeUndefined();
    outer.end({});
  });

  test('of another kind has a span of its own', () => {
    const { start, startIn, spans } = telemetry();
    const outer = start(bare());
    startIn(outer, callReader({}, { operation: 'moderation' })).end({});
    outer.end({});
    expect(spans().map(({ name }) => name)).toEqual(['moderation gpt-4o', 'chat']);
  });

  test('does not undo what a hook has set', () => {
    const { start, startIn, spans } = telemetry({
      attributes: { team: 'ml' },
      onRequest: (span) => span.setAttributes({ 'gen_ai.provider.name': 'mine', team: 'search' }),
    });
    const outer = start(bare());
    startIn(outer, inner()).end(answer(USAGE));
    outer.end({});
    expect(spans()[0]?.attributes).toMatchObject({
      'gen_ai.provider.name': 'mine',
      team: 'search',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.request.seed': 7,
    });
  });

  test('is not kept when the outer one has ended', () => {
    const { start, startIn } = telemetry({ captureContent: 'SPAN_ONLY' });
    const outer = start(bare());
    startIn(outer, inner()).end(answer(USAGE));
    outer.end({});
    expect(outer.inner).toBeUndefined();
  });

  test('that ends after the outer one tells nobody', () => {
    const { start, startIn, spans } = telemetry();
    const outer = start(bare());
    const late = startIn(outer, inner());
    outer.end({});
    late.end(answer(USAGE));
    expect(spans()[0]?.attributes['gen_ai.response.id']).toBeUndefined();
    expect(spans()).toHaveLength(1);
  });
});

describe('content', () => {
  const said = (text: string) => [{ role: 'user', parts: [{ type: 'text', content: text }] }];
  const telling = (reader: CallReader): CallReader => ({
    ...reader,
    input: () => ({ system: [{ type: 'text', content: 'be kind' }], messages: said('inner question') }),
    output: () => said('inner answer'),
  });
  const rows = [
    { captureContent: 'NO_CONTENT', own: undefined, input: undefined, output: undefined },
    { captureContent: 'SPAN_ONLY', own: undefined, input: 'inner question', output: 'inner answer' },
    { captureContent: 'SPAN_ONLY', own: 'own question', input: 'own question', output: 'inner answer' },
  ] as const;

  test.each(rows)('$captureContent, outer input $own', ({ captureContent, own, input, output }) => {
    const { start, startIn, spans } = telemetry({ captureContent });
    const outer = start(own === undefined ? bare() : { ...bare(), input: () => ({ messages: said(own) }) });
    startIn(outer, telling(inner())).end(answer());
    outer.end({});
    const attributes = spans()[0]?.attributes ?? {};
    const textOf = (name: string): unknown =>
      JSON.parse(String(attributes[name] ?? '[]'))[0]?.parts[0].content as unknown;
    expect(textOf('gen_ai.input.messages')).toBe(input);
    expect(textOf('gen_ai.output.messages')).toBe(output);
    expect(attributes['gen_ai.system_instructions'] !== undefined).toBe(captureContent === 'SPAN_ONLY');
  });
});
