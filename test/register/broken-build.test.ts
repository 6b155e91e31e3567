import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { ROOT } from '../support/spawn.ts';
import { runApplication, TYPES, WORK } from './application.ts';

/** Each file that is loaded by need, and the settings with which it is. */
const PARTS: readonly (readonly [part: string, env?: Record<string, string>])[] = [
  ['register-main'],
  ['pipeline-sdk'],
  ['pipeline-sdk', { LLM_OTEL_SDK: 'lazy' }],
  ['pipeline-sdk', { LLM_OTEL_SDK: 'eager' }],
  ['pipeline-logs'],
  ['pipeline-logs', { LLM_OTEL_SDK: 'lazy' }],
  ['pipeline-send'],
  ['pipeline-send-worker'],
  ['pipeline-otlp-proto'],
  ['pipeline-otlp-json', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }],
  ['pipeline-console', { OTEL_TRACES_EXPORTER: 'console' }],
  ['pipeline-console', { OTEL_LOGS_EXPORTER: 'console' }],
  ['pipeline-zipkin', { OTEL_TRACES_EXPORTER: 'zipkin' }],
  ['pipeline-prometheus', { OTEL_METRICS_EXPORTER: 'prometheus' }],
  ['pipeline-b3', { OTEL_PROPAGATORS: 'b3' }],
  ['pipeline-b3', { OTEL_PROPAGATORS: 'b3', LLM_OTEL_SDK: 'lazy' }],
];

const THROW = "throw new ReferenceError('broken chunk');";

/** What can be in place of a file of the build. */
const FAULTS = {
  'throws while it loads': THROW,
  'throws when it is used': `module.exports = new Proxy({}, { get: () => new Proxy(function () { ${THROW} }, { get: () => () => { ${THROW} } }) });`,
  'is missing': undefined,
} as const;

const WAYS = TYPES.flatMap((type) => [
  { type, how: 'by itself', end: '', code: 0 },
  { type, how: 'by process.exit()', end: 'process.exit(3);', code: 3 },
]);

/** Uses what was cached before and after the first failure. */
const USE = `${WORK}
const { logs } = require('@opentelemetry/api-logs');
const tracer = trace.getTracer('cached');
const meter = metrics.getMeter('cached');
const logger = logs.getLogger('cached');
for (let i = 0; i < 2; i++) {
  tracer.startActiveSpan('span', (span) => span.end());
  meter.createCounter('more').add(1);
  logger.emit({ body: 'text' });
  propagation.inject(context.active(), {});
}
console.log('done');
`;

describe('a broken build', () => {
  const copies: string[] = [];
  let url: string;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const receiver = await startOtlpReceiver();
    url = receiver.url;
    close = () => receiver.close();
  });
  afterAll(async () => {
    await close();
    for (const copy of copies) await rm(copy, { recursive: true, force: true });
  });

  /** A copy of the build in which one file is another, or missing. */
  const broken = async (part: string, source: string | undefined): Promise<string> => {
    const copy = await mkdtemp(join(ROOT, '.copy-'));
    copies.push(copy);
    await cp(join(ROOT, 'dist'), join(copy, 'dist'), { recursive: true });
    const file = join(copy, 'dist', `${part}.cjs`);
    if (source === undefined) await rm(file);
    else await writeFile(file, source);
    return join(copy, 'dist');
  };

  describe.concurrent.each(Object.entries(FAULTS))('of which a file %s', (fault, source) => {
    for (const [part, env] of PARTS) {
      let folder: Promise<string> | undefined;
      // Every fault both ways; the likeliest one every way.
      const ways = fault === 'throws while it loads' ? WAYS : [WAYS[0], WAYS[3]].filter((way) => way !== undefined);
      it.for(ways)(
        `leaves an application alone that ends $how ($type): ${part} ${JSON.stringify(env ?? {})}`,
        async ({ type, end, code }) => {
          folder ??= broken(part, source);
          const path = join(await folder, type === 'mjs' ? 'register.mjs' : 'register.cjs');
          const result = await runApplication(USE + end, {
            type,
            nodeArgs: [type === 'mjs' ? '--import' : '--require', path],
            env: { OTEL_EXPORTER_OTLP_ENDPOINT: url, ...env },
          });
          const foreign = result.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('@x/llm-otel: '));
          expect({ code: result.code, foreign }).toEqual({ code, foreign: [] });
          expect(result.stdout).toMatch(/worked\n(?:.*\n)*done\n/);
          // Of the two that send, the one that is whole may have done all there was to do.
          if (!part.startsWith('pipeline-send')) expect(result.stderr).toContain('@x/llm-otel: warning: ');
        },
      );
    }
  });
});
