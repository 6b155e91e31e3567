import type { Attributes } from '@opentelemetry/api';
import { CACHE_OUTCOME, ROUTER_ATTEMPTS, ROUTER_ROUTE } from '../../facts/semconv.ts';
import { isFromCache, originOf, passOrigin } from '../../otel/answer-origin.ts';
import type { CallResult } from '../nested/call-result.ts';

/**
 * `result` with the attributes of the layer below the SDK. An answer of a cache has called no model: without usage and cost,
 * so that sums of tokens and cost stay what was paid. The call around `operation`, `outer`, has the same answer.
 */
export function withOrigin(result: CallResult, operation: object, outer: object | undefined): CallResult {
  const origin = originOf(operation);
  if (origin === undefined) return result;
  if (outer !== undefined) passOrigin(outer, origin);
  const { cache, route, attempts } = origin;
  const attributes: Attributes = {
    ...result.lateAttributes,
    ...(cache !== undefined && { [CACHE_OUTCOME]: cache }),
    ...(route !== undefined && { [ROUTER_ROUTE]: route, [ROUTER_ATTEMPTS]: attempts }),
  };
  const noted = { ...result, lateAttributes: attributes };
  if (!isFromCache(origin)) return noted;
  return {
    ...noted,
    response: result.response && { ...result.response, usage: undefined },
    cost: undefined,
    isFromCache: true,
  };
}
