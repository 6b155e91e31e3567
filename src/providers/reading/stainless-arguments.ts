/** Arguments and client of a call of a Stainless SDK. */
import { asObject } from './unknown-values.ts';

/** The body of a request, of unknown shape. */
export type Params = Readonly<Record<string, unknown>>;

const NONE: Params = {};

/** The body that is sent: `options.body` overrides the first argument. */
export function paramsOf(args: readonly unknown[]): Params {
  return asObject(asObject(args[1])?.body) ?? asObject(args[0]) ?? NONE;
}

/** The client of a resource: `_client`, in openai before 4.2x `client`. */
export function clientOf(resource: unknown): unknown {
  const fields = asObject(resource);
  return fields?._client ?? fields?.client;
}
