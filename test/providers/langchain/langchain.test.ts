import { context, trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import type { LlmOtelOptions } from '../../../src/config/options.ts';
import { markPatched } from '../../../src/patching/loading/warn-unpatched.ts';
import { Patcher } from '../../../src/patching/wrapping/patcher.ts';
import { langchain } from '../../../src/providers/langchain/index.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { contextManager } from '../../telemetry/context-manager.ts';
import { configOf, tracing } from '../../telemetry/in-memory.ts';

/** Classes of the shape of LangChain's. The real packages run in test/frameworks. */

contextManager();

type Options = Readonly<Record<string, unknown>>;

function core() {
  class Runnable {
    name: string | undefined;
    async stream(input: unknown, options?: Options): Promise<AsyncGenerator<unknown>> {
      return this._streamIterator(input, options);
    }
    async *_streamIterator(input: unknown, _options?: Options): AsyncGenerator<unknown> {
      yield input;
    }
  }
  class RunnableSequence extends Runnable {
    readonly first: unknown;
    readonly run: () => unknown;
    constructor(run: () => unknown, name?: string, first?: unknown) {
      super();
      this.run = run;
      this.name = name;
      this.first = first;
    }
    async invoke(_input: unknown, _options?: Options): Promise<unknown> {
      return this.run();
    }
  }
  class BaseChatModel extends Runnable {
    tags: string[] = [];
    getLsParams(): Options {
      return { ls_provider: 'google_vertexai', ls_model_name: 'own-1', ls_max_tokens: 9, ls_stop: ['x'] };
    }
    async _generateUncached(messages: unknown[], options: Options, _config: Options): Promise<unknown> {
      return Promise.all(messages.map((list) => this._generate(list, options)));
    }
    async _generate(_messages: unknown, _options: Options): Promise<unknown> {
      throw new Error('not implemented');
    }
    async *_streamResponseChunks(): AsyncGenerator<unknown> {
      yield* [];
    }
  }
  class StructuredTool {
    readonly name = 'lookup';
    async call(_arg: unknown, _config?: Options): Promise<unknown> {
      return { tool_call_id: 'c', content: 'found' };
    }
  }
  class AsyncCaller {
    readonly maxConcurrency: number;
    constructor(maxConcurrency: number) {
      this.maxConcurrency = maxConcurrency;
    }
    /** Runs outside of the context of its caller, as one that waited in the queue does. */
    call(callable: (...args: unknown[]) => unknown, ...args: unknown[]): unknown {
      return context.with(trace.deleteSpan(context.active()), () => callable(...args));
    }
  }
  return { Runnable, RunnableSequence, BaseChatModel, StructuredTool, AsyncCaller };
}

function setUp(options: LlmOtelOptions = {}) {
  const classes = core();
  const { provider, spans } = tracing();
  const instrument = (scope: string): Patcher => {
    const telemetry = new CallRecorder(scope, '1.2.3', configOf(options));
    telemetry.setTracerProvider(provider);
    const patcher = new Patcher(telemetry);
    expect(langchain.patch(classes, patcher)).toBe(true);
    return patcher;
  };
  return {
    ...classes,
    instrument,
    patcher: instrument('one'),
    provider,
    spans,
    names: () => spans().map((s) => s.name),
  };
}

const graphOf = (Runnable: ReturnType<typeof core>['Runnable'], fields: object, run: () => unknown) =>
  Object.assign(
    new (class extends Runnable {
      lg_is_pregel = true;
      override async *_streamIterator(): AsyncGenerator<unknown> {
        yield await run();
      }
    })(),
    fields,
  );

async function readAll(stream: Promise<AsyncGenerator<unknown>>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of await stream) items.push(item);
  return items;
}

test('a module in which nothing is known is not patched', () => {
  expect(langchain.patch({ Something: class {} }, new Patcher(new CallRecorder('x', '1', configOf())))).toBe(false);
});

describe('graphs', () => {
  test.each([
    [{ nodes: { agent: 1, tools: 1 } }, 'invoke_agent'],
    [{ nodes: { model_request: 1 }, name: 'LangGraph' }, 'invoke_agent'],
    [
      { nodes: { x: 1 }, name: 'a', config: { metadata: { ls_integration: 'langchain_create_agent' } } },
      'invoke_agent a',
    ],
    [{ nodes: { agent: 1 } }, 'invoke_workflow'],
    [{ nodes: { x: 1 }, name: 'team' }, 'invoke_workflow team'],
  ])('%j is %s', async (fields, name) => {
    const { Runnable, names } = setUp();
    expect(await readAll(graphOf(Runnable, fields, () => 1).stream({}))).toEqual([1]);
    expect(names()).toEqual([name]);
  });

  test.each([
    [{ configurable: { thread_id: 7 } }, {}, '7'],
    [{}, { config: { configurable: { thread_id: 'own' } } }, 'own'],
    [{ configurable: { thread_id: '' } }, {}, undefined],
    [{ configurable: { other: 'x' } }, {}, undefined],
  ])('options %j, graph %j: conversation %s', async (options, fields, id) => {
    const { Runnable, spans } = setUp();
    await readAll(graphOf(Runnable, fields, () => 1).stream({}, options));
    expect(spans()[0]?.attributes['gen_ai.conversation.id']).toBe(id);
  });

  test('an agent records what it was asked and its last answer', async () => {
    const { Runnable, spans } = setUp({ captureContent: 'SPAN_ONLY' });
    const answer = { role: 'assistant', content: 'blue' };
    const agent = graphOf(Runnable, { nodes: { model_request: 1 }, description: 'sees' }, () => ({
      messages: [answer],
    }));
    await readAll(agent.stream({ messages: ['why?'] }));
    const { attributes = {} } = spans()[0] ?? {};
    expect(attributes['gen_ai.agent.description']).toBe('sees');
    expect(JSON.parse(String(attributes['gen_ai.input.messages']))).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'why?' }] },
    ]);
    expect(JSON.parse(String(attributes['gen_ai.output.messages']))).toMatchObject([
      { role: 'assistant', parts: [{ type: 'text', content: 'blue' }] },
    ]);
  });
});

describe('chains', () => {
  test.each([
    [undefined, {}, undefined, ['invoke_workflow']],
    ['own', {}, undefined, ['invoke_workflow own']],
    ['own', { runName: 'run' }, undefined, ['invoke_workflow run']],
    ['RunnableSequence', {}, undefined, ['invoke_workflow']],
    [undefined, { tags: ['langsmith:hidden'] }, undefined, []],
    [undefined, { runName: 'ChatOpenAIStructuredOutput' }, undefined, []],
    [undefined, {}, { defaultOptions: { ls_structured_output_format: {} } }, []],
    [undefined, {}, { steps: { raw: { config: { ls_structured_output_format: {} } } } }, []],
  ])('named %s, with %j, of %j', async (name, options, first, expected) => {
    const { RunnableSequence, names } = setUp();
    expect(await new RunnableSequence(() => 1, name, first).invoke('x', options)).toBe(1);
    expect(names()).toEqual(expected);
  });

  test.each([
    ['a name of its own', 'inner', {}, ['invoke_workflow inner', 'invoke_workflow outer']],
    ['no name', undefined, {}, ['invoke_workflow outer']],
    ['the run name that was handed down', undefined, { runName: 'outer' }, ['invoke_workflow outer']],
    ['the name of a node', undefined, { runName: 'n', metadata: { langgraph_node: 'n' } }, ['invoke_workflow outer']],
  ])('inside of another, with %s', async (_, name, options, expected) => {
    const { RunnableSequence, names } = setUp();
    const inner = new RunnableSequence(() => 1, name);
    await new RunnableSequence(() => inner.invoke('x', options)).invoke('x', { runName: 'outer' });
    expect(names()).toEqual(expected);
  });

  test.each([
    ['an error', () => new TypeError('no'), () => undefined, 2],
    ['an interrupt', () => Object.assign(new Error('?'), { is_bubble_up: true }), () => undefined, 0],
    ['an abort', () => new Error('aborted'), () => AbortSignal.abort(), 0],
    ['a timeout', () => new Error('late'), () => AbortSignal.abort(new DOMException('late', 'TimeoutError')), 2],
  ])('%s', async (_, error, signal, status) => {
    const { RunnableSequence, spans } = setUp();
    const chain = new RunnableSequence(() => Promise.reject(error()));
    await expect(chain.invoke('x', { signal: signal() })).rejects.toThrow();
    expect(spans()[0]?.status.code).toBe(status);
  });
});

describe('tools', () => {
  const call = { type: 'tool_call', id: 'call-1', name: 'lookup', args: { q: 1 } };

  test.each([
    ['its arguments', { q: 1 }, {}, undefined],
    ["the model's call", call, {}, 'call-1'],
    ["its arguments, and the model's call beside them", { q: 1 }, { toolCall: call }, 'call-1'],
  ])('called with %s', async (_, given, config, id) => {
    const { StructuredTool, spans } = setUp({ captureContent: 'SPAN_ONLY' });
    await new StructuredTool().call(given, config);
    const [span] = spans();
    expect(span?.name).toBe('execute_tool lookup');
    expect(span?.attributes['gen_ai.tool.call.id']).toBe(id);
    expect(span?.attributes['gen_ai.tool.call.arguments']).toBe('{"q":1}');
    expect(span?.attributes['gen_ai.tool.call.result']).toBe('{"value":"found"}');
  });
});

describe('chat models', () => {
  const answer = { generations: [{ message: { response_metadata: { model_name: 'own-1-mini' } } }] };
  const modelClass = (Base: ReturnType<typeof core>['BaseChatModel']) =>
    class extends Base {
      override async _generate(): Promise<unknown> {
        return answer;
      }
    };

  test('one that calls no SDK is recorded, each of its prompts', async () => {
    const { BaseChatModel, spans } = setUp();
    const model = new (modelClass(BaseChatModel))();
    model.tags = ['m', 'c'];
    const config = { tags: ['c', 'seq:step:1'], metadata: { a: 1, ls_provider: 'x', langgraph_node: 'n', o: {} } };
    expect(await model._generateUncached([['a'], ['b']], {}, { ...config, runName: 'ask' })).toEqual([answer, answer]);
    expect(spans().map(({ name }) => name)).toEqual(['chat own-1', 'chat own-1']);
    expect(spans()[1]?.attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'gcp.vertex_ai',
      'gen_ai.request.model': 'own-1',
      'gen_ai.request.max_tokens': 9,
      'gen_ai.request.stop_sequences': ['x'],
      'gen_ai.response.model': 'own-1-mini',
      'llm_otel.langchain.run_name': 'ask',
      'llm_otel.langchain.tags': ['c', 'm'],
      'llm_otel.langchain.metadata.a': 1,
    });
  });

  test('one that calls an SDK is recorded as long as that is not patched', async () => {
    const { BaseChatModel, names } = setUp();
    class ChatAnthropicMessages extends modelClass(BaseChatModel) {}
    class Mine extends ChatAnthropicMessages {}
    await new Mine()._generateUncached([['a']], {}, {});
    expect(names()).toEqual(['chat own-1']);
    markPatched('@anthropic-ai/sdk');
    await new Mine()._generateUncached([['a']], {}, {});
    expect(names()).toEqual(['chat own-1']);
  });

  test('is recorded by the last of two instrumentations, and by the other when that is gone', async () => {
    const { BaseChatModel, instrument, spans } = setUp();
    const second = instrument('two');
    const model = new (modelClass(BaseChatModel))();
    const before = Object.getPrototypeOf(model)._generate;
    await model._generateUncached([['a']], {}, {});
    second.unwrapAll();
    await model._generateUncached([['b']], {}, {});
    expect(spans().map(({ instrumentationScope }) => instrumentationScope.name)).toEqual(['two', 'one']);
    expect(Object.getPrototypeOf(model)._generate).not.toBe(before);
  });
});

test.each([
  [1, true],
  [Number.POSITIVE_INFINITY, false],
])('what waits in a queue with the limit %s keeps its context: %s', (limit, kept) => {
  const { AsyncCaller, provider } = setUp();
  const span = provider.getTracer('application').startSpan('request');
  const inside = context.with(trace.setSpan(context.active(), span), () =>
    new AsyncCaller(limit).call((x) => [trace.getSpan(context.active()) === span, x], 'argument'),
  );
  expect(inside).toEqual([kept, 'argument']);
});
