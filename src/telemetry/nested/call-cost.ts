import type { Config } from '../../config/options.ts';
import { costOf } from '../../cost/index.ts';
import type { RequestFacts, ResponseFacts } from '../../facts/call.ts';
import type { Cost } from '../../facts/prices.ts';
import { swallow } from '../../runtime/guard.ts';

/** What a call that ends now costs. A price list that fails takes nothing else of the call with it. */
export function costOfCall(
  request: RequestFacts,
  response: ResponseFacts | undefined,
  config: Config,
): Cost | undefined {
  if (response === undefined) return undefined;
  try {
    return costOf(request, response, config);
  } catch (error) {
    swallow(error);
    return undefined;
  }
}
