import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { runApplication, WORK } from './application.ts';

/** None of it may be said. */
const SECRET = /user|hunter2|pa55word|TOKEN|api-key/;

const LEVELS = ['warn', 'info', 'debug'] as const;

describe.concurrent('credentials of the collector', () => {
  it.for(LEVELS)('in a URL are never shown (%s)', async (level) => {
    const receiver = await startOtlpReceiver();
    const url = receiver.url.replace('//', '//user:hunter2@');
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/base?api-key=TOKEN12345`, LLM_OTEL_LOG: level };
    const { stderr } = await runApplication(`${WORK} process.exit(0);`, { env });
    expect(stderr).not.toMatch(SECRET);
    if (level !== 'warn') expect(stderr).toContain(`${receiver.url}/base/v1/traces`);
    await receiver.close();
  });

  it.for(LEVELS)('stay out of what is said about a failure (%s)', async (level) => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:hunter2@127.0.0.1:1?api-key=TOKEN12345',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20pa55word-of-mine',
      LLM_OTEL_LOG: level,
    };
    for (const protocol of ['http/protobuf', 'grpc']) {
      const { stderr } = await runApplication(WORK, { env: { ...env, OTEL_EXPORTER_OTLP_PROTOCOL: protocol } });
      expect(stderr).toContain('spans lost at the end of the process, http://127.0.0.1:1');
      expect(stderr).not.toMatch(SECRET);
    }
  });

  it('are taken out of an answer that quotes them', async () => {
    const server = createServer((request, response) => {
      response.writeHead(401).end(`unknown ${request.headers.authorization} at ${request.url}`);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}?key=TOKEN12345`,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20pa55word-of-mine',
    };
    const { stderr } = await runApplication(WORK, { env });
    expect(stderr).toContain(
      'HTTP 401 Unauthorized: the backend does not know the key (unknown Bearer *** at /v1/traces?key=***)',
    );
    server.close();
  });

  it.for([
    ['user:hunter2@collector:4318', '"***"'],
    ['htp://user:hunter2@collector', '"htp://***"'],
    ['http://user:hunter?2@collector', '"http://***"'],
    ['collector:4318?api-key=TOKEN', '"collector:4318"'],
  ])('stay out of what is said about a URL that is none: %s', async ([value = '', shown]) => {
    const { stderr } = await runApplication('', {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:hunter2@127.0.0.1:1',
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: value,
      },
    });
    expect(stderr).toBe(
      `@x/llm-otel: warning: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ${shown} cannot be used, expected a URL that starts with http:// or https://; using http://127.0.0.1:1/v1/traces instead.\n`,
    );
  });
});
