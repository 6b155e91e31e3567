import type { Config } from '../../config/options.ts';
import { costOf } from '../../cost/index.ts';
import type { RequestFacts, ResponseFacts } from '../../facts/call.ts';
import type { Cost } from '../../facts/prices.ts';
import { swallow } from '../../runtime/guard.ts';

/** Cost of a call that ends now. After an error in the price list, the call is recorded without a cost. */
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
