import { sharedConfig } from '../../config/shared-config.ts';
import { providerOfHost } from '../../providers/reading/endpoint.ts';
import { asString } from '../../providers/reading/unknown-values.ts';
import { readSafely } from '../../runtime/guard.ts';
import type { Route } from '../router/router-options.ts';
import type { RouteFacts } from '../types.ts';
import type { ReadCall } from './read-fetch-call.ts';

/** What the price of a route is looked up by: a route without a provider or a model has those of its URL and of the request. */
export function pricedRoute(route: Route, { provider, json, fullUrl }: ReadCall): RouteFacts {
  const { name, price, baseURL } = route;
  const host = baseURL === undefined ? undefined : readSafely(() => new URL(baseURL).hostname, undefined);
  return {
    name,
    price,
    provider: route.provider ?? (host === undefined ? provider : providerOfHost(host, sharedConfig().providerHosts)),
    model: route.model ?? asString(json?.model) ?? MODEL_IN_PATH.exec(fullUrl.pathname)?.[1],
  };
}

/** Google names the model in the path. */
const MODEL_IN_PATH = /\/models\/([^/:]+):/;
