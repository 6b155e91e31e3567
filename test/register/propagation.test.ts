import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.ts';
import { type ProviderRequest, type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { runApplication } from './application.ts';

/** What a model provider gets of traces and baggage, by the client that calls the provider. */
const HEADERS = ['traceparent', 'tracestate', 'baggage', 'b3'] as const;
const MESSAGE = "{ model: 'claude-x', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] }";
const CHAT = "{ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] }";
const CALLS = {
  anthropic: `await anthropic().messages.create(${MESSAGE});`,
  'anthropic, streamed': `await anthropic().messages.stream(${MESSAGE}).finalMessage();`,
  'anthropic, beta': `await anthropic().beta.messages.create(${MESSAGE});`,
  'anthropic, frozen': `await Object.freeze(anthropic()).messages.create(${MESSAGE});`,
  'anthropic, prepared by a subclass': `
    class Signing extends Anthropic { async prepareRequest() {} }
    await new Signing(OPTIONS).messages.create(${MESSAGE});`,
  'anthropic, tokens': `await anthropic().messages.countTokens(${MESSAGE}).catch(() => {});`,
  'anthropic, a tracer provider for the client': `
    const { BasicTracerProvider } = require('@opentelemetry/sdk-trace-base');
    await anthropic({ openTelemetry: { tracerProvider: new BasicTracerProvider() } }).messages.create(${MESSAGE});`,
  openai: `await openai().chat.completions.create(${CHAT});`,
  'openai, streamed': `for await (const _ of await openai().chat.completions.create({ ...${CHAT}, stream: true }));`,
  genai: `const { GoogleGenAI } = await import('@google/genai');
    await new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: process.env.PROVIDER } }).models.generateContent({ model: 'gemini-2.5-flash', contents: 'hi' });`,
  'generative-ai': `const { GoogleGenerativeAI } = await import('@google/generative-ai');
    await new GoogleGenerativeAI('k').getGenerativeModel({ model: 'gemini-2.5-flash' }, { baseUrl: process.env.PROVIDER }).generateContent('hi');`,
} as const;
type Call = keyof typeof CALLS;

const application = (call: Call, setUp = ''): string => `
  ${setUp}
  const { default: Anthropic } = await import('@anthropic-ai/sdk');
  const { default: OpenAI } = await import('openai');
  const OPTIONS = { apiKey: 'k', baseURL: process.env.PROVIDER, maxRetries: 0 };
  const anthropic = (more) => new Anthropic({ ...OPTIONS, ...more });
  const openai = () => new OpenAI({ ...OPTIONS, baseURL: process.env.PROVIDER + '/v1' });
  const baggage = propagation.createBaggage({ 'user.email': { value: 'ada@example.com' } });
  await context.with(propagation.setBaggage(context.active(), baggage), async () => { ${CALLS[call]} });`;

/** An SDK of the application, with a propagator. */
const OWN_SDK = `
  const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base');
  const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
  const { W3CTraceContextPropagator } = require('@opentelemetry/core');
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(new InMemorySpanExporter())] }));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());`;

describe('a request to a model provider', () => {
  let server: ProviderServer;
  let receiver: OtlpReceiver;
  beforeAll(async () => {
    [server, receiver] = await Promise.all([startProviderServer(), startOtlpReceiver()]);
  });
  afterAll(() => Promise.all([server.close(), receiver.close()]));

  const run = async (source: string, env: Readonly<Record<string, string>>): Promise<ProviderRequest> => {
    server.reset();
    receiver.reset();
    const { stderr, code } = await runApplication(source, {
      timeoutMs: 60_000,
      env: { PROVIDER: server.url, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, LLM_OTEL_STREAM_USAGE: 'off', ...env },
    });
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(server.requests).toHaveLength(1);
    return server.requests[0] as ProviderRequest;
  };
  const sent = ({ headers }: ProviderRequest): string[] => HEADERS.filter((name) => headers[name] !== undefined);

  const CASES: readonly (readonly [Call, Readonly<Record<string, string>>])[] = [
    ...(Object.keys(CALLS) as Call[]).map((call) => [call, {}] as const),
    ...(['anthropic', 'anthropic, tokens', 'anthropic, a tracer provider for the client'] as const).flatMap((call) => [
      [call, { OTEL_TRACES_SAMPLER: 'always_off' }] as const,
      [call, { OTEL_PROPAGATORS: 'b3,baggage' }] as const,
    ]),
    ['anthropic', { LLM_OTEL_ANTHROPIC_NATIVE: 'native' }],
    ['anthropic', { OTEL_TRACES_EXPORTER: 'none' }],
    ['anthropic', { LLM_OTEL_SDK: 'eager' }],
    ['anthropic', { LLM_OTEL_SDK: 'lazy' }],
  ];
  it.each(CASES)('of %s carries no trace (%j)', async (call, env) => {
    expect(sent(await run(application(call), env))).toEqual([]);
  });

  it.each(['anthropic', 'anthropic, streamed', 'openai', 'openai, streamed', 'genai', 'generative-ai'] as const)(
    'of %s carries one trace context with LLM_OTEL_PROPAGATE_TO_PROVIDERS=true',
    async (call) => {
      const request = await run(application(call), { LLM_OTEL_PROPAGATE_TO_PROVIDERS: 'true' });
      const [span] = receiver.spans();
      expect(request.headers.traceparent).toBe(`00-${span?.traceId}-${span?.spanId}-01`);
      expect(request.headers.baggage).toBe('user.email=ada%40example.com');
    },
  );

  it.each([
    ['anthropic', ['traceparent']],
    ['anthropic, tokens', ['traceparent']],
    ['openai', []],
  ] as const)('of %s goes on as before with an SDK of the application', async (call, names) => {
    expect(sent(await run(application(call, OWN_SDK), {}))).toEqual(names);
  });
});
