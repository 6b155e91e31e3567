/**
 * A provider for an SDK made by Stainless, from one table of methods. Every resource is a class, and a static of the class
 * of clients of its own module format: `OpenAI.Chat.Completions`. A client has the resources by the same path:
 * `client.chat.completions`. So one path leads to the class and to the object.
 */
import type { CallReader } from '../../facts/call.ts';
import type { Provider, Sdk } from '../provider.ts';
import type { InstancePatcher } from '../wrapping/instance-patcher.ts';
import { type Patcher, recordedMethod } from '../wrapping/patcher.ts';
import type { AmendRequest } from './request-amendment.ts';
import { stainlessCalls } from './stainless.ts';
import { patchClient } from './stainless-requests.ts';

/**
 * Path of a resource (`Chat.Completions`), method, reader. Only methods that send the request themselves: helpers
 * (`parse`, `stream`) end in one of them.
 */
export type StainlessMethod = readonly [path: string, name: string, reader: CallReader];

/** Finds the resource at a path: the prototype of a class, or an object of one client. */
export type FindResource = (path: string) => unknown;

/** Parts of an SDK beyond the table. */
export interface StainlessExtras {
  /** Changes requests before they are sent. */
  readonly amend?: AmendRequest;
  /** Patches further methods of the resources. */
  also?(resource: FindResource, patcher: Patcher): void;
}

type Fields = Readonly<Record<string, unknown>>;

const asFields = (value: unknown): Fields | undefined =>
  typeof value === 'function' || (typeof value === 'object' && value !== null) ? (value as Fields) : undefined;

const resourceOfClass =
  (client: unknown): FindResource =>
  (path) =>
    asFields(path.split('.').reduce((at, name) => asFields(at)?.[name], client))?.prototype;

const resourceOfObject =
  (client: object): FindResource =>
  (path) =>
    path
      .split('.')
      .reduce<unknown>((at, name) => asFields(at)?.[`${name.charAt(0).toLowerCase()}${name.slice(1)}`], client);

/** The class of clients in what a file of the SDK exports. */
function clientClassOf({ clientClasses: [name = ''] = [] }: Sdk, exports: unknown): Fields | undefined {
  const module = asFields(exports);
  const fallback = asFields(module?.default);
  return asFields(module?.[name]) ?? asFields(fallback?.[name]) ?? fallback;
}

/** Makes the provider. A client of the SDK is known by the first method of the table. */
export function stainlessProvider(
  sdk: Sdk,
  methods: readonly StainlessMethod[],
  { amend, also }: StainlessExtras = {},
): Provider {
  const patchMethods = (client: unknown, resource: FindResource, patcher: Patcher): boolean => {
    if (!patchClient(client, patcher)) return false;
    const makeCall = stainlessCalls(patcher, amend);
    let found = false;
    for (const [path, name, reader] of methods) {
      const wrapped = patcher.wrap(resource(path), name, recordedMethod(reader, makeCall));
      found ||= wrapped;
    }
    also?.(resource, patcher);
    return found;
  };

  const instrument = (client: object, patcher: InstancePatcher): boolean => {
    const resource = resourceOfObject(client);
    const [path, name] = methods[0] ?? ['', ''];
    if (typeof asFields(resource(path))?.[name] !== 'function') return false;
    if (!patchMethods(client, resource, patcher)) return false;
    patcher.derive(client, 'withOptions', instrument);
    return true;
  };

  return {
    ...sdk,
    patch(exports, patcher) {
      const client = clientClassOf(sdk, exports);
      return client !== undefined && patchMethods(client.prototype, resourceOfClass(client), patcher);
    },
    instrument,
  };
}
