import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { BasicTracerProvider, ReadableSpan } from '@opentelemetry/sdk-trace-base';
import OpenAI, * as sdk from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OpenAIInstrumentation } from '../../../src/index.ts';
import { type ProviderServer, startProviderServer } from '../../support/provider-server.ts';
import { metering, tracing } from '../../telemetry/in-memory.ts';

/** Applications that do what nobody expects: what they get is what the SDK alone would give them. */
let server: ProviderServer;
let provider: BasicTracerProvider;
let spans: () => ReadableSpan[];
let client: OpenAI;
const instrumentation = new OpenAIInstrumentation();
const messages = [{ role: 'user' as const, content: 'What is the weather?' }];

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  server = await startProviderServer();
  ({ provider, spans } = tracing());
  instrumentation.setTracerProvider(provider);
});
beforeEach(() => {
  instrumentation.enable();
  expect(instrumentation.patch(sdk)).toBe(true);
  client = new OpenAI({ apiKey: 'none', baseURL: `${server.url}/v1`, maxRetries: 0 });
});
afterEach(() => instrumentation.disable());
afterAll(async () => {
  context.disable();
  await server.close();
});

/** Runs tools with the model that asks for the first of them once. */
async function runTools(tool: unknown): Promise<string | null> {
  const runner = client.chat.completions.runTools({ model: 'gpt-4o', messages, tools: [tool] } as never);
  return (runner as unknown as { finalContent(): Promise<string | null> }).finalContent();
}

class Weather {
  name = 'get_weather';
  description = 'The weather';
  readonly #degrees = 21;
  calls = 0;
  get parameters(): object {
    return { type: 'object', properties: { degrees: { default: this.#degrees } } };
  }
  parse(text: string): unknown {
    return { ...JSON.parse(text), was: this.#degrees };
  }
  function(): string {
    this.calls++;
    return `${this.#degrees} degrees`;
  }
}

describe('tools of runTools', () => {
  it('run on the application’s own object, with its getters and private members', async () => {
    const weather = new Weather();
    const before = spans().length;
    await runTools({ type: 'function', function: weather });
    expect(weather.calls).toBe(1);
    const run = spans().slice(before);
    expect(run.map((span) => span.name)).toContain('execute_tool get_weather');
    const sent = server.requests.at(-1)?.body as { tools: { function: { parameters: unknown } }[] };
    expect(sent.tools[0]?.function.parameters).toEqual(new Weather().parameters);
  });

  it('may be frozen, or a property that is computed', async () => {
    const definition = Object.freeze({ name: 'get_weather', parameters: { type: 'object' }, function: () => 'sunny' });
    await expect(runTools(Object.freeze({ type: 'function', function: definition }))).resolves.toEqual(
      expect.any(String),
    );
    const computed = {
      type: 'function',
      get function() {
        return { name: 'get_weather', parameters: { type: 'object' }, function: () => 'sunny' };
      },
    };
    await expect(runTools(computed)).resolves.toEqual(expect.any(String));
  });

  it('do not repeat in a span what an error of theirs says', async () => {
    class TimeoutError extends Error {}
    const tool = {
      type: 'function',
      function: {
        name: 'get_weather',
        parameters: { type: 'object' },
        function: () => {
          throw new TimeoutError('no result for "my secret"');
        },
      },
    };
    const before = spans().length;
    await expect(runTools(tool)).rejects.toThrow('no result for "my secret"');
    const failed = spans()
      .slice(before)
      .find((span) => span.name === 'execute_tool get_weather');
    expect(failed?.attributes['error.type']).toBe('TimeoutError');
    expect(JSON.stringify([failed?.attributes, failed?.events, failed?.status])).not.toContain('secret');
  });
});

describe('an instrumentation that is switched off and on', () => {
  it('patches the copies it knows again', async () => {
    instrumentation.disable();
    instrumentation.enable(); // without another patch()
    const before = spans().length;
    await client.chat.completions.create({ model: 'gpt-4o', messages });
    expect(spans().length).toBe(before + 1);
  });
});

describe('a client of the application’s own class', () => {
  it('whose makeRequest waits still shows how its requests fail', async () => {
    class Late extends OpenAI {}
    Object.defineProperty(Late.prototype, 'makeRequest', {
      // As TypeScript sees it the method is private; JavaScript overrides it all the same.
      async value(this: unknown, ...args: unknown[]): Promise<unknown> {
        await null;
        return Reflect.apply(Reflect.get(OpenAI.prototype, 'makeRequest'), this, args);
      },
    });
    const late = new Late({ apiKey: 'none', baseURL: `${server.url}/v1`, maxRetries: 0 });
    const before = spans().length;
    await expect(late.chat.completions.create({ model: '{status=429}gpt-4o', messages })).rejects.toThrow('429');
    await late.chat.completions.create({ model: 'gpt-4o', messages });
    expect(
      spans()
        .slice(before)
        .map((span) => [span.attributes['error.type'], span.attributes['gen_ai.usage.output_tokens']]),
    ).toEqual([
      ['rate_limit_exceeded', undefined],
      [undefined, 17],
    ]);
  });

  it('whose fetch makes calls: one of another kind is recorded, one of the same kind is the outer one’s', async () => {
    const inner = new OpenAI({ apiKey: 'none', baseURL: `${server.url}/v1` });
    const outer = new OpenAI({
      apiKey: 'none',
      baseURL: `${server.url}/v1`,
      fetch: async (url, init) => {
        await inner.moderations.create({ input: 'fine?' });
        await inner.chat.completions.create({ model: 'inner', messages });
        return fetch(url, init);
      },
    });
    const before = spans().length;
    await outer.chat.completions.create({ model: 'outer', messages });
    const names = spans()
      .slice(before)
      .map((span) => `${span.attributes['gen_ai.operation.name']} ${span.attributes['gen_ai.request.model']}`);
    expect(names.toSorted()).toEqual(['chat outer', 'moderation undefined']);
  });
});

describe('metrics of a stream', () => {
  it('carry the answer’s model once it is known, and are not recorded for a fetched answer', async () => {
    const meter = metering();
    const measured = new OpenAIInstrumentation();
    measured.setTracerProvider(provider);
    measured.setMeterProvider(meter.provider);
    measured.patch(sdk);
    for await (const event of await client.responses.retrieve('resp_1', { stream: true }))
      expect(event.type).toBeDefined();
    for await (const chunk of await client.chat.completions.create({ model: 'gpt-4o', messages, stream: true }))
      expect(chunk.id).toBeDefined();
    measured.disable();
    const points = (await meter.collect()).get('gen_ai.client.inference.time_per_output_chunk')?.points ?? [];
    expect(points.map((p) => p.attributes['gen_ai.operation.name'])).toEqual(['chat']);
    expect(points.every((p) => p.attributes['gen_ai.response.model'] !== undefined)).toBe(true);
  });
});
