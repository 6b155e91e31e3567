import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { complaints, runApplication, type Seen } from '../support/application.ts';
import { duplicates, modelSpans } from '../support/duplicates.ts';
import { type Folder, nodeBinary, packProject, prepareApplication } from '../support/folders.ts';
import type { ReceivedSpan } from '../support/otlp/flatten.ts';
import { TOKENS } from '../support/scenario.ts';
import { SETUP, STEPS, type Step } from './langchain-steps.ts';
import { below, type Format, LOAD, recorded, treeOf } from './steps.ts';

/** Versions that install beside each other: the newest, and the last of the line before. */
const VERSIONS = {
  '1': {
    '@langchain/core': '1.2.13',
    '@langchain/openai': '1.6.0',
    '@langchain/anthropic': '1.5.11',
    '@langchain/google-genai': '2.3.2',
    '@langchain/langgraph': '1.4.16',
    langchain: '1.5.14',
    zod: '4.6.7',
  },
  '0.3': {
    '@langchain/core': '0.3.80',
    '@langchain/openai': '0.6.17',
    '@langchain/anthropic': '0.3.34',
    '@langchain/google-genai': '0.2.18',
    '@langchain/langgraph': '0.4.9',
    zod: '3.25.76',
  },
} as const;

type Version = keyof typeof VERSIONS;

const IMPORTS: Readonly<Record<string, string>> = {
  '@opentelemetry/api': 'trace',
  '@langchain/openai': 'ChatOpenAI, OpenAI, OpenAIEmbeddings',
  '@langchain/anthropic': 'ChatAnthropic',
  '@langchain/google-genai': 'ChatGoogleGenerativeAI',
  '@langchain/core/callbacks/promises': 'awaitAllCallbacks',
  '@langchain/core/language_models/chat_models': 'BaseChatModel',
  '@langchain/core/messages': 'AIMessage',
  '@langchain/core/output_parsers': 'StringOutputParser',
  '@langchain/core/prompts': 'ChatPromptTemplate',
  '@langchain/core/retrievers': 'BaseRetriever',
  '@langchain/core/runnables': 'RunnableLambda, RunnableMap, RunnableSequence',
  '@langchain/core/tools': 'tool',
  '@langchain/core/utils/testing': 'FakeListChatModel',
  '@langchain/langgraph': 'Command, END, interrupt, MemorySaver, MessagesAnnotation, START, StateGraph',
  '@langchain/langgraph/prebuilt': 'createReactAgent',
  langchain: 'createAgent',
  zod: 'z',
};

const RUN = `
process.on('unhandledRejection', (error) => console.log('unhandled', error?.name));
const tracer = trace.getTracer('application');
async function run(name, code) {
  await tracer.startActiveSpan(name, async (span) => {
    try { console.log(name, JSON.stringify(await code())); } catch (error) { console.log(name, 'threw', error?.name, error?.message); }
    span.end();
  });
}
`;

function source(version: Version, type: Format, code: string): string {
  const installed = Object.entries(IMPORTS).filter(([from]) => from !== 'langchain' || from in VERSIONS[version]);
  const imports = installed.map(LOAD[type]).join('');
  return `${imports}${SETUP}${RUN}(async () => {\n${code}\n})();\n`;
}

/** `createAgent` came with 1. */
const stepsOf = (version: Version): readonly Step[] =>
  version === '1' ? STEPS : STEPS.filter(({ code }) => !code.includes('createAgent('));

const running = (steps: readonly Step[]): string =>
  steps.map(({ name, code }) => `await run(${JSON.stringify(name)}, async () => { ${code} });`).join('\n');

const folders = new Map<Version, Folder>();
beforeAll(async () => {
  const tarball = await packProject();
  for (const version of ['1', '0.3'] as const) {
    const name = `langchain-${version}`;
    folders.set(version, await prepareApplication(name, VERSIONS[version], tarball));
  }
});

interface Case {
  readonly version: Version;
  readonly type: Format;
  readonly env?: Readonly<Record<string, string>>;
}

async function run({ version, type, env = {} }: Case, code: string, seen: boolean): Promise<Seen> {
  const nodeArgs = seen ? ['--import', '@x/llm-otel/register'] : [];
  const node = await nodeBinary(version === '1' ? '24' : '20');
  const { path: cwd } = folders.get(version) ?? { path: '' };
  // Before 1, events have a version.
  const events = { OLD: version === '1' ? '' : 'true' };
  return runApplication({ node, nodeArgs, source: source(version, type, code), type, cwd, env: { ...env, ...events } });
}

/** Ids that LangChain and LangGraph make anew in every run. */
const comparable = (text: string): string => text.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, 'uuid');

const CASES: readonly Case[] = [
  { version: '1', type: 'mjs' },
  { version: '1', type: 'cjs', env: { LANGCHAIN_CALLBACKS_BACKGROUND: 'true' } },
  { version: '1', type: 'mjs', env: { LANGCHAIN_CALLBACKS_BACKGROUND: 'false' } },
  { version: '0.3', type: 'mjs' },
  { version: '0.3', type: 'cjs', env: { LANGCHAIN_CALLBACKS_BACKGROUND: 'false' } },
];

const table = duplicates('langchain');
afterAll(() => table.check(6));

describe.each(CASES)('$version $type $env', (its) => {
  const { version } = its;
  let plain: Seen;
  let seen: Seen;
  beforeAll(async () => {
    const code = running(stepsOf(version));
    plain = await run(its, code, false);
    seen = await run(its, code, true);
  });

  test('an application does the same with and without us', () => {
    expect(plain.result).toMatchObject({ code: 0 });
    expect(comparable(seen.result.stdout).split('\n')).toEqual(comparable(plain.result.stdout).split('\n'));
    expect(complaints(seen.result.stderr)).toEqual(complaints(plain.result.stderr));
    expect(seen.result.code).toBe(0);
    expect(seen.requests).toEqual(plain.requests);
  });

  test.each(stepsOf(version))('$name', ({ name, spans }) => {
    expect(treeOf(seen.spans, name)).toEqual(spans);
  });

  test('every request that reached the provider has one model span', () => {
    const models = seen.spans.filter(({ attributes }) => attributes['server.address'] === '127.0.0.1');
    expect(models).toHaveLength(seen.requests.length);
  });

  const only = (step: string, start: string): ReceivedSpan['attributes'] => {
    const found = below(seen.spans, step).filter(({ name }) => name.startsWith(start));
    expect(found.length).toBeGreaterThan(0);
    return found[0]?.attributes ?? {};
  };

  test("the SDK's span has what LangChain knows", () => {
    expect(only('invoke configured', 'chat')).toMatchObject({
      'llm_otel.langchain.run_name': 'ask',
      'llm_otel.langchain.tags': ['once', 'fast'],
      'llm_otel.langchain.metadata.tenant': 'acme',
      'llm_otel.langchain.metadata.team': 'ml',
      'gen_ai.usage.input_tokens': TOKENS.input,
      'gen_ai.usage.output_tokens': TOKENS.output,
    });
    expect(only('stream', 'chat')).toMatchObject({ 'llm_otel.langchain.tags': ['read'] });
    expect(only('text completion', 'text')).toMatchObject({ 'llm_otel.langchain.tags': ['old'] });
    const names = ({ attributes }: ReceivedSpan): string[] =>
      Object.keys(attributes).filter((name) => name.includes('langchain'));
    expect(below(seen.spans, 'react agent').flatMap(names)).toEqual([]);
    expect(below(seen.spans, 'chain named').flatMap(names)).toEqual([]);
    expect(below(seen.spans, 'graph').flatMap(names)).toEqual([]);
  });

  test('the thread of a graph is the conversation of everything in it', () => {
    const conversations = below(seen.spans, 'react agent').map(
      ({ attributes }) => attributes['gen_ai.conversation.id'],
    );
    expect(conversations).toEqual(Array.from({ length: 4 }, () => 'thread-1'));
  });

  test("a tool has the id of the model's call, and the agent that runs it", () => {
    expect(only('react agent', 'execute_tool')).toMatchObject({
      'gen_ai.tool.name': 'get_weather',
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.call.id': 'call_sea0',
      'gen_ai.agent.name': 'reactor',
    });
    const [asked, ran] = ['chat', 'execute_tool'].map((start) =>
      below(seen.spans, 'react agent').find(({ name }) => name.startsWith(start)),
    );
    expect(ran?.links.map(({ spanId }) => spanId)).toEqual([asked?.spanId]);
  });

  test('a model that no SDK calls is recorded as LangChain shows it', () => {
    expect(only('own model', 'chat')).toMatchObject({
      'gen_ai.provider.name': 'ownmodel',
      'gen_ai.response.model': 'own-1-mini',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 7,
      'gen_ai.usage.output_tokens': 3,
      'gen_ai.usage.cache_read.input_tokens': 2,
      'llm_otel.langchain.tags': ['mine'],
    });
    expect(only('own model stream', 'chat')).toMatchObject({
      'gen_ai.request.stream': true,
      'llm_otel.stream.outcome': 'completed',
      'llm_otel.stream.chunks': 3,
    });
  });

  test('without content capture, nothing that was said is recorded', () => {
    const text = recorded(seen);
    for (const said of ['secret', 'sunny', 'weather?', 'The sea', 'Rome']) expect(text).not.toContain(said);
  });
});

test('with content capture: arguments, results and messages', async () => {
  const names = ['agent', 'graph', 'own model', 'own model stream', 'tool'];
  const env = { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'SPAN_ONLY' };
  const steps = STEPS.filter(({ name }) => names.includes(name));
  const { spans } = await run({ version: '1', type: 'mjs', env }, running(steps), true);
  const content = (step: string, start: string): unknown => {
    const { attributes = {} } = below(spans, step).find(({ name }) => name.startsWith(start)) ?? {};
    const kept = Object.entries(attributes).filter(([name]) => /messages|arguments|result/.test(name));
    return Object.fromEntries(kept.map(([name, value]) => [name, JSON.parse(String(value)) as unknown]));
  };
  expect(content('tool', 'execute_tool')).toEqual({
    'gen_ai.tool.call.arguments': { city: 'Rome' },
    'gen_ai.tool.call.result': { value: 'sunny in Rome' },
  });
  expect(content('agent', 'execute_tool')).toMatchObject({ 'gen_ai.tool.call.result': { value: 'sunny in text' } });
  expect(content('graph', 'invoke_workflow')).toMatchObject({
    'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'weather?' }] }],
    'gen_ai.output.messages': [
      { role: 'assistant', parts: [{ type: 'text', content: expect.stringMatching(/^The sea/) }] },
    ],
  });
  expect(content('own model', 'chat')).toEqual({
    'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'say 1' }] }],
    'gen_ai.output.messages': [
      { role: 'assistant', parts: [{ type: 'text', content: 'mine' }], finish_reason: 'stop' },
    ],
  });
  expect(content('own model stream', 'chat')).toMatchObject({
    'gen_ai.output.messages': [{ role: 'assistant', parts: [{ type: 'text', content: 'abc' }] }],
  });
});

test('what waits in the queue of a model stays in its own trace', async () => {
  const code = `
    const model = openai('gpt-4o-mini', { maxConcurrency: 1 });
    await Promise.all(['one', 'two', 'three'].map((name) => run(name, async () => (await chain.pipe(() => model.invoke(name)).invoke({ x: 1 })).content)));`;
  const { spans } = await run({ version: '1', type: 'mjs' }, code, true);
  for (const name of ['one', 'two', 'three'])
    expect(treeOf(spans, name)).toEqual(['invoke_workflow', '  chat gpt-4o-mini', '  chat gpt-4o-mini']);
});

test.each([
  { layers: 'LangChain above openai', steps: ['chain'] },
  { layers: 'LangChain above @anthropic-ai/sdk', steps: ['invoke anthropic'] },
  { layers: 'LangChain above @google/generative-ai', steps: ['invoke google'] },
  { layers: 'LangChain alone (a model without an SDK)', steps: ['own model'] },
  { layers: 'LangGraph agent above openai', steps: ['agent'] },
  {
    layers: 'LangChain above openai, retried by LangChain',
    steps: ['maxRetries'],
    note: 'each retry of LangChain is a call of its own',
  },
])('$layers: one model span for each call', async ({ layers, steps, note }) => {
  const chosen = STEPS.filter(({ name }) => steps.includes(name));
  const { spans, requests } = await run({ version: '1', type: 'mjs' }, running(chosen), true);
  const calls = requests.length || 1;
  expect(modelSpans(spans)).toHaveLength(calls);
  table.row({ layers, loaded: 'register', calls, spans: modelSpans(spans), ...(note !== undefined && { note }) });
});
