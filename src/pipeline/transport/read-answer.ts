/**
 * Reads the answer to a request while the event loop stands still, as in an `exit` listener. The kernel takes the bytes of the
 * answer from the network whether the loop turns or not: the bytes are read from the descriptor of the socket, and given to the
 * socket as the loop would give the bytes. Decryption and the parser of HTTP run synchronously.
 *
 * The descriptor has no documentation, and Windows has none: then nobody knows whether the request has arrived. So too over
 * HTTP/2, where the native code reads the socket. test/register/in-flight.test.ts shows if Node changes.
 */
import { readSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Flight } from './flights.ts';
import type { SendOutcome } from './outcome.ts';

/** The native part of a socket. */
interface Handle {
  readonly fd?: number;
  readonly writeQueueSize?: number;
  /** Sockets with TLS: takes bytes that somebody else has read. */
  receive?(bytes: Buffer): void;
}

const buffer = Buffer.allocUnsafe(65_536);

/** True if the whole request has left this process, and the answer can be read. */
export function canReadAnswer({ request }: Flight): boolean {
  const { socket } = request;
  if (socket === null || socket.connecting || socket.destroyed || request.writableLength > 0) return false;
  const { fd = -1, writeQueueSize = 0, receive } = handleOf(socket);
  return fd >= 0 && writeQueueSize === 0 && (!isEncrypted(socket) || typeof receive === 'function');
}

/** Reads what has come. Returns `waiting` if the answer is not complete, `gone` if no answer will come. */
export function readAnswer(flight: Flight): SendOutcome | 'waiting' | 'gone' {
  try {
    while (flight.outcome === undefined) {
      const length = bytesOf(flight);
      if (length === undefined) return 'waiting';
      if (length === 0) return 'gone';
      feed(flight, Buffer.from(buffer.subarray(0, length)));
      if (flight.answer?.complete === true) land(flight);
    }
    return flight.outcome;
  } catch {
    return 'gone'; // a connection that was reset
  }
}

/** The number of bytes that were read into the buffer; `undefined` if none have come. */
function bytesOf({ request }: Flight): number | undefined {
  try {
    return readSync(handleOf(request.socket as Socket).fd ?? -1, buffer, 0, buffer.length, null);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}

function feed({ request }: Flight, bytes: Buffer): void {
  const socket = request.socket as Socket;
  if (isEncrypted(socket)) handleOf(socket).receive?.(bytes);
  else socket.push(bytes);
}

/** The answer is complete: without the event loop nobody tells the reader. */
function land({ answer, land: done }: Flight): void {
  while (answer?.read() !== null);
  done?.();
}

const handleOf = (socket: Socket): Handle => (socket as { _handle?: Handle | null })._handle ?? {};
const isEncrypted = (socket: Socket): boolean => (socket as { encrypted?: boolean }).encrypted === true;
