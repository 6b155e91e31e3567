import { readFileSync } from 'node:fs';

/** State of a socket that waits for connections, in `/proc/net/tcp`. */
const LISTENING = '0A';
/** Loopback and wildcard addresses, as the kernel writes the bytes: IPv4, IPv6, and IPv4 inside of IPv6. */
const LOCAL = /^(?:0100007F|0{8}|0{32}|0{24}01000000|0{16}FFFF00000100007F)$/;
const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
const LOOPBACKS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);

/**
 * True if a server of this machine listens at the port: known at once, while node answers `listen()` in a later turn, and an
 * application reads the address of the metrics right after the start. Only Linux tells; elsewhere, and for addresses that are
 * not local, the result is false, and the server reports the error later. Checked with Linux 4.4 to 6.8 by
 * test/pipeline/exporters/prometheus/port-taken.test.ts.
 */
export function isPortTaken(host: string, port: number): boolean {
  const isWildcard = WILDCARDS.has(host);
  if (process.platform !== 'linux' || (!isWildcard && !LOOPBACKS.has(host))) return false;
  return ['/proc/net/tcp', '/proc/net/tcp6'].some((file) =>
    listenersIn(file).some((one) => one.port === port && (isWildcard || LOCAL.test(one.address))),
  );
}

function listenersIn(file: string): { readonly address: string; readonly port: number }[] {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    return []; // no /proc, or --permission without this file
  }
  return text.split('\n').flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    return state === LISTENING ? [{ address, port: Number.parseInt(port, 16) }] : [];
  });
}
