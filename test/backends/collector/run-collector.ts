/** Runs the Collector with a written configuration. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../../support/free-ports.ts';
import { type Server, startServer } from '../server.ts';

/** A Collector that runs. */
export interface RunningCollector extends Server {
  /** Address for OTLP over HTTP. */
  readonly url: string;
}

/** Starts `program` with the lines of a written configuration; what the test needs beside stands in a file of its own. */
export async function startCollector(
  program: string,
  lines: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningCollector> {
  const [http = 0, grpc = 0, health = 0] = await freePorts(3);
  const server = await startServer({
    command: program,
    args(folder) {
      const files = { 'written.yaml': lines.join('\n'), 'test.yaml': JSON.stringify(testPart(http, grpc, health)) };
      return Object.entries(files).flatMap(([name, text]) => {
        writeFileSync(join(folder, name), text);
        return ['--config', join(folder, name)];
      });
    },
    env: () => env,
    ready: `http://127.0.0.1:${health}/`,
  });
  return { ...server, url: `http://127.0.0.1:${http}` };
}

/** Free ports, an address that answers, and no telemetry of the Collector itself. */
const testPart = (http: number, grpc: number, health: number): object => ({
  receivers: {
    otlp: {
      protocols: { grpc: { endpoint: `127.0.0.1:${grpc}` }, http: { endpoint: `127.0.0.1:${http}` } },
    },
  },
  extensions: { health_check: { endpoint: `127.0.0.1:${health}` } },
  service: { extensions: ['health_check'], telemetry: { metrics: { level: 'none' } } },
});
