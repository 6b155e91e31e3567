import type { FetchCall, SendUpstream } from '../../fetch/cache-engine.ts';
import type { CacheSettings } from '../cache-settings.ts';
import type { CacheRequest } from '../engine/answer-form.ts';
import { modelOfRequest } from '../engine/saved-tokens.ts';
import { type BypassReason, bypassReasonOf } from '../key/bypass-reason.ts';
import { requestKey } from './request-key.ts';
import { ResponseForm } from './response-form.ts';

/** The call of a cache for one request of an SDK. */
export function responseRequest(
  call: FetchCall,
  send: SendUpstream,
  settings: CacheSettings,
): CacheRequest<Response, Uint8Array> {
  const reason = reasonOf(call, settings);
  const key = reason === undefined ? requestKey(call, settings) : undefined;
  return {
    name: settings.name ?? call.operation,
    key,
    bypassReason: reason ?? (key === undefined ? 'unkeyable' : undefined),
    isRefresh: call.cache === 'refresh',
    signal: call.signal,
    priced: { model: modelOfRequest(call.json), provider: call.provider },
    form: new ResponseForm(settings.cacheToolCalls, settings.maxEntryBytes),
    call: send,
  };
}

function reasonOf(call: FetchCall, { cacheSampled }: CacheSettings): BypassReason | undefined {
  if (!call.isInference) return 'not_inference';
  if (call.cache === 'bypass') return 'requested';
  return call.hasOpaqueBody ? 'unkeyable' : bypassReasonOf(call.json, cacheSampled);
}
