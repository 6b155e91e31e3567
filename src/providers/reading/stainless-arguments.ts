/** Arguments and client of a call of a Stainless SDK. */
import { readSafely } from '../../runtime/guard.ts';
import { isPlainObject } from '../../runtime/plain-object.ts';
import { asObject } from './unknown-values.ts';

/** The body of a request, of unknown shape. */
export type Params = Readonly<Record<string, unknown>>;

const NONE: Params = {};

/**
 * The body that is sent: `options.body` overrides the first argument. A copy, because several readers look at a field and a
 * getter of the application has to run once.
 */
export function paramsOf(args: readonly unknown[]): Params {
  const params = asObject(asObject(args[1])?.body) ?? asObject(args[0]);
  if (params === undefined) return NONE;
  return isPlainObject(params) ? readSafely(() => ({ ...params }), params) : params;
}

/** The client of a resource: `_client`, in openai before 4.2x `client`. */
export function clientOf(resource: unknown): unknown {
  const fields = asObject(resource);
  return fields?._client ?? fields?.client;
}
