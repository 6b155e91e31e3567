import { once } from 'node:events';
import https, { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Target } from '../../../src/config/sdk/export-target.ts';

/** Of 127.0.0.1, valid for a century, used nowhere else. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPpoxiN4SoxvCcVtt
Fk39unKdAu/HxIa/pSXZTItYjW2hRANCAAS2lZNH2ktVB4RY1ShuseIvZZ5CvCQa
WtAMPOKL8P8BYUpcP218ITfE4t7OaifrX4CqvAXWlvAduEQFvGfKXQyA
-----END PRIVATE KEY-----`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBjzCCATagAwIBAgIUZTo3Eq0ECuZJgJFBscuaX/C1nVUwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEzMDE2MTgxOFoYDzIxMjYxMTA2
MTYxODE4WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS2lZNH2ktVB4RY1ShuseIvZZ5CvCQaWtAMPOKL8P8BYUpcP218ITfE
4t7OaifrX4CqvAXWlvAduEQFvGfKXQyAo2QwYjAdBgNVHQ4EFgQURzqUEnKg8AqZ
69IappLxgxEmB48wHwYDVR0jBBgwFoAURzqUEnKg8AqZ69IappLxgxEmB48wDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0cAMEQC
IG9AblM0Dx4kvIrdQKfPW/Tj8CADYN13yW0Taix/h7o3AiA+LaUDA9/sfS/WAhl1
6RQ9fCniOA4He+01CEigTQX/7A==
-----END CERTIFICATE-----`;

let server: Server;
let connections = 0;
let bodies: string[] = [];

beforeEach(async () => {
  vi.resetModules();
  connections = 0;
  bodies = [];
  server = createServer({ key: KEY, cert: CERTIFICATE }, (request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      bodies.push(body);
      response.end();
    });
  });
  server.on('secureConnection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  vi.restoreAllMocks();
  server.close();
  server.closeAllConnections();
});

const target = (tls: Target['tls']): Target => ({
  signal: 'traces',
  transport: 'http',
  url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
  headers: {},
  compression: 'none',
  timeoutMs: 5000,
  tls,
});
const load = () => import('../../../src/pipeline/transport/http.ts');

test('requests over TLS share a connection, and trust the certificate that is set', async () => {
  const { sendHttp } = await load();
  const trusted = target({ ca: Buffer.from(CERTIFICATE) });
  for (const body of ['a', 'b']) expect(await sendHttp(trusted, Buffer.from(body), 5000)).toMatchObject({ ok: true });
  expect(bodies).toEqual(['a', 'b']);
  expect(connections).toBe(1);
});

test('a certificate that nobody vouches for is a failure in plain words', async () => {
  const { sendHttp } = await load();
  const outcome = await sendHttp(target({}), Buffer.from('a'), 5000);
  expect(outcome).toMatchObject({ ok: false, answered: false });
  expect(outcome).toMatchObject({ reason: expect.stringContaining('OTEL_EXPORTER_OTLP_CERTIFICATE') });
  expect(bodies).toEqual([]);
});

test('a test tool that replaces https.request later does not see requests of telemetry', async () => {
  const { prepareHttp, sendHttp } = await load();
  const trusted = target({ ca: Buffer.from(CERTIFICATE) });
  prepareHttp(trusted);
  const replaced = vi.spyOn(https, 'request');
  expect(await sendHttp(trusted, Buffer.from('a'), 5000)).toMatchObject({ ok: true });
  expect(replaced).not.toHaveBeenCalled();
});
