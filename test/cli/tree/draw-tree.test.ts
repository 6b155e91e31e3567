/** `llm-otel tree`, run from the build. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TreeSpan } from '../../../src/pipeline/exporters/tree/spans/tree-span.ts';
import { agentTrace, CONTENT, chat, treeSpan } from '../../pipeline/exporters/tree/sample-spans.ts';
import { cleanEnv, runNode } from '../../support/spawn.ts';
import { CLI, runCli } from '../run-cli.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llm-otel-tree-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const otlpValue = (value: unknown): object =>
  Array.isArray(value)
    ? { arrayValue: { values: value.map(otlpValue) } }
    : typeof value === 'number'
      ? { doubleValue: value }
      : { stringValue: value };

/** A span as a line of OTLP JSON. */
function otlpLine(span: TreeSpan): string {
  const ns = (ms: number): string => String(BigInt(Math.round(ms * 1000)) * 1000n);
  const { attributes, failed, description, kind, startMs, durationMs, ...rest } = span;
  const written = {
    ...rest,
    kind: kind + 1,
    startTimeUnixNano: ns(startMs),
    endTimeUnixNano: ns(startMs + durationMs),
    status: failed ? { code: 2, message: description } : {},
    attributes: Object.entries(attributes)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => ({ key, value: otlpValue(value) })),
  };
  return `${JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [written] }] }] })}\n`;
}

const linesOf = (spans: readonly TreeSpan[]): string => spans.map(otlpLine).join('');

async function fileOf(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

const AGENT = `span                                      time     first       in      out        cost  end
● invoke_agent helper                   869 ms
├─ ● chat gpt-4o-mini                   198 ms    102 ms    1,412        3   $0.000216  tool_calls
└─ ✗ chat gpt-4o-mini                   310 ms                                          rate_limit_…
   ! rate_limit_exceeded: 429 Rate limit reached
Σ 2 model calls · 1,412 in · 3 out · $0.000216 · 1 error · 869 ms · 4bf92f35
`;

const later = chat('b', { traceId: 'f'.repeat(32), start: 5000 });

describe.concurrent('tree', () => {
  test('draws a file, the traces by start, and a total', async () => {
    // Children end before their parents, and the traces are mixed.
    const file = await fileOf('mixed.jsonl', linesOf([later, ...agentTrace().reverse()]));
    expect(await runCli(['tree', file])).toMatchObject({
      stdout: `${AGENT}● chat gpt-4o-mini                      198 ms              1,412        3   $0.000216  stop
Σ total: 3 model calls · 2,824 in · 6 out · $0.000432 · 1 error · 2 traces
`,
      stderr: '',
      code: 0,
    });
  });

  test.each([[['tree', '-']], [['tree']]])('%j draws standard input', async (args) => {
    expect(await runCli(args, { input: linesOf(agentTrace()) })).toMatchObject({ stdout: AGENT, stderr: '', code: 0 });
  });

  test('draws a trace of standard input when the trace has ended, not when the input has', async () => {
    const child = spawn(process.execPath, [CLI, 'tree', '-'], { env: cleanEnv(), stdio: 'pipe' });
    const written: string[] = [];
    const drawn = new Promise<void>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        written.push(text);
        if (written.join('').includes('Σ')) resolve();
      });
    });
    child.stdin.write(linesOf(agentTrace()));
    await drawn;
    expect(written.join('')).toBe(AGENT);
    child.stdin.end(linesOf([later]));
    const [code] = await once(child, 'close');
    expect([code, written.join('').split('\n').at(-2)]).toEqual([0, expect.stringMatching(/^Σ total: 3 model calls/)]);
  });

  test('draws the file that an application has written', async () => {
    const file = join(folder, 'spans.jsonl');
    const source = `
      import { trace } from '@opentelemetry/api';
      const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 12, 'gen_ai.response.finish_reasons': ['stop'] };
      trace.getTracer('app').startSpan('chat gpt-4o-mini', { attributes, kind: 2 }).end();`;
    const env = { OTEL_TRACES_EXPORTER: 'otlp/file', OTEL_METRICS_EXPORTER: 'none', LLM_OTEL_FILE: file };
    await runNode({ nodeArgs: ['--import', '@x/llm-otel/register'], source, env });
    const { stdout, code } = await runCli(['tree', file]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/\n● chat gpt-4o-mini +\S+ m?s +12 +stop\n$/)]);
  });

  const http = treeSpan({ spanId: 'http', parentSpanId: 'a', name: 'POST' });
  test.each([
    [[], {}, /^ {2}\+1 other span$/m],
    [['--all'], {}, /^└─ ● POST +10 ms$/m],
    [[], { LLM_OTEL_CONSOLE_ALL: '1' }, /^└─ ● POST +10 ms$/m],
    [['--content'], {}, /^call │ get_weather \{"city":"Lisbon"\}$/m],
    [['--width', '60'], {}, /^span {26}time {8}cost {2}end$/m],
    [['--width=60'], { LLM_OTEL_CONSOLE_WIDTH: '80' }, /^span {26}time {8}cost {2}end$/m],
    [['--width', '10'], {}, /^span {26}time {8}cost {2}end$/m],
    [[], { LLM_OTEL_CONSOLE_WIDTH: '80' }, /^span .+ time {7}in {6}out {8}cost {2}end$/m],
    [[], { COLUMNS: '80' }, /^span .+ time {7}in {6}out {8}cost {2}end$/m],
    [[], { TERM: 'dumb' }, /^\* chat gpt-4o-mini/m],
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are looked for
    [[], { FORCE_COLOR: '1' }, /^\x1b\[32m● \x1b\[0m\x1b\[1mchat\x1b\[0m gpt/m],
    [[], { FORCE_COLOR: '1', NO_COLOR: '1' }, /^● chat gpt-4o-mini/m],
  ] as const)('%j with %j', async (args, env, expected) => {
    const call = chat('a', { attributes: CONTENT });
    const { stdout, stderr } = await runCli(['tree', ...args], { env, input: linesOf([http, call]) });
    expect([stdout, stderr]).toEqual([expect.stringMatching(expected), '']);
    if (!args.some((arg) => arg === '--content')) expect(stdout).not.toContain('Lisbon');
  });

  test('no control character of a file reaches the terminal', async () => {
    const evil = '\u001b]0;title\u0007\u009b2J\u202edesrever\u2066\r\nnext';
    const call = chat('a', { model: evil, failed: true, description: evil, attributes: { 'error.type': evil } });
    const { stdout } = await runCli(['tree', '--content'], { input: linesOf([call]) });
    expect(stdout).toContain('! \\x1b]0;title\\x07\\x9b2J\\u202edesrever\\u2066\\r\\nnext');
    expect(stdout).toMatch(/^[^\p{Cc}\u202e\u2066]*$/mu);
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e\u2066]/u);
  });

  test('broken lines are told with their numbers, and the others are drawn', async () => {
    const file = await fileOf('broken.jsonl', `{"resourceSpans":\n${linesOf(agentTrace())}${'[]\n'.repeat(6)}`);
    const { stdout, stderr, code } = await runCli(['tree', file]);
    expect([stdout, code]).toEqual([AGENT, 1]);
    expect(stderr.split('\n').map((line) => line.replace(/: expected a line of .*/, ''))).toEqual([
      ...[1, 5, 6, 7, 8].map((number) => `llm-otel: ${file}:${number}`),
      `llm-otel: ${file}: 7 lines are no OTLP JSON`,
      '',
    ]);
  });

  test('a file without a model call is said to have none', async () => {
    const file = await fileOf('empty.jsonl', `${linesOf([http])}{"resourceLogs":[]}\n`);
    expect(await runCli(['tree', file])).toMatchObject({
      stdout: '',
      stderr: `llm-otel: ${file}: no span of a model call\n`,
      code: 0,
    });
  });

  test.each([
    [['tree', '/no/such.jsonl'], 'llm-otel: tree: "/no/such.jsonl" cannot be read (ENOENT)\n'],
    [['tree', '/'], 'llm-otel: tree: "/" is a directory\n'],
    [['tree', 'a', 'b'], 'llm-otel: tree: expected one file, got "b" too\n'],
    [['tree', '--width', 'wide'], 'llm-otel: --width: expected 1 to 10000, got "wide"\n'],
  ])('%j cannot be done', async (args, stderr) => {
    expect(await runCli(args)).toMatchObject({ stdout: '', stderr, code: 2 });
  });
});
