import type { Target } from '../../config/sdk/export-target.ts';

/** Certificates of a target, as node:tls takes certificates. */
export interface TlsOptions {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** A cloned Buffer arrives in the other thread as a plain Uint8Array, which node:tls does not take. */
export function tlsOptions({ tls: { ca, cert, key } }: Target): TlsOptions {
  return {
    ...(ca && { ca: Buffer.from(ca) }),
    ...(cert && { cert: Buffer.from(cert) }),
    ...(key && { key: Buffer.from(key) }),
  };
}
