import type { Target } from '../../config/sdk/export-target.ts';
import { sendGrpc } from './grpc.ts';
import { sendHttp } from './http.ts';
import type { SendOutcome } from './outcome.ts';

/** Sends a request; never rejects, never keeps the process alive. */
export function send(target: Target, body: Uint8Array, timeoutMs: number): Promise<SendOutcome> {
  return target.transport === 'grpc' ? sendGrpc(target, body, timeoutMs) : sendHttp(target, body, timeoutMs);
}
