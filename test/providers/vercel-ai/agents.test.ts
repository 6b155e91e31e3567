import { type Tracer, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, test } from 'vitest';
import type { LlmOtelOptions } from '../../../src/config/options.ts';
import type { Bindings } from '../../../src/patching/wrapping/binding.ts';
import { Patcher } from '../../../src/patching/wrapping/patcher.ts';
import { vercelAI } from '../../../src/providers/vercel-ai/index.ts';
import type { AnyFunction } from '../../../src/runtime/any-function.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { endOpenOperations } from '../../../src/telemetry/call/open-operations.ts';
import { contextManager } from '../../telemetry/context-manager.ts';
import { configOf, tracing } from '../../telemetry/in-memory.ts';

/** Functions of the shape of `ai` 6 and 7, patched in this process. The real packages run in test/frameworks. */

contextManager();
afterEach(() => endOpenOperations());

type Functions = Record<string, AnyFunction>;
type Fields = Readonly<Record<string, unknown>>;

class Model {
  readonly modelId: string;
  readonly provider = 'demo.chat';
  readonly #answer: () => unknown;

  constructor(modelId: string, answer: () => unknown = () => ({ content: [], finishReason: 'stop' })) {
    this.modelId = modelId;
    this.#answer = answer;
  }

  async doGenerate(_options: object): Promise<unknown> {
    return this.#answer();
  }

  async doStream(_options: object): Promise<unknown> {
    return this.#answer();
  }
}

function patched(functions: Functions, options: LlmOtelOptions = {}) {
  const { provider, spans } = tracing();
  const telemetry = new CallRecorder('@x/llm-otel/vercel-ai', '1.2.3', configOf(options));
  telemetry.setTracerProvider(provider);
  const absent = { get: () => undefined, set: () => {} };
  const bindings = Object.fromEntries(
    vercelAI.bindings.map((name) => [
      name,
      functions[name] === undefined
        ? absent
        : { get: () => functions[name], set: (fn: AnyFunction) => Object.assign(functions, { [name]: fn }) },
    ]),
  ) as Bindings;
  const found = vercelAI.patch({}, new Patcher(telemetry), bindings);
  const call = (name: string, ...args: unknown[]): unknown => (functions[name] as AnyFunction)(...args);
  const tree = (): string[] => {
    const nameOf = new Map(spans().map((span) => [span.spanContext().spanId, span.name]));
    return spans().map((span) => `${nameOf.get(span.parentSpanContext?.spanId ?? '') ?? '-'} > ${span.name}`);
  };
  const attributes = (name: string): Fields =>
    spans().find((span: ReadableSpan) => span.name === name)?.attributes ?? {};
  return { found, call, spans, tree, attributes, provider };
}

const resolveLanguageModel = (model: unknown): unknown => model;

// ---- ai 6: all work goes through recordSpan

const noSpan = {
  isRecording: () => false,
  setAttributes(_attributes: unknown) {},
  recordException(_error: unknown) {},
  setStatus() {},
  end() {},
};

/** `functions` has to be the table that is patched: like variables of a module, the functions call one another through it. */
function ai6(): Functions {
  const functions: Functions = {
    resolveLanguageModel,
    recordSpan: async ({ attributes, span = noSpan, fn }: { attributes: unknown; span?: object; fn: AnyFunction }) => {
      await attributes;
      return fn(span);
    },
    selectTelemetryAttributes: async () => ({}),
    generateText: async (options: Fields) => {
      const model = options.model as Model;
      await model.doGenerate({ prompt: [] });
      for (const [toolName, tool] of Object.entries(
        (options.tools ?? {}) as Record<string, { execute: AnyFunction }>,
      )) {
        const attributes = functions.selectTelemetryAttributes?.({
          attributes: {
            'ai.toolCall.name': toolName,
            'ai.toolCall.id': `call_${toolName}`,
            'ai.toolCall.args': { output: () => '{"city":"Rome"}' },
          },
        });
        await functions.recordSpan?.({
          name: 'ai.toolCall',
          attributes: await attributes,
          fn: runTool(functions, tool.execute),
        });
      }
      return { text: 'done' };
    },
  };
  return functions;
}

const runTool =
  (functions: Functions, execute: AnyFunction): AnyFunction =>
  async (span: typeof noSpan) => {
    try {
      const output: unknown = await execute({ city: 'Rome' });
      const result = { 'ai.toolCall.result': { output: () => JSON.stringify(output) } };
      span.setAttributes(await functions.selectTelemetryAttributes?.({ attributes: result }));
      return undefined;
    } catch (error) {
      span.recordException(error);
      span.setStatus();
      return undefined;
    }
  };

describe('ai 5 and 6', () => {
  test('an agent with tools: model, tools and their content below the agent', async () => {
    const { found, call, tree, attributes } = patched(ai6(), { captureContent: 'SPAN_ONLY' });
    const tools = {
      weather: { execute: async ({ city }: { city: string }) => ({ sky: `blue in ${city}` }) },
      broken: { execute: async () => Promise.reject(new RangeError('no')) },
    };
    expect(found).toBe(true);
    expect(await call('generateText', { model: new Model('m'), tools, id: 'bot' })).toEqual({ text: 'done' });
    expect(tree()).toEqual([
      'invoke_agent bot > chat m',
      'invoke_agent bot > execute_tool weather',
      'invoke_agent bot > execute_tool broken',
      '- > invoke_agent bot',
    ]);
    expect(attributes('invoke_agent bot')).toMatchObject({ 'gen_ai.agent.id': 'bot' });
    expect(attributes('execute_tool weather')).toMatchObject({
      'gen_ai.tool.call.id': 'call_weather',
      'gen_ai.tool.call.arguments': '{"city":"Rome"}',
      'gen_ai.tool.call.result': '{"sky":"blue in Rome"}',
    });
    expect(attributes('execute_tool broken')['error.type']).toBe('RangeError');
  });

  test('what a call keeps back stays out, and a silent call is not recorded', async () => {
    const { call, tree, attributes } = patched(ai6(), { captureContent: 'SPAN_ONLY' });
    const tools = { weather: { execute: async () => 'sunny' } };
    const kept = { isEnabled: true, recordInputs: false, recordOutputs: false, functionId: 'shy' };
    await call('generateText', { model: new Model('m-kept'), tools, experimental_telemetry: kept });
    expect(attributes('execute_tool weather')).not.toHaveProperty('gen_ai.tool.call.arguments');
    expect(attributes('execute_tool weather')).not.toHaveProperty('gen_ai.tool.call.result');
    expect(attributes('chat m-kept')).not.toHaveProperty('gen_ai.input.messages');
    const before = tree().length;
    await call('generateText', { model: new Model('m-silent'), tools, experimental_telemetry: { isEnabled: false } });
    expect(tree()).toHaveLength(before);
  });

  test('a body that throws, and a result of the tool in the value of the body', async () => {
    const functions = ai6();
    const { call, attributes } = patched(functions, { captureContent: 'SPAN_ONLY' });
    const tool = async (name: string, fn: AnyFunction): Promise<unknown> => {
      const attributes = await call('selectTelemetryAttributes', { attributes: { 'ai.toolCall.name': name } });
      return call('recordSpan', { name: 'ai.toolCall', attributes, fn });
    };
    await expect(tool('throws', async () => Promise.reject(new TypeError('x')))).rejects.toThrow('x');
    await tool('value', async () => ({ type: 'tool-result', output: { sky: 7 } }));
    await tool('refused', async () => ({ type: 'tool-error', error: new RangeError('y') }));
    expect(attributes('execute_tool throws')['error.type']).toBe('TypeError');
    expect(attributes('execute_tool value')['gen_ai.tool.call.result']).toBe('{"sky":7}');
    expect(attributes('execute_tool refused')['error.type']).toBe('RangeError');
    expect(await call('recordSpan', { name: 'ai.toolCall', attributes: {}, fn: async () => 'plain' })).toBe('plain');
  });

  test('a streamed agent ends with the root span of the SDK, or with the error of its body', async () => {
    const functions: Functions = { resolveLanguageModel, recordSpan: ai6().recordSpan as AnyFunction };
    let finish = (): void => {};
    functions.streamText = ({ fail }: { fail?: unknown }) => {
      const fn = async (span: { end(): void }): Promise<void> => {
        if (fail !== undefined) throw fail;
        finish = () => span.end();
      };
      const started = functions.recordSpan?.({ name: 'ai.streamText', fn }) as Promise<void>;
      return { started: started.catch(() => {}) };
    };
    const { call, tree, attributes } = patched(functions);
    const { started } = call('streamText', { model: new Model('m'), name: 'flow' }) as { started: Promise<void> };
    await started;
    expect(tree()).toEqual([]);
    finish();
    expect(tree()).toEqual(['- > invoke_agent flow']);
    await (call('streamText', { name: 'broken', fail: new RangeError('no') }) as { started: Promise<void> }).started;
    expect(attributes('invoke_agent broken')['error.type']).toBe('RangeError');
  });
});

// ---- ai 7

describe('ai 7', () => {
  const execute: AnyFunction = async (options: Fields) => {
    const run = (options.executeToolInTelemetryContext ??
      (({ execute: fn }: { execute: AnyFunction }) => fn())) as AnyFunction;
    let toolOutput: unknown;
    try {
      toolOutput = { type: 'tool-result', output: await run({ execute: options.run }) };
    } catch (error) {
      toolOutput = { type: 'tool-error', error };
    }
    for (const listener of (options.onToolExecutionEnd ?? []) as AnyFunction[]) listener({ toolOutput });
    return toolOutput;
  };

  test('tools, alone and below an integration of the application', async () => {
    const { call, tree, attributes } = patched(
      { resolveLanguageModel, executeToolCall: execute },
      { captureContent: 'SPAN_ONLY' },
    );
    const toolCall = { toolName: 'weather', toolCallId: 'call_1', input: { city: 'Rome' } };
    const ended: unknown[] = [];
    const options = {
      toolCall,
      run: async () => ({ sky: 'blue' }),
      onToolExecutionEnd: (event: unknown) => ended.push(event),
    };
    await call('executeToolCall', options);
    expect(ended).toHaveLength(1);
    expect(attributes('execute_tool weather')).toMatchObject({
      'gen_ai.tool.call.id': 'call_1',
      'gen_ai.tool.call.arguments': '{"city":"Rome"}',
      'gen_ai.tool.call.result': '{"sky":"blue"}',
    });
    const within = ({ execute: fn }: { execute: AnyFunction }): unknown =>
      trace.getTracer('x').startActiveSpan('integration', () => fn());
    const failing = { ...toolCall, toolName: 'broken' };
    const run = async (): Promise<never> => Promise.reject(new RangeError('no'));
    await call('executeToolCall', {
      toolCall: failing,
      run,
      executeToolInTelemetryContext: within,
      onToolExecutionEnd: [],
    });
    expect(attributes('execute_tool broken')['error.type']).toBe('RangeError');
    const count = tree().length;
    await call('executeToolCall', { toolCall, tracer: {}, run: async () => 'ai 6 has a function of this name' });
    await call('executeToolCall', { run: async () => 'no tool call' });
    expect(tree()).toHaveLength(count);
  });

  test('a streamed agent ends with the completion that the SDK tells its channel', async () => {
    const ends: ((error?: Error) => void)[] = [];
    const functions: Functions = { resolveLanguageModel, openTelemetryChannelSpanContext: () => undefined };
    functions.streamText = () => {
      const completion = new Promise<void>((resolve, reject) =>
        ends.push((error) => (error ? reject(error) : resolve())),
      );
      completion.catch(() => {});
      functions.openTelemetryChannelSpanContext?.({ message: { type: 'streamText' }, completion });
      return {};
    };
    const { call, tree, attributes } = patched(functions);
    const held = [call('streamText', { id: 'well' }), call('streamText', { id: 'ill' })];
    expect(tree()).toEqual([]);
    ends[0]?.();
    ends[1]?.(new RangeError('no'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(tree()).toEqual(['- > invoke_agent well', '- > invoke_agent ill']);
    expect(attributes('invoke_agent ill')['error.type']).toBe('RangeError');
    expect(held).toEqual([{}, {}]);
  });

  test('an error of the function is the error of the agent; the cause goes before what wraps it', async () => {
    const cause = Object.assign(new Error('429'), { name: 'AI_APICallError' });
    const wrapped = Object.assign(new Error('retried'), { name: 'AI_RetryError', lastError: cause });
    const generateText = async (): Promise<never> => Promise.reject(wrapped);
    const streamText = (): never => {
      throw new RangeError('at once');
    };
    const { call, attributes } = patched({ resolveLanguageModel, generateText, streamText });
    await expect(call('generateText', { id: 'a' })).rejects.toBe(wrapped);
    expect(() => call('streamText', { id: 'b' })).toThrow('at once');
    expect(attributes('invoke_agent a')['error.type']).toBe('AI_APICallError');
    expect(attributes('invoke_agent b')['error.type']).toBe('RangeError');
  });
});

describe('models', () => {
  test('are patched by the functions that take a model, by its name too', async () => {
    const functions: Functions = {
      resolveLanguageModel: (name: unknown) => (typeof name === 'string' ? new Model(name) : name),
      wrapLanguageModel: ({ model }: { model: unknown }) => model,
    };
    const { call, tree } = patched(functions);
    await (call('resolveLanguageModel', 'm-named') as Model).doGenerate({});
    class Other extends Model {
      override async doGenerate(): Promise<unknown> {
        return {};
      }
    }
    await (call('wrapLanguageModel', { model: new Other('m-wrapped') }) as Model).doGenerate({});
    expect(tree()).toEqual(['- > chat m-named', '- > chat m-wrapped']);
  });

  test("get the facts into the SDK's own span, where the SDK makes one", async () => {
    const generateText = (({ model, tracer }: { model: Model; tracer: Tracer }) =>
      tracer.startActiveSpan('ai.generateText.doGenerate', async (span) => {
        await model.doGenerate({ prompt: [] });
        span.end();
      })) as AnyFunction;
    const { call, spans, provider } = patched({ resolveLanguageModel, generateText });
    const tracer = provider.getTracer('ai');
    await call('generateText', { model: new Model('m-own'), tracer, experimental_telemetry: { isEnabled: true } });
    expect(spans().map(({ name }) => name)).toEqual(['ai.generateText.doGenerate']);
    expect(spans()[0]?.attributes).toMatchObject({ 'gen_ai.request.model': 'm-own', 'gen_ai.provider.name': 'demo' });
  });

  test('that are odd: getters that throw, proxies, no objects', () => {
    const functions: Functions = { resolveLanguageModel, generateText: async () => 'fine', embed: async () => 'fine' };
    const { call, tree } = patched(functions);
    const throwing = Object.defineProperty({}, 'model', {
      get: () => {
        throw new Error('getter');
      },
    });
    const proxy = new Proxy(
      {},
      {
        getPrototypeOf: () => {
          throw new Error('trap');
        },
      },
    );
    for (const options of [throwing, undefined, null, { model: proxy }, { model: 7 }])
      expect(call('generateText', options)).toBeInstanceOf(Promise);
    expect(call('embed', { model: null })).toBeInstanceOf(Promise);
    expect(tree()).toEqual([]);
  });
});
