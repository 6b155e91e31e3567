/** What node prints above the stack of an error that ends the process, with and without the package. */
import { describe, expect, it } from 'vitest';
import { runApplication } from '../support/application.ts';
import { LOADED, TYPES } from './application.ts';

/** Fails with a status of the provider server. */
const OPENAI = {
  mjs: "import OpenAI from 'openai'; import { tool } from '@x/llm-otel'; import { trace } from '@opentelemetry/api'; import { EventEmitter } from 'node:events';",
  cjs: "const { OpenAI } = require('openai'); const { tool } = require('@x/llm-otel'); const { trace } = require('@opentelemetry/api'); const { EventEmitter } = require('node:events');",
} as const;

const START = `
  const client = new OpenAI({ apiKey: 'k', baseURL: process.env.PROVIDER_URL + '/v1', maxRetries: 0 });
  const emitter = new EventEmitter();
  class Boom extends Error {}
  function make() { return new Boom('no such city'); }
  const fails = () => client.chat.completions.create({ model: '{status=429}gpt-4o-mini', messages: [] });
  const failingTool = tool('weather', () => { const error = make(); throw error; });
  const failingAsyncTool = tool('weather', async () => { const error = make(); await null; throw error; });
  const recordedByApp = () => {
    const span = trace.getTracer('app').startSpan('work');
    const error = make();
    span.recordException(error);
    span.end();
    throw error;
  };`;

type Row = readonly [about: string, body: string, type?: 'mjs'];

const ROWS: readonly Row[] = [
  ['a sync throw in a tool', 'failingTool();', 'mjs'],
  ['a sync throw of an error of the SDK', 'const e = await fails().catch((error) => error); throw e;', 'mjs'],
  ['a sync throw later', 'fails().catch((e) => setTimeout(() => { throw e; }, 1));'],
  ['a sync throw of a caught error', 'let e; try { failingTool(); } catch (error) { e = error; } throw e;'],
  ['an async throw in a tool', 'failingAsyncTool();'],
  ['an async function of the application', '(async () => { await failingAsyncTool(); })();'],
  ['a top-level await', 'await failingAsyncTool();', 'mjs'],
  ['a throw in an event handler', "emitter.on('x', () => failingTool()); emitter.emit('x');", 'mjs'],
  ['an event error', "try { failingTool(); } catch (error) { emitter.emit('error', error); }"],
  ['a rejection of the SDK', 'fails();'],
  ['a rejection of the SDK at top level', 'await fails();', 'mjs'],
  [
    'a rejection of the SDK thrown on by an event handler',
    "emitter.on('x', (e) => { throw e; }); fails().catch((e) => emitter.emit('x', e));",
  ],
  ['an error that the application records and throws', 'recordedByApp();'],
  ['an error with a cause', "setTimeout(() => { throw new Error('outer', { cause: make() }); }, 1); failingTool;"],
];

/** Everything above the first frame, without what differs from run to run. */
function aboveStack(stderr: string): string {
  const above = stderr.split(/^\s+at /m, 1)[0] ?? '';
  return above.replaceAll(/[^\s(]*\.run-\w+/g, 'run').replaceAll(/^@x\/llm-otel: .*\n/gm, '');
}

describe('an error that ends the process', () => {
  for (const type of TYPES)
    it.each(ROWS.filter((row) => row[2] === undefined || row[2] === type))(
      `prints as without the package, and its stack is recorded: %s (${type})`,
      async (_, body = '') => {
        const source = `${OPENAI[type]}${START}\n${body}\n`;
        const [bare, recorded] = await Promise.all([
          runApplication({ source, type }),
          runApplication({ source, type, nodeArgs: LOADED[type] }),
        ]);
        expect(bare.result.code).toBe(1);
        expect(recorded.result.code).toBe(1);
        expect(aboveStack(recorded.result.stderr)).toBe(aboveStack(bare.result.stderr));
        if (body.includes('cause')) return;
        const events = recorded.spans.flatMap(({ events }) => events).filter(({ name }) => name === 'exception');
        expect(events).toHaveLength(1);
        expect(String(events[0]?.attributes['exception.stacktrace'])).toMatch(/^\w+.*\n\s+at /);
      },
    );

  // A `catch` is the only way to see an error that a function throws, and an exported stack has been read: see docs/troubleshooting.md.
  it.each([
    ['a sync throw through a tool, in CommonJS', 'failingTool();', /^\S+\n\t*throw error;\n\t*\^$/],
    [
      'a rejection with an error whose stack was exported before',
      "let e; try { failingTool(); } catch (error) { e = error; } require('@x/llm-otel').flush().then(() => { throw e; });",
      /^node:internal\/process\/promises:\d+\n.*\n *\^$/,
    ],
  ])('names another place above the same message: %s', async (_, body, place) => {
    const source = `${OPENAI.cjs}${START}\n${body}\n`;
    const [bare, recorded] = await Promise.all([
      runApplication({ source, type: 'cjs' }),
      runApplication({ source, type: 'cjs', nodeArgs: LOADED.cjs }),
    ]);
    expect([bare.result.code, recorded.result.code]).toEqual([1, 1]);
    const [before, after] = [bare, recorded].map(({ result }) => aboveStack(result.stderr).split(/\n\n/));
    expect(before?.[0]).toMatch(/^run/);
    expect(after?.[0]).toMatch(place);
    expect(after?.slice(1)).toEqual(before?.slice(1));
    expect(after?.[1]).toContain('no such city');
  });

  it('records the stack in the log event too', async () => {
    const source = `${OPENAI.mjs}${START}\nawait fails();`;
    const { logs } = await runApplication({ source, nodeArgs: LOADED.mjs });
    const event = logs.find((log) => log.eventName === 'gen_ai.client.operation.exception');
    expect(String(event?.attributes['exception.stacktrace'])).toMatch(/^RateLimitError: 429.*\n\s+at /);
  });
});
