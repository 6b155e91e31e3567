import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runApplication, WORK } from './application.ts';

/** Two seconds are promised; the rest is what starting threads takes on a busy machine. */
const BOUND_MS = 4000;

const ENDS = {
  'by itself': '',
  'by process.exit()': 'process.exit(0);',
  'by an uncaught error': "throw new Error('boom');",
  'by SIGTERM': "setTimeout(() => {}, 30000); process.kill(process.pid, 'SIGTERM');",
} as const;

describe('with a dead collector', () => {
  let hole: Server;
  const urls: Record<string, string> = {};

  beforeAll(async () => {
    // Accepts and never answers.
    hole = createServer(() => {}).listen(0, '127.0.0.1');
    await once(hole, 'listening');
    const { port } = hole.address() as { port: number };
    urls['that never answers'] = `http://127.0.0.1:${port}`;
    urls['that refuses'] = 'http://127.0.0.1:1';
  });
  afterAll(() => {
    hole.close();
  });

  for (const kind of ['that refuses', 'that never answers'])
    for (const protocol of ['http/protobuf', 'grpc'])
      it.each(Object.entries(ENDS))(`${kind} (${protocol}) a process that ends %s is not held up`, async (_, body) => {
        let worked = 0;
        const { timedOut, stderr } = await runApplication(WORK + body, {
          env: {
            OTEL_EXPORTER_OTLP_ENDPOINT: urls[kind],
            OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
            LLM_OTEL_EXIT_TIMEOUT: undefined,
          },
          onStdout: () => {
            worked ||= performance.now();
          },
        });
        expect(timedOut).toBe(false);
        expect(performance.now() - worked).toBeLessThan(BOUND_MS);
        const warnings = stderr.split('\n').filter((line) => line.startsWith('@x/llm-otel'));
        // One line for each pipeline with something to lose: spans and metrics.
        expect(warnings.map((line) => line.replace(/, http.*/, ''))).toEqual(
          expect.arrayContaining([
            '@x/llm-otel: warning: pipeline otlp: 2 spans lost at the end of the process',
            '@x/llm-otel: warning: pipeline otlp: 1 metric lost at the end of the process',
          ]),
        );
        expect(warnings).toHaveLength(2);
        for (const line of warnings) expect(line).toContain(urls[kind]);
      });

  it('ends on time although a request has been waiting for long', async () => {
    let worked = 0;
    const { timedOut } = await runApplication(`${WORK} setTimeout(() => console.log('done'), 500);`, {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: urls['that never answers'],
        OTEL_BSP_SCHEDULE_DELAY: '10',
        LLM_OTEL_EXIT_TIMEOUT: undefined,
      },
      onStdout: (text) => {
        if (text.includes('done')) worked ||= performance.now();
      },
    });
    expect(timedOut).toBe(false);
    expect(performance.now() - worked).toBeLessThan(BOUND_MS);
  });

  it('says once, and clearly, that nothing arrives', async () => {
    const { stderr } = await runApplication(
      `const beat = setInterval(() => trace.getTracer('app').startSpan('s').end(), 20); setTimeout(() => clearInterval(beat), 400);`,
      {
        env: {
          OTEL_EXPORTER_OTLP_ENDPOINT: urls['that refuses'],
          OTEL_BSP_SCHEDULE_DELAY: '30',
          OTEL_EXPORTER_OTLP_TIMEOUT: '50',
        },
      },
    );
    const [first, last, ...more] = stderr.trim().split('\n');
    expect(first).toMatch(
      /^@x\/llm-otel: warning: pipeline otlp: \d+ spans could not be sent to http:\/\/127\.0\.0\.1:1\/v1\/traces for 0 ms: connect ECONNREFUSED 127\.0\.0\.1:1\. Is a collector listening there \(OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL\)\? OTEL_TRACES_EXPORTER=none turns traces off\.$/,
    );
    expect(last).toMatch(/^@x\/llm-otel: warning: pipeline otlp: \d+ spans lost at the end of the process, /);
    expect(more).toEqual([]);
  });

  it('names the variable of Zipkin where that does not listen', async () => {
    const env = { OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${urls['that refuses']}/spans` };
    const { stderr } = await runApplication(`trace.getTracer('app').startSpan('s').end();`, { env });
    expect(stderr).toContain('Is Zipkin listening there (OTEL_EXPORTER_ZIPKIN_ENDPOINT)? OTEL_TRACES_EXPORTER=none');
    expect(stderr).not.toContain('OTLP');
  });
});
