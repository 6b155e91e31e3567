import type { Target } from '../../config/sdk/export-target.ts';
import { sendGrpc } from './grpc.ts';
import { sendHttp } from './http.ts';
import { type SendOutcome, shownReason } from './outcome.ts';

/** Sends `body` to a target. Never rejects. Credentials that the backend quotes are taken out of the reason. */
export async function send(target: Target, body: Uint8Array, timeoutMs: number): Promise<SendOutcome> {
  const outcome = await (target.transport === 'grpc' ? sendGrpc : sendHttp)(target, body, timeoutMs);
  if (!outcome.ok) return { ...outcome, reason: shownReason(target, outcome.reason) };
  return outcome.message === undefined ? outcome : { ...outcome, message: shownReason(target, outcome.message) };
}
