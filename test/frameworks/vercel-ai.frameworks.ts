import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { complaints, runApplication, type Seen } from '../support/application.ts';
import { schemaProblems } from '../support/content-schemas.ts';
import { duplicates, modelSpans } from '../support/duplicates.ts';
import { type Folder, nodeBinary, packProject, prepareApplication } from '../support/folders.ts';
import type { ReceivedSpan } from '../support/otlp-receiver.ts';
import {
  contentScenarios,
  type Expected,
  OTEL_INTEGRATION,
  OWN_SPANS,
  type Scenario,
  scenariosOf,
  sourceOf,
  TRACED,
} from './vercel-ai/scenarios.ts';

const OTHERS = { openai: '6.49.0', zod: '4.6.7', '@opentelemetry/api': '1.9.1' };

/**
 * Versions, and the Nodes on which an ES module and a CommonJS module run. Module hooks of Node 20 and 22.15 are on a thread of
 * their own, those of 24 are not; 7 is an ES module that CommonJS requires.
 */
const VERSIONS = [
  {
    major: 5,
    nodes: { mjs: '20', cjs: '24' },
    dependencies: {
      ai: '5.0.277',
      '@ai-sdk/openai': '2.0.131',
      '@ai-sdk/anthropic': '2.0.112',
      '@ai-sdk/google': '2.0.108',
      ...OTHERS,
    },
  },
  {
    major: 6,
    nodes: { mjs: '20', cjs: '24' },
    dependencies: {
      ai: '6.0.322',
      '@ai-sdk/openai': '3.0.141',
      '@ai-sdk/anthropic': '3.0.138',
      '@ai-sdk/google': '3.0.141',
      ...OTHERS,
    },
  },
  {
    major: 7,
    nodes: { mjs: '24', cjs: '22.15.0' },
    dependencies: {
      ...{
        ai: '7.0.173',
        '@ai-sdk/openai': '4.0.118',
        '@ai-sdk/anthropic': '4.0.105',
        '@ai-sdk/google': '4.0.121',
        ...OTHERS,
      },
      '@ai-sdk/otel': '1.0.173',
    },
  },
] as const;

const table = duplicates('vercel-ai');
afterAll(() => table.check(VERSIONS.length * 3));

/** Requests of language and embedding models, without those of calls that are not to be recorded. */
function modelRequests({ requests }: Seen): number {
  const asked = requests as readonly { path: string; body: { model?: string } }[];
  const model = /(?:completions|responses|messages|embeddings|Content|Contents)$/;
  return asked.filter(({ path, body }) => model.test(path) && body.model !== 'm-off').length;
}

const REGISTER = ['--import', '@x/llm-otel/register'];

const RETRIES = 'each retry of the AI SDK is a call of its own';
const ABOVE = "a model that calls an SDK: the SDK's facts complete the span";

/** An agent of two steps that is read while garbage is collected, and an agent whose stream is left without a word. */
const COLLECTED = `
  const stream = (model, functionId) =>
    ai.streamText({ model: openai.chat(model), tools, ...loop, prompt, experimental_telemetry: { functionId } }).toUIMessageStream().getReader();
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const reader = stream('{delay=20}m-read', 'read');
  const timer = setInterval(gc, 50);
  while (!(await reader.read()).done);
  clearInterval(timer);
  await (async () => {
    const left = stream('{delay=20,chunks=400,notools}m-left', 'left');
    for (let n = 0; n < 3; n++) await left.read();
  })();
  await sleep(1500);
  const at = Date.now();
  gc();
  await sleep(2500);
  return { at };`;

/** All spans as the table of scenarios has them. */
function spansOf(seen: Seen): Expected[] {
  const byId = new Map(seen.spans.map((span) => [span.spanId, span]));
  return seen.spans.map((span) => asExpected(span, byId));
}

function asExpected(
  { name, attributes, parentSpanId }: ReceivedSpan,
  byId: ReadonlyMap<string, ReceivedSpan>,
): Expected {
  const [input, output] = [attributes['gen_ai.usage.input_tokens'], attributes['gen_ai.usage.output_tokens']];
  const under = byId.get(parentSpanId ?? '')?.name;
  const fields = {
    tokens: input === undefined && output === undefined ? undefined : [input, output],
    finish: (attributes['gen_ai.response.finish_reasons'] as string[] | undefined)?.join(),
    outcome: attributes['llm_otel.stream.outcome'],
    error: attributes['error.type'],
    provider: attributes['gen_ai.provider.name'],
    under,
  };
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { name, ...given } as Expected;
}

/** Clocks of one process do not agree to the millisecond, so the order says nothing; names do. */
function sorted(spans: readonly Expected[]): string[] {
  return spans.map(({ provider: _, ...span }) => JSON.stringify(span, Object.keys(span).sort())).sort();
}

/** Every span has to be in the table; the provider is compared where it is given. */
function expectSpans(seen: Seen, scenarios: Readonly<Record<string, Scenario>>): void {
  const expected = Object.values(scenarios).flatMap(({ spans }) => spans);
  const spans = spansOf(seen);
  expect(sorted(spans)).toEqual(sorted(expected));
  for (const { name, provider } of expected)
    if (provider !== undefined)
      expect([name, spans.find((span) => span.name === name)?.provider]).toEqual([name, provider]);
}

describe.each(VERSIONS)('ai $major', ({ major, nodes, dependencies }) => {
  let folder: Folder;
  beforeAll(async () => {
    folder = await prepareApplication(`ai-${major}`, dependencies, await packProject());
  });

  const run = async (source: string, type: 'mjs' | 'cjs', nodeArgs: readonly string[], env = {}): Promise<Seen> =>
    runApplication({ node: await nodeBinary(nodes[type]), nodeArgs, source, type, cwd: folder.path, env });

  test('npm installs the package beside it without a conflict', () => {
    expect(folder.installed).toMatchObject({
      code: 0,
      output: expect.not.stringMatching(/ERESOLVE|peer dep|conflict/i),
    });
  });

  test.each(['mjs', 'cjs'] as const)(
    '%s: one span for each model request, tool and agent; the application sees nothing of it',
    async (type) => {
      const scenarios = scenariosOf(major);
      const source = sourceOf(type, scenarios);
      const plain = await run(source, type, []);
      const seen = await run(source, type, REGISTER);
      expect(plain.result.code).toBe(0);
      expect(plain.result.stdout.trim().split('\n')).toHaveLength(Object.keys(scenarios).length);
      expect(seen.result).toMatchObject({ code: 0, stdout: plain.result.stdout });
      expect(complaints(seen.result.stderr)).toEqual(complaints(plain.result.stderr));
      expect(seen.requests).toEqual(plain.requests);
      expectSpans(seen, scenarios);
      if (type === 'mjs') {
        const calls = modelRequests(seen);
        expect(modelSpans(seen.spans)).toHaveLength(calls);
        table.row({
          layers: `AI SDK ${major}`,
          loaded: 'register',
          calls,
          spans: modelSpans(seen.spans),
          note: RETRIES,
        });
        const above = seen.spans.filter(({ name }) => name === 'chat m-sdk');
        table.row({
          layers: `AI SDK ${major} above openai`,
          loaded: 'register',
          calls: 1,
          spans: modelSpans(above),
          note: ABOVE,
        });
      }
      // Content is off: nothing that was said is in any signal.
      expect(
        JSON.stringify([seen.spans, seen.metrics, seen.logs], (_, v) => (typeof v === 'bigint' ? `${v}` : v)),
      ).not.toContain('xyzzy');
    },
  );

  test('its own spans, where they are on, are the only ones and hold what ours would', async () => {
    const traced = major === 7 ? 'gen_ai' : 'ai';
    const seen = await run(sourceOf('mjs', TRACED, major === 7 ? OTEL_INTEGRATION : ''), 'mjs', REGISTER);
    expect(seen.result.code).toBe(0);
    expect(new Set(seen.spans.map(({ scope }) => scope.name))).toEqual(new Set([traced]));
    const expected = OWN_SPANS[traced].flatMap(([name, count]) => Array.from({ length: count }, () => name));
    expect(seen.spans.map(({ name }) => name).sort()).toEqual(expected.sort());
    for (const [name, , full] of OWN_SPANS[traced])
      for (const { attributes } of seen.spans.filter((span) => full === true && span.name === name)) {
        expect(attributes['gen_ai.provider.name'], name).toBe('openai');
        expect(attributes['server.address'], name).toBe('127.0.0.1');
        const failed = attributes['error.type'] !== undefined;
        expect(attributes[failed ? 'error.type' : 'gen_ai.usage.input_tokens'], name).toBe(
          failed ? 'invalid_api_key' : 24,
        );
      }
    table.row({
      layers: major === 7 ? 'AI SDK 7 with @ai-sdk/otel' : `AI SDK ${major}, its own telemetry on`,
      loaded: 'register',
      calls: modelRequests(seen),
      spans: modelSpans(seen.spans),
      note: major === 7 ? '@ai-sdk/otel itself makes two spans for one embedding' : 'completed by this package',
    });
    // What is measured does not depend on who makes the spans.
    expect(measured(seen, 'gen_ai.client.inference.duration')).toBe(6);
    expect(measured(seen, 'gen_ai.client.embeddings.duration')).toBe(1);
    expect(measured(seen, 'gen_ai.execute_tool.duration')).toBe(2);
  });

  test('a garbage collection ends a streamed agent that nobody reads any more, and no agent that goes on', async () => {
    const source = sourceOf('mjs', { collected: { code: COLLECTED, spans: [] } });
    const { result, spans } = await run(source, 'mjs', ['--expose-gc', ...REGISTER]);
    expect(result.code).toBe(0);
    const end = (name: string): number => Number(spans.findLast((span) => span.name === name)?.endTime) / 1e6;
    expect(spans.filter(({ name }) => name.endsWith('m-read'))).toHaveLength(2);
    expect(end('invoke_agent read')).toBeGreaterThanOrEqual(end('chat {delay=20}m-read'));
    const gcAt = Number(/"at":(\d+)/.exec(result.stdout)?.[1]);
    const [agent, chat] = [end('invoke_agent left'), end('chat {delay=20,chunks=400,notools}m-left')];
    expect(agent - chat).toBeLessThan(1000);
    if (major === 7) expect(agent - gcAt).toBeLessThan(2000); // 5 and 6 read the stream of the model to the end themselves
  });

  test('loaded too late: a warning says so, and a package of a provider can be patched by hand', async () => {
    const late = `
      await import('@x/llm-otel/register');
      const { VercelAIInstrumentation } = await import('@x/llm-otel');
      await ai.generateText({ model: openai.chat('m-unseen'), prompt });
      const by = new VercelAIInstrumentation();
      console.log([await import('@ai-sdk/openai'), google, anthropic('m-x'), {}, 7].map((given) => by.patch(given)));`;
    const all = scenariosOf(major);
    const names = [
      'generateText',
      'streamText',
      'embed',
      'generateText, google',
      'streamText, anthropic',
      'generateImage',
    ];
    const scenarios = Object.fromEntries(names.map((name) => [name, all[name] as Scenario]));
    const seen = await run(sourceOf('mjs', scenarios, late), 'mjs', []);
    expect(seen.result).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\[ true, true, true, false, false \]\n/),
    });
    expect(seen.result.stderr).toMatch(/ai \(ai\/\d.*\) made a request that is not recorded/);
    expectSpans(seen, scenarios);
  });

  test('content, where it is on, is valid; what the application keeps back stays out', async () => {
    const { result, spans } = await run(sourceOf('mjs', contentScenarios(major)), 'mjs', REGISTER, {
      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'SPAN_ONLY',
    });
    expect(result.code).toBe(0);
    const held = spans.flatMap(contentOf);
    expect(held.flatMap(({ key, value }) => schemaProblems(key, value))).toEqual([]);
    const of = (name: string, key: string): unknown[] =>
      held.filter((h) => h.name === name && h.key === key).map((h) => h.value);

    const question = { role: 'user', parts: [{ type: 'text', content: 'Why is xyzzy-1234 blue?' }] };
    const answer = { type: 'text', content: expect.stringMatching(/^The sea/) };
    expect(of('chat m-text', 'gen_ai.system_instructions')).toEqual([
      [{ type: 'text', content: 'You are xyzzy-1234' }],
    ]);
    expect(of('chat m-text', 'gen_ai.input.messages')).toEqual([[question]]);
    for (const model of ['m-text', 'm-stream', 'm-google-stream'])
      expect(of(`chat ${model}`, 'gen_ai.output.messages'), model).toEqual([
        [{ role: 'assistant', parts: [answer], finish_reason: 'stop' }],
      ]);
    const image = { type: 'blob', modality: 'image', mime_type: 'image/png', content: '', byte_length: 4 };
    expect(of('chat m-media', 'gen_ai.input.messages')).toEqual([
      [{ role: 'user', parts: [question.parts[0], image] }],
    ]);

    const id = expect.any(String);
    const called = { type: 'tool_call', id, name: 'weather', arguments: { city: 'text' } };
    const responded = { type: 'tool_call_response', id, response: { city: 'text', secret: '[redacted:api_key]' } };
    for (const model of ['m-tools', 'm-tools-stream'])
      expect(of(`chat ${model}`, 'gen_ai.input.messages'), model).toContainEqual([
        question,
        { role: 'assistant', parts: [called] },
        { role: 'tool', parts: [responded] },
      ]);
    expect(of('execute_tool weather', 'gen_ai.tool.call.arguments')).toEqual([{ city: 'text' }, { city: 'text' }]);
    expect(of('execute_tool weather', 'gen_ai.tool.call.result')).toEqual([responded.response, responded.response]);
    expect(spans.filter(({ name }) => name === 'execute_tool weather')).toHaveLength(3);
    expect(of('chat m-kept', 'gen_ai.input.messages')).toEqual([]);
    expect(of('chat m-kept', 'gen_ai.output.messages')).toEqual([]);
  });
});

/** The content on a span. */
function contentOf({ name, attributes }: ReceivedSpan): { name: string; key: string; value: unknown }[] {
  const content = /^gen_ai\.(?:system_instructions|(?:input|output)\.messages|tool\.(?:definitions|call\..*))$/;
  return Object.entries(attributes)
    .filter(([key]) => content.test(key) && key !== 'gen_ai.tool.call.id')
    .map(([key, value]) => ({ name, key, value: JSON.parse(String(value)) as unknown }));
}

/** How many calls an instrument of ours has measured. */
function measured({ metrics }: Seen, name: string): number {
  const ours = metrics.filter((metric) => metric.name === name && metric.scope.name.startsWith('@x/'));
  return ours.flatMap(({ points }) => points).reduce((total, { count = 0 }) => total + count, 0);
}
