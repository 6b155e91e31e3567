/** Prometheus in a process of its own: a scraper keeps no process alive. */
import { Agent, get, type IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { freePort } from '../support/free-ports.ts';
import { runApplication } from './application.ts';

const environment = (port: number) => ({
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_METRICS_EXPORTER: 'prometheus',
  OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
  OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
});

/** Scrapes every 200 ms over connections that stay open; counts the answers and the connections. */
function startScraper(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const connections = new Set<unknown>();
  const seen = { answers: 0, connections };
  const timer = setInterval(() => {
    const request = get({ host: '127.0.0.1', port, path: '/metrics', agent }, (response: IncomingMessage) => {
      connections.add(response.socket);
      response.resume().on('end', () => {
        seen.answers++;
      });
    });
    request.on('error', () => {}); // before the start and after the end of the process
  }, 200);
  return {
    seen,
    stop: () => {
      clearInterval(timer);
      agent.destroy();
    },
  };
}

describe('Prometheus', () => {
  it.each([
    ['by running out of work', ''],
    ['by a flush in beforeExit', "process.once('beforeExit', () => setTimeout(() => {}, 50));"],
  ])('a scraper with an open connection does not keep a process alive that ends %s', async (_, last) => {
    const port = await freePort();
    const { seen, stop } = startScraper(port);
    let ended = 0;
    const { code, stderr, timedOut } = await runApplication(
      `metrics.getMeter('app').createCounter('hits').add(3);
       setTimeout(() => { ${last} console.log('finished'); }, 1500);`,
      {
        env: environment(port),
        timeoutMs: 15_000,
        onStdout: (text) => {
          if (text.includes('finished')) ended ||= performance.now();
        },
      },
    );
    const held = performance.now() - ended;
    stop();
    expect({ code, stderr, timedOut }).toEqual({ code: 0, stderr: '', timedOut: false });
    expect(seen.answers).toBeGreaterThan(2);
    expect(seen.connections.size).toBe(1);
    expect(held).toBeLessThan(1500);
  });

  it('the SDK shuts down beside a scraper with an open connection', async () => {
    const port = await freePort();
    const { seen, stop } = startScraper(port);
    const { stdout, stderr } = await runApplication(
      `const { startTelemetry } = await import('@x/llm-otel/start');
       const telemetry = startTelemetry();
       await new Promise((done) => setTimeout(done, 1000));
       const began = performance.now();
       console.log(await telemetry.shutdown(), performance.now() - began < 1000);`,
      { env: environment(port), timeoutMs: 15_000 },
    );
    stop();
    expect([stdout, stderr]).toEqual(['true true\n', '']);
    expect(seen.answers).toBeGreaterThan(0);
  });
});
