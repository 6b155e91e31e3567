/** Node warns when an event has more listeners than `getMaxListeners()`: listeners of register must not count. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { runApplication, WORK } from './application.ts';

const EVENTS = [
  'exit',
  'beforeExit',
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'uncaughtExceptionMonitor',
  'uncaughtException',
  'unhandledRejection',
  'worker',
  'newListener',
  'removeListener',
];

/** Node itself listens to some events. */
const BY_NODE = JSON.parse(
  execFileSync(process.execPath, [
    '-p',
    `JSON.stringify(Object.fromEntries(${JSON.stringify(EVENTS)}.map((event) => [event, process.listenerCount(event)])))`,
  ]).toString(),
) as Record<string, number>;
const byNode = (event: string): number => BY_NODE[event] ?? 0;

const add = (event: string, count: number): string =>
  `for (let i = ${byNode(event)}; i < ${count}; i++) process.on('${event}', () => {}); const most = process.getMaxListeners();`;

/** Ways to add listeners; a signal keeps the process alive, so each ends with process.exit(). */
const WAYS: readonly (readonly [name: string, body: (event: string) => string])[] = [
  ['in one turn', (event) => `${add(event, 10)} console.log(most); setTimeout(() => process.exit(0), 20);`],
  [
    'in several turns',
    (event) => `let left = ${10 - byNode(event)};
      const step = () => { process.on('${event}', () => {}); if (--left > 0) setTimeout(step, 2); else setTimeout(() => process.exit(0), 20); };
      step(); console.log(process.getMaxListeners());`,
  ],
  ['more than the limit', (event) => `${add(event, 11)} console.log(most); setTimeout(() => process.exit(0), 20);`],
  [
    'with a limit of its own',
    (event) => `process.setMaxListeners(${3 + byNode(event)}); ${add(event, 3 + byNode(event))} console.log(most);
      setTimeout(() => { console.log(process.getMaxListeners()); process.exit(0); }, 20);`,
  ],
];

/** Warnings of Node, without the number of the process. */
const warnings = (stderr: string): string => stderr.replaceAll(/\(node:\d+\)/g, '(node)');

describe.concurrent('an application with as many listeners as Node allows', () => {
  for (const [way, body] of WAYS)
    it.each(EVENTS)(`sees the warnings of Node that it sees without register: %s, ${way}`, async (event) => {
      const receiver = await startOtlpReceiver();
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
      const source = WORK + body(event);
      const [bare, result] = await Promise.all([
        runApplication(source, { type: 'cjs', nodeArgs: [] }),
        runApplication(source, { type: 'cjs', env }),
      ]);
      expect([warnings(result.stderr), result.stdout]).toEqual([warnings(bare.stderr), bare.stdout]);
      expect(bare.stderr.includes('MaxListenersExceededWarning')).toBe(way === 'more than the limit');
      expect(receiver.spans()).toHaveLength(2);
      await receiver.close();
    });

  it.each([
    ['an uncaught error', "throw new Error('boom');"],
    ['process.exit()', 'process.exit(1);'],
    ['the end', 'process.exitCode = 1;'],
  ])('loses nothing if the turn that adds the listeners ends by %s', async (_, end) => {
    const receiver = await startOtlpReceiver();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
    const { code } = await runApplication(`${WORK} ${add('exit', 12)} ${end}`, { type: 'cjs', env });
    expect([code, receiver.spans().length]).toEqual([1, 2]);
    await receiver.close();
  });

  it('that starts the telemetry late sees no warning either', async () => {
    const receiver = await startOtlpReceiver();
    const full = EVENTS.map((event) => `{ ${add(event, 10)} }`).join('\n');
    const body = `${full} require('@x/llm-otel/start').startTelemetry(); ${WORK}
      setTimeout(() => { console.log(process.getMaxListeners()); process.exit(0); }, 20);`;
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
    const { stdout, stderr } = await runApplication(body, { type: 'cjs', nodeArgs: [], env });
    expect([stdout, stderr]).toEqual(['worked\n10\n', '']);
    expect(receiver.spans()).toHaveLength(2);
    await receiver.close();
  });
});
