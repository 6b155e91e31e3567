import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { complaints, runApplication, type Seen } from '../support/application.ts';
import { duplicates, modelSpans } from '../support/duplicates.ts';
import { type Folder, nodeBinary, packProject, prepareApplication } from '../support/folders.ts';
import type { ReceivedSpan } from '../support/otlp/flatten.ts';
import { OLDER, SETUP, STEPS } from './openai-agents-steps.ts';
import { below, type Format, LOAD, recorded, treeOf } from './steps.ts';

const VERSIONS = {
  '0.20': { '@openai/agents': '0.20.0', openai: '7.2.0', zod: '4.6.7' },
  '0.9': { '@openai/agents': '0.9.0', openai: '6.49.0', zod: '4.6.7' },
} as const;

type Version = keyof typeof VERSIONS;

const IMPORTS: Readonly<Record<string, string>> = {
  '@opentelemetry/api': 'trace',
  '@openai/agents':
    'addTraceProcessor, Agent, OpenAIChatCompletionsModel, run, Runner, setDefaultOpenAIClient, setTraceProcessors, tool, withTrace',
  openai: 'OpenAI',
  zod: 'z',
};

/** Without us there is nothing to wrap a tool with. */
const OURS = `let ours, agents;\n`;
const RUN = `
process.on('unhandledRejection', (error) => console.log('unhandled', error?.name));
async function take(name, code) {
  await trace.getTracer('application').startActiveSpan(name, async (span) => {
    try { console.log(name, JSON.stringify(await code())); } catch (error) { console.log(name, 'threw', error?.constructor?.name, error?.message); }
    span.end();
  });
}
`;

function source(type: Format, code: string): string {
  const imports = Object.entries(IMPORTS).map(LOAD[type]).join('');
  const load = "if (process.env.SEEN) ours = await import('@x/llm-otel');\nagents = await import('@openai/agents');";
  return `${imports}${OURS}${SETUP}${RUN}(async () => {\n${load}\n${code}\n})();\n`;
}

const codeOf = (steps: typeof STEPS): string =>
  steps.map(({ name, code }) => `await take(${JSON.stringify(name)}, async () => { ${code} });`).join('\n');

const folders = new Map<Version, Folder>();
beforeAll(async () => {
  const tarball = await packProject();
  for (const version of Object.keys(VERSIONS) as Version[])
    folders.set(version, await prepareApplication(`openai-agents-${version}`, VERSIONS[version], tarball));
});

async function run(version: Version, type: Format, code: string, seen: boolean, env: Record<string, string> = {}) {
  return runApplication({
    node: await nodeBinary('24'),
    nodeArgs: seen ? ['--import', '@x/llm-otel/register'] : [],
    source: source(type, code),
    type,
    cwd: folders.get(version)?.path ?? '',
    env: { ...env, ...(seen && { SEEN: '1' }) },
  });
}

/** Ids that the framework makes anew in every run. */
const comparable = (text: string): string => text.replaceAll(/\b(?:trace|span|group)_[0-9a-f]+/g, 'id');

/** Siblings by name: what starts in the same millisecond has no order. */
function byName(lines: readonly string[]): string[] {
  const trees: string[][] = [];
  for (const line of lines)
    if (line.startsWith('  ')) trees.at(-1)?.push(line.slice(2));
    else trees.push([line]);
  const sorted = trees.map(([root = '', ...below]) => [root, ...byName(below).map((line) => `  ${line}`)]);
  return sorted.sort((a, b) => (a.join() < b.join() ? -1 : 1)).flat();
}

const RUNS = (Object.keys(VERSIONS) as Version[]).flatMap((version) =>
  (['mjs', 'cjs'] as const).map((type) => ({ version, type })),
);

describe.each(RUNS)('$version as $type', ({ version, type }) => {
  let plain: Seen;
  let seen: Seen;
  beforeAll(async () => {
    plain = await run(version, type, codeOf(STEPS), false);
    seen = await run(version, type, codeOf(STEPS), true);
  });

  test('an application does the same with and without us', () => {
    expect(plain.result).toMatchObject({ code: 0 });
    expect(comparable(seen.result.stdout).split('\n')).toEqual(comparable(plain.result.stdout).split('\n'));
    expect(complaints(seen.result.stderr)).toEqual(complaints(plain.result.stderr));
    expect(seen.result.code).toBe(0);
    expect(seen.requests).toEqual(plain.requests);
  });

  test.each(STEPS)('$name', ({ name, spans }) => {
    const expected = (version === '0.9' ? OLDER[name] : undefined) ?? spans;
    expect(byName(treeOf(seen.spans, name))).toEqual(byName(expected));
  });

  test('every request that reached the provider has one model span', () => {
    expect(modelSpans(seen.spans)).toHaveLength(seen.requests.length);
  });

  const only = (step: string, start: string): ReceivedSpan => {
    const [found] = below(seen.spans, step).filter(({ name }) => name.startsWith(start));
    if (found === undefined) throw new Error(`no span ${start} below ${step}`);
    return found;
  };

  test("a tool has the id of the model's call, a link to the span that asked for it, and its agent", () => {
    for (const step of ['tool', 'stream', 'chat completions']) {
      const tool = only(step, 'execute_tool');
      expect(tool.attributes).toMatchObject({
        'gen_ai.tool.name': 'get_weather',
        'gen_ai.tool.type': 'function',
        'gen_ai.tool.call.id': 'call_sea0',
        'gen_ai.agent.name': 'helper',
      });
      expect(tool.links.map(({ spanId }) => spanId)).toEqual([only(step, 'chat').spanId]);
    }
  });

  test('an agent says to whom it handed over', () => {
    expect(only('handoff', 'invoke_agent triage').attributes['llm_otel.openai_agents.handoff_to']).toBe('expert');
    expect(Object.keys(only('handoff', 'invoke_agent expert').attributes).filter((key) => /handoff/.test(key))).toEqual(
      [],
    );
  });

  test('the group of a trace is the conversation of everything in it', () => {
    const inside = below(seen.spans, 'trace of two runs').filter(({ scope }) => scope.name !== 'application');
    expect(inside).toHaveLength(5);
    for (const { attributes } of inside) expect(attributes['gen_ai.conversation.id']).toBe('thread-1');
  });

  test('agents count their model calls and tools', () => {
    const point = (name: string, agent: string) =>
      seen.metrics
        .filter((metric) => metric.name === name)
        .flatMap(({ points }) => points)
        .find(({ attributes }) => attributes['gen_ai.agent.name'] === agent);
    // asked once, ran a tool, was asked again
    expect(point('gen_ai.invoke_agent.inference_calls', 'boss')).toMatchObject({ count: 1, sum: 2 });
    expect(point('gen_ai.invoke_agent.tool_calls', 'boss')).toMatchObject({ count: 1, sum: 1 });
    expect(point('gen_ai.invoke_agent.inference_calls', 'triage')).toMatchObject({ count: 1, sum: 1 });
  });

  test('without content capture, nothing that was said is recorded', () => {
    const text = recorded(seen);
    for (const word of ['secret', 'sunny', 'weather?']) expect(text).not.toContain(word);
  });
});

test('with content capture: arguments and results of tools', async () => {
  const steps = STEPS.filter(({ name }) => name === 'tool');
  const env = { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'SPAN_ONLY' };
  const { spans } = await run('0.20', 'mjs', codeOf(steps), true, env);
  const tool = below(spans, 'tool').find(({ name }) => name.startsWith('execute_tool'));
  expect(tool?.attributes['gen_ai.tool.call.arguments']).toBe('{"city":"text"}');
  expect(tool?.attributes['gen_ai.tool.call.result']).toBe('{"value":"sunny in text"}');
});

describe('model spans', () => {
  const table = duplicates('openai-agents');
  const CASES = [
    ['OpenAI Agents above openai (responses)', 'tool'],
    ['OpenAI Agents above openai (chat completions)', 'chat completions'],
    ['OpenAI Agents above openai, streamed', 'stream'],
    ['OpenAI Agents above openai, its tracing switched off', 'tracing off'],
  ] as const;

  test.each(CASES)('%s', async (layers, step) => {
    const { spans, requests } = await run('0.20', 'mjs', codeOf(STEPS.filter(({ name }) => name === step)), true);
    table.row({ layers, loaded: 'register', calls: requests.length, spans: modelSpans(spans) });
    expect(modelSpans(spans)).toHaveLength(requests.length);
  });

  afterAll(() => table.check(CASES.length));
});
