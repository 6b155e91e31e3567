/** The answer to a request is read while the event loop stands still, and the server runs in another thread. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Target } from '../../../src/config/sdk/export-target.ts';
import { type Flight, flightOf } from '../../../src/pipeline/transport/flights.ts';
import { sendHttp } from '../../../src/pipeline/transport/http.ts';
import type { SendOutcome } from '../../../src/pipeline/transport/outcome.ts';
import * as readAnswers from '../../../src/pipeline/transport/read-answer.ts';
import { sendBlocking } from '../../../src/pipeline/transport/send-blocking.ts';
import { setParts } from '../support/load.ts';

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../support/load.ts'));
setParts({ 'pipeline-read-answer': readAnswers });
const { canReadAnswer, readAnswer } = readAnswers;

/** Answers with the text `answer` after a while, in the given pieces; an empty list cuts the connection. */
const SERVER = `const { parentPort, workerData } = require('node:worker_threads');
const server = require('node:net').createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', () => {
    parentPort.postMessage('asked');
    const { pieces, ms } = workerData;
    if (pieces.length === 0) setTimeout(() => socket.resetAndDestroy(), ms);
    pieces.forEach((piece, i) => setTimeout(() => socket.write(piece), ms * (i + 1)));
  });
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`;

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const PARTIAL = '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"no"}}';

const servers: Worker[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.terminate())));

interface Asked {
  readonly flight: Flight;
  readonly target: Target;
  readonly body: Uint8Array;
  readonly outcome: Promise<SendOutcome>;
}

async function ask(pieces: readonly string[], ms = 30): Promise<Asked> {
  const server = new Worker(SERVER, { eval: true, workerData: { pieces, ms } });
  servers.push(server);
  const [port] = await once(server, 'message');
  const url = `http://127.0.0.1:${port}/v1/traces`;
  const target = {
    transport: 'http',
    signal: 'traces',
    url,
    headers: {},
    tls: {},
    timeoutMs: 5000,
  } as unknown as Target;
  const body = new Uint8Array([1, 2, 3]);
  const asked = once(server, 'message');
  const outcome = sendHttp(target, body, 5000);
  await asked;
  const flight = flightOf(body);
  if (flight === undefined) throw new Error('no request is on its way');
  return { flight, target, body, outcome };
}

/** Reads without a turn of the event loop. */
function readBlocking(flight: Flight): SendOutcome | 'waiting' | 'gone' {
  for (let tries = 0; tries < 400; tries++) {
    const outcome = readAnswer(flight);
    if (outcome !== 'waiting') return outcome;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
  return 'waiting';
}

describe('an answer is read while the event loop stands still', () => {
  it.each<[string, readonly string[], SendOutcome | 'gone']>([
    ['in a piece', [`${HEAD}content-length: 2\r\n\r\n{}`], { ok: true }],
    ['without a body', ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'], { ok: true }],
    ['in pieces', ['HTTP/1.1 2', '00 OK\r\ncontent-le', 'ngth: 2\r\n\r\n{', '}'], { ok: true }],
    ['in chunks', [`${HEAD}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n`, '0\r\n\r\n'], { ok: true }],
    ['after a note', ['HTTP/1.1 103 Early Hints\r\n\r\n', `${HEAD}content-length: 2\r\n\r\n{}`], { ok: true }],
    [
      'with items that were refused',
      [`${HEAD}content-length: ${PARTIAL.length}\r\n\r\n${PARTIAL}`],
      { ok: true, rejected: 2, message: 'no' },
    ],
    ['no answer, and the connection is cut', [], 'gone'],
  ])('%s', async (_, pieces, expected) => {
    const { flight, outcome } = await ask(pieces);
    expect(canReadAnswer(flight)).toBe(true);
    expect(readBlocking(flight)).toEqual(expected);
    if (expected !== 'gone') expect(await outcome).toEqual(expected);
  });

  it('with a status that says no', async () => {
    const { flight } = await ask(['HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n']);
    expect(readBlocking(flight)).toMatchObject({ ok: false, retryable: false, status: 400 });
  });

  it('with no HTTP', async () => {
    const { flight } = await ask(['220 mail.example\r\n']);
    const found = readBlocking(flight);
    expect(found === 'gone' || (found !== 'waiting' && !found.ok)).toBe(true);
  });

  it('not for a request that has no connection yet', () => {
    const body = new Uint8Array([1]);
    const target = { transport: 'http', url: 'http://127.0.0.1:9/', headers: {}, tls: {} } as unknown as Target;
    const outcome = sendHttp(target, body, 1000);
    const flight = flightOf(body);
    expect(flight && canReadAnswer(flight)).toBe(false);
    return outcome;
  });

  it('and forgotten once the event loop has read the answer', async () => {
    const { body, outcome } = await ask([`${HEAD}content-length: 2\r\n\r\n{}`]);
    expect(await outcome).toEqual({ ok: true });
    expect(flightOf(body)).toBeUndefined();
  });
});

describe('the last requests', () => {
  it('need no thread if the answers come', async () => {
    const { target, body } = await ask([`${HEAD}content-length: 2\r\n\r\n{}`]);
    expect(sendBlocking([{ target, body }], 2000)).toEqual({ outcomes: [{ ok: true }], error: undefined });
  });

  it('say why no thread could be started for requests without an answer', async () => {
    const { target, body } = await ask(['HTTP/1.1 503 Wait\r\ncontent-length: 0\r\n\r\n']);
    const { outcomes, error } = sendBlocking([{ target, body }], 2000);
    expect(outcomes).toEqual([undefined]);
    expect(String(error)).toContain('pipeline-send-worker');
  });

  it('are answered late: the request is sent again, and the first answer counts', async () => {
    const { target, body } = await ask([`${HEAD}content-length: 2\r\n\r\n{}`], 400);
    const { outcomes, error } = sendBlocking([{ target, body }], 600);
    expect([outcomes, error === undefined]).toEqual([[{ ok: true }], false]);
  });

  it('get no answer in time', async () => {
    const { target, body } = await ask(['HTTP/1.1 200 OK\r\n']);
    expect(sendBlocking([{ target, body }], 150).outcomes).toEqual([undefined]);
  });
});
