/**
 * The address of a client. A client has functions that find region and endpoint: the SDK calls the functions during the first
 * call, so the address of the first call comes late.
 */
import { addressOf } from '../reading/endpoint.ts';
import { asNumber, asObject, asString } from '../reading/unknown-values.ts';

/** Host and port of a server; empty until they are known. */
export interface Address {
  readonly address?: string | undefined;
  readonly port?: number | undefined;
}

const addresses = new WeakMap<object, Address>();

/** The address, as far as `client` has found the address by now. The first call with a client asks the client. */
export function bedrockAddress(client: unknown): Address {
  const fields = asObject(client);
  if (fields === undefined) return {};
  const before = addresses.get(fields);
  if (before !== undefined) return before;
  const empty = {};
  addresses.set(fields, empty);
  askClient(asObject(fields.config) ?? {})
    .then((found) => {
      if (found !== undefined) addresses.set(fields, found);
    })
    .catch(() => {}); // the call itself fails for the same reason
  return empty;
}

/** The functions remember their values: the SDK asks for the same values during the call. */
async function askClient({ endpoint, region }: Readonly<Record<string, unknown>>): Promise<Address | undefined> {
  if (typeof endpoint === 'function') return ofEndpoint(await (endpoint as () => unknown)());
  return typeof region === 'function' ? ofRegion(await (region as () => unknown)()) : undefined;
}

/** A URL, or an object as the SDK takes a URL apart. */
function ofEndpoint(endpoint: unknown): Address | undefined {
  const parts = asObject(endpoint);
  if (parts?.url instanceof URL) return addressOf(parts.url.href);
  const address = asString(parts?.hostname);
  if (address === undefined) return undefined;
  return { address, port: asNumber(parts?.port) ?? (parts?.protocol === 'http:' ? 80 : 443) };
}

/** https://docs.aws.amazon.com/general/latest/gr/bedrock.html */
function ofRegion(region: unknown): Address | undefined {
  const name = asString(region);
  if (name === undefined) return undefined;
  return { address: `bedrock-runtime.${name}.amazonaws.com${name.startsWith('cn-') ? '.cn' : ''}`, port: 443 };
}
