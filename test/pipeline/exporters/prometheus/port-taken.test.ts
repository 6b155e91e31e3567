import { createServer, type Server } from 'node:net';
import { expect, test } from 'vitest';
import { isPortTaken } from '../../../../src/pipeline/exporters/prometheus/port-taken.ts';

const listen = (host: string): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, host, () => resolve(server));
  });

test.runIf(process.platform === 'linux')('a port is taken while a server listens', async () => {
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    const server = await listen(host);
    const { port } = server.address() as { port: number };
    for (const asked of ['localhost', '127.0.0.1', '0.0.0.0']) expect(isPortTaken(asked, port)).toBe(true);
    expect(isPortTaken('metrics.example', port)).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(isPortTaken('localhost', port)).toBe(false);
  }
});
