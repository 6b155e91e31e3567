import type { Target } from '../../config/sdk/export-target.ts';
import { load } from '../load.ts';
import { prepareHttp, sendHttp } from './http.ts';
import { type SendOutcome, shownReason } from './outcome.ts';

/** node:http2 takes longer to load than everything else that sends: only a process that speaks gRPC loads the module. */
const grpc = (): typeof import('./grpc.ts') => load<typeof import('./grpc.ts')>('pipeline-send-grpc');

/**
 * Loads what requests to `target` need. Called when the SDK starts, before the application can replace functions of node:http
 * (see http.ts).
 */
export function prepare(target: Target): void {
  if (target.transport === 'grpc') grpc();
  else prepareHttp(target);
}

/** Sends `body` to a target. Never rejects. Credentials that the backend quotes are taken out of the reason. */
export async function send(target: Target, body: Uint8Array, timeoutMs: number): Promise<SendOutcome> {
  const outcome = await (target.transport === 'grpc' ? grpc().sendGrpc : sendHttp)(target, body, timeoutMs);
  if (!outcome.ok) return { ...outcome, reason: shownReason(target, outcome.reason) };
  return outcome.message === undefined ? outcome : { ...outcome, message: shownReason(target, outcome.message) };
}
