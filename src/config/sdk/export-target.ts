/** A kind of telemetry. */
export type Signal = 'traces' | 'metrics' | 'logs';

/** Address and form of the requests of one signal. Plain data, because the target is cloned into the thread that sends at exit. */
export interface Target {
  readonly signal: Signal;
  readonly transport: 'http' | 'grpc';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'gzip' | 'none';
  readonly timeoutMs: number;
  readonly tls: Readonly<{ ca?: Uint8Array; cert?: Uint8Array; key?: Uint8Array }>;
}

/**
 * A URL, or a text that was meant as a URL, as messages show the URL: without the part before the host and without the
 * query, because both may hold a credential.
 */
export function shownUrl(url: string): string {
  if (URL.canParse(url)) {
    const { protocol, host, pathname } = new URL(url);
    if (/^https?:$/.test(protocol)) return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
  }
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(url) ?? [];
  return `${scheme}${rest.includes('@') ? '***' : rest.replace(/[?#].*$/s, '')}`;
}
