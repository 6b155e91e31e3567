import * as sdk from '@google/genai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { GoogleGenAIInstrumentation } from '../../../src/index.ts';
import { type ProviderServer, startProviderServer } from '../../support/provider-server.ts';
import { tracing } from '../../telemetry/in-memory.ts';

/** What the spans of automatic function calling say; that the application sees nothing of it is in the conformance kit. */
let server: ProviderServer;
const instrumentation = new GoogleGenAIInstrumentation({ captureContent: 'SPAN_ONLY' });
let traces: ReturnType<typeof tracing>;

beforeAll(async () => {
  server = await startProviderServer();
  instrumentation.enable();
  instrumentation.patch(sdk);
});
beforeEach(() => {
  traces = tracing();
  instrumentation.setTracerProvider(traces.provider);
});
afterAll(async () => {
  instrumentation.disable();
  await server.close();
});

const declare = (...names: string[]): sdk.Tool => ({
  functionDeclarations: names.map((name) => ({ name, parametersJsonSchema: { type: 'object' } })),
});

function answering(answer: (name: string, nth: number) => unknown, ...names: string[]): sdk.CallableTool {
  return {
    tool: async () => declare(...names),
    callTool: async (calls) =>
      calls
        .filter(({ name }) => names.includes(name ?? ''))
        .map(({ name = '' }, i) => ({ functionResponse: { name, response: { output: answer(name, i) } } })),
  };
}

function ask(scenario: string, tools: sdk.CallableTool[]): Promise<sdk.GenerateContentResponse> {
  const client = new sdk.GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl: server.url } });
  return client.models.generateContent({ model: `{${scenario}}gemini-2.5-flash`, contents: 'hi', config: { tools } });
}

const executed = () =>
  traces
    .spans()
    .filter(({ name }) => name.startsWith('execute_tool'))
    .map(({ name, attributes, status }) => ({
      name,
      result: attributes['gen_ai.tool.call.result'],
      status: status.code,
    }));

describe('automatic function calling', () => {
  test('several calls that one function answers are a span each, with their own results', async () => {
    await ask('calls=2', [answering((name, nth) => `${name} ${nth}`, 'sun', 'rain')]);
    expect(executed()).toEqual([
      { name: 'execute_tool sun', result: '{"output":"sun 0"}', status: 0 },
      { name: 'execute_tool rain', result: '{"output":"rain 1"}', status: 0 },
    ]);
  });

  test('every tool is given all calls, and has spans for its own', async () => {
    await ask('calls=2', [answering(() => 1, 'sun'), answering(() => 2, 'rain')]);
    expect(executed().map(({ name, result }) => [name, result])).toEqual([
      ['execute_tool sun', '{"output":1}'],
      ['execute_tool rain', '{"output":2}'],
    ]);
  });

  test('a tool that fails fails every call it was given', async () => {
    const failing = answering(() => {
      throw new RangeError('by the application');
    }, 'sun');
    await expect(ask('', [failing])).rejects.toThrow('by the application');
    expect(executed()).toEqual([{ name: 'execute_tool sun', result: undefined, status: 2 }]);
  });

  test('tools of an MCP server', async () => {
    const client = {
      listTools: async () => ({ tools: [{ name: 'sun', inputSchema: { type: 'object' } }] }),
      callTool: async () => ({ content: [{ type: 'text', text: 'bright' }] }),
    };
    await ask('', [sdk.mcpToTool(client as unknown as Parameters<typeof sdk.mcpToTool>[0])]);
    expect(executed()).toEqual([
      { name: 'execute_tool sun', result: '{"content":[{"type":"text","text":"bright"}]}', status: 0 },
    ]);
  });
});

test('a client made while recording goes on without it', async () => {
  const { models } = new sdk.GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl: server.url } });
  const config = { tools: [answering(() => 1, 'sun')] };
  instrumentation.disable();
  expect(Object.hasOwn(sdk.Models.prototype, 'generateContent')).toBe(false);
  await models.generateContent({ model: 'gemini-2.5-flash', contents: 'hi', config });
  expect(traces.spans()).toEqual([]);
  instrumentation.enable();
  instrumentation.patch(sdk);
  await models.generateContent({ model: 'gemini-2.5-flash', contents: 'hi', config });
  expect(traces.spans().length).toBeGreaterThanOrEqual(2);
});
