/** Providers that stand for another provider, or for none. */

type Delegating = { getDelegate?(): object; _getDelegate?(): object };

/** Is `provider` the API's proxy for a provider that may be registered later? */
export const isProxy = (provider: object): boolean => 'getDelegate' in provider || '_getDelegate' in provider;

/** The provider behind the API's proxy: the proxy stays the same object when its delegate changes. */
export function delegateOf(provider: object): object {
  const proxy = provider as Delegating;
  return proxy.getDelegate?.() ?? proxy._getDelegate?.() ?? provider;
}

/** Is there no provider, or a provider without any effect? */
export const isNoop = (provider: object | undefined): boolean =>
  provider === undefined || (delegateOf(provider).constructor?.name ?? '').startsWith('Noop');
