import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { runApplication, TYPES, WORK } from './application.ts';

interface End {
  readonly how: string;
  readonly body: string;
  readonly code: number | null;
  readonly signal?: NodeJS.Signals;
}

const WAIT = 'setTimeout(() => {}, 15000);';
const kill = (signal: NodeJS.Signals): string =>
  `${WAIT} setTimeout(() => process.kill(process.pid, '${signal}'), 50);`;

const REMOVED = `const removed = require('node:fs').mkdtempSync(require('node:os').tmpdir() + '/llm-otel-gone-');
  process.chdir(removed); require('node:fs').rmdirSync(removed);`;

const ENDS: readonly End[] = [
  { how: 'by itself', body: '', code: 0 },
  { how: 'by itself with an exit code', body: 'process.exitCode = 7;', code: 7 },
  { how: 'by process.exit()', body: 'process.exit(3);', code: 3 },
  { how: 'by process.exit() later', body: 'setTimeout(() => process.exit(4), 30);', code: 4 },
  { how: 'by an uncaught error', body: "throw new Error('boom');", code: 1 },
  { how: 'by an unhandled rejection', body: "Promise.reject(new Error('nope'));", code: 1 },
  { how: 'by SIGTERM', body: kill('SIGTERM'), code: null, signal: 'SIGTERM' },
  { how: 'by SIGINT', body: kill('SIGINT'), code: null, signal: 'SIGINT' },
  { how: 'by SIGHUP', body: kill('SIGHUP'), code: null, signal: 'SIGHUP' },
  {
    how: 'by a signal handler of its own',
    body: `process.on('SIGTERM', () => setTimeout(() => process.exit(5), 30)); ${kill('SIGTERM')}`,
    code: 5,
  },
  {
    how: 'by a handler that raises the signal again if nobody else listens',
    body: `process.on('SIGTERM', function again() {
        if (process.listeners('SIGTERM').length > 1) return;
        process.removeListener('SIGTERM', again);
        process.kill(process.pid, 'SIGTERM');
      }); ${kill('SIGTERM')}`,
    code: null,
    signal: 'SIGTERM',
  },
  { how: 'by process.exit() in an exit listener', body: "process.on('exit', () => process.exit(6));", code: 6 },
  {
    how: 'by process.exit() in an exit listener after process.exit()',
    body: "process.on('exit', () => process.exit(6)); process.exit(2);",
    code: 6,
  },
  {
    how: 'by an exit listener that throws',
    body: "process.on('exit', () => { throw new Error('boom'); });",
    code: 1,
  },
  {
    how: 'by an exit listener that throws after process.exit()',
    body: "process.on('exit', () => { throw new Error('boom'); }); setTimeout(() => process.exit(2), 30);",
    code: 2,
  },
  { how: 'by itself after process.removeAllListeners()', body: 'process.removeAllListeners();', code: 0 },
  {
    how: 'by process.exit() after process.removeAllListeners()',
    body: 'process.removeAllListeners(); process.exit(2);',
    code: 2,
  },
  {
    how: 'by process.exit() after the removal of the exit listeners',
    body: "process.removeAllListeners('exit'); setTimeout(() => process.exit(2), 30);",
    code: 2,
  },
  {
    how: 'by an uncaught error after process.removeAllListeners()',
    body: "process.removeAllListeners(); setTimeout(() => { throw new Error('boom'); }, 30);",
    code: 1,
  },
  { how: 'by itself in a removed directory', body: REMOVED, code: 0 },
  { how: 'by process.exit() in a removed directory', body: `${REMOVED} process.exit(2);`, code: 2 },
];

describe.concurrent('a process that ends', () => {
  for (const type of TYPES)
    it.each(ENDS)(`$how (${type}) loses nothing and ends as it would`, async ({ body, code, signal }) => {
      const receiver = await startOtlpReceiver();
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
      const result = await runApplication(WORK + body, { type, env });
      expect(
        receiver
          .spans()
          .map(({ name }) => name)
          .sort(),
      ).toEqual(['inner', 'outer']);
      expect(receiver.metrics().map(({ name }) => name)).toEqual(['hits']);
      expect({ code: result.code, signal: result.signal, stdout: result.stdout }).toEqual({
        code,
        signal: signal ?? null,
        stdout: 'worked\n',
      });
      const bare = await runApplication(WORK + body, { type, nodeArgs: [] });
      expect(plain(result.stderr)).toBe(plain(bare.stderr));
      await receiver.close();
    });

  it('sends the spans that exit listeners added later end', async () => {
    const receiver = await startOtlpReceiver();
    const body = `const span = trace.getTracer('app').startSpan('late');
      process.on('exit', () => span.end());
      setTimeout(() => process.exit(0), 10);`;
    await runApplication(body, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
    expect(receiver.spans().map(({ name }) => name)).toEqual(['late']);
    await receiver.close();
  });

  const IMPORT = {
    mjs: "import { agent, tool, workflow } from '@x/llm-otel';",
    cjs: "const { agent, tool, workflow } = require('@x/llm-otel');",
  };
  const OPEN = `
    const wait = () => new Promise(() => {});
    const never = tool('never', wait);
    const work = async () => { await null; await never({ city: 'my secret' }); };
    workflow('flow', () => agent('worker', work));`;
  const CUTS: readonly (readonly [how: string, body: string])[] = [
    ['process.exit()', 'setTimeout(() => process.exit(0), 30);'],
    ['SIGTERM', kill('SIGTERM')],
    ['an uncaught error', "setTimeout(() => { throw new Error('boom'); }, 30);"],
    ['nothing left to do', ''],
  ];

  for (const type of TYPES)
    it.each(CUTS)(`sends what is open at %s (${type}): tools, agents and workflows`, async (_, body) => {
      const receiver = await startOtlpReceiver();
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
      await runApplication(`${IMPORT[type]}${OPEN}${body}`, { type, env });
      // In the order in which they ended: inner before outer.
      expect(receiver.spans().map(({ name, status }) => [name, status.code])).toEqual([
        ['execute_tool never', 0],
        ['invoke_agent worker', 0],
        ['invoke_workflow flow', 0],
      ]);
      await receiver.close();
    });

  it('sends each metric once at the end, and again if it changed', async () => {
    const receiver = await startOtlpReceiver();
    // Its first reading is the one at the end.
    const body = `${WORK}
      let first = true;
      metrics.getMeter('app').createObservableGauge('g').addCallback((result) => {
        result.observe(1);
        if (first) setTimeout(() => metrics.getMeter('app').createCounter('hits').add(4), 10);
        first = false;
      });`;
    await runApplication(body, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
    const hits = receiver.metrics().filter(({ name }) => name === 'hits');
    expect(hits.map(({ points }) => points[0]?.value)).toEqual([3, 7]);
    await receiver.close();
  });

  for (const type of TYPES)
    it.each([
      ['one', '', 1],
      ['one that makes spans', "for (let i = 0; i < 600; i++) trace.getTracer('app').startSpan('more').end();", 1],
      ['one that fills the queue', "for (let i = 0; i < 2100; i++) trace.getTracer('app').startSpan('more').end();", 1],
      ['one that goes on once', 'if (calls < 2) setTimeout(WORK, 10);', 2],
    ])(`calls a beforeExit listener as often as it would be (${type}): %s`, async (_, work, times) => {
      const receiver = await startOtlpReceiver();
      const body = `let calls = 0;
        const WORK = () => trace.getTracer('app').startSpan('later').end();
        process.on('beforeExit', () => { calls++; if (calls < 9) { ${work} } });
        process.on('exit', () => console.log(calls));
        ${WORK}`;
      const result = await runApplication(body, { type, env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
      expect(result).toMatchObject({ code: 0, stdout: `worked\n${times}\n`, stderr: '' });
      const names = receiver.spans().map(({ name }) => name);
      const more = work.includes('600') ? 600 : work.includes('2100') ? 2100 : 0;
      expect(names.filter((name) => name === 'more')).toHaveLength(more);
      expect(names.filter((name) => name !== 'more').sort()).toEqual(
        times === 1 ? ['inner', 'outer'] : ['inner', 'later', 'outer'],
      );
      expect(receiver.metrics().map(({ name }) => name)).toContain('hits');
      await receiver.close();
    });

  it('calls a beforeExit listener that is added late or listens once as often as it would be', async () => {
    const receiver = await startOtlpReceiver();
    const body = `${WORK} process.once('beforeExit', () => console.log('once'));
      setTimeout(() => process.on('beforeExit', () => console.log('late')), 20);`;
    const { stdout } = await runApplication(body, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
    expect(stdout).toBe('worked\nonce\nlate\n');
    expect(receiver.spans()).toHaveLength(2);
    await receiver.close();
  });

  it('leaves a signal that the application swallows to the application', async () => {
    const body = `${WORK} process.on('SIGINT', () => console.log('not now')); ${kill('SIGINT')}
      setTimeout(() => process.exit(0), 200);`;
    const result = await runApplication(body, { env: { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' } });
    expect(result).toMatchObject({ code: 0, stdout: 'worked\nnot now\n' });
  });

  it('sends 3,000 spans that end in one turn before process.exit()', async () => {
    const receiver = await startOtlpReceiver();
    const body = "for (let i = 0; i < 3000; i++) trace.getTracer('app').startSpan('s' + i).end(); process.exit(0);";
    await runApplication(body, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
    expect(new Set(receiver.spans().map(({ name }) => name)).size).toBe(3000);
    await receiver.close();
  });

  it.runIf(process.allowedNodeEnvironmentFlags.has('--permission'))(
    'says what is lost where threads are forbidden',
    async () => {
      const receiver = await startOtlpReceiver();
      // Node 25 and later forbid the network as well.
      const network = process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : [];
      const nodeArgs = ['--permission', '--allow-fs-read=*', ...network, '--require', '@x/llm-otel/register'];
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
      const result = await runApplication(`${WORK} process.exit(4);`, { type: 'cjs', nodeArgs, env });
      expect(result.code).toBe(4);
      expect(result.stderr).toContain('spans lost at the end of the process');
      expect((await runApplication(WORK, { type: 'cjs', nodeArgs, env })).code).toBe(0);
      expect(receiver.spans()).toHaveLength(2);
      await receiver.close();
    },
  );

  it('sends on time while the process lives', async () => {
    const receiver = await startOtlpReceiver();
    const running = runApplication(`${WORK} setTimeout(() => {}, 4000);`, {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_BSP_SCHEDULE_DELAY: '50',
        OTEL_METRIC_EXPORT_INTERVAL: '100',
      },
    });
    await receiver.waitFor(() => receiver.spans().length === 2 && receiver.metrics().length > 0, 8000);
    await sleep(10);
    await running;
    expect(receiver.spans()).toHaveLength(2);
    await receiver.close();
  });
});

/** Without the parts that differ from run to run: paths of temporary files, frames of loaders, lines in the code of Node. */
function plain(stderr: string): string {
  return stderr
    .replaceAll(/\(node:\w+:\d+:\d+\)/g, '(node)')
    .replaceAll(/[^\s(]*\.run-\w+/g, 'run')
    .replaceAll(/^.*(node:internal|[\\/]dist[\\/]).*$\n/gm, '');
}
