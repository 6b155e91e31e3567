import { crc32 } from 'node:zlib';

/** What the name of a file says about the request in the file. */
export interface FileName {
  /** Milliseconds since 1970 at which the request was written. */
  readonly time: number;
  readonly sequence: number;
  /** Eight hexadecimal digits of the process that wrote the file. */
  readonly instance: string;
  /** Bytes of the request. */
  readonly length: number;
  /** CRC-32 of the request, eight hexadecimal digits. */
  readonly crc: string;
  readonly signal: 'traces' | 'logs';
  readonly format: 'pb' | 'json';
  readonly isEncrypted: boolean;
  /** Process that sends the request now. */
  readonly claimedBy: number | undefined;
}

const PATTERN =
  /^(\d{13})-(\d{6})-([0-9a-f]{8})-(\d+)-([0-9a-f]{8})\.(traces|logs)\.(pb|json)(\.enc)?(?:\.claim-(\d+))?$/;

/** The name of a file that no process has claimed. */
export function fileName(file: Omit<FileName, 'claimedBy'>): string {
  const { time, sequence, instance, length, crc, signal, format, isEncrypted } = file;
  const order = `${String(Math.floor(time)).padStart(13, '0')}-${String(sequence).padStart(6, '0')}`;
  return `${order}-${instance}-${length}-${crc}.${signal}.${format}${isEncrypted ? '.enc' : ''}`;
}

/** Reads a name; undefined for files that are no requests. */
export function parseFileName(name: string): FileName | undefined {
  const parts = PATTERN.exec(name);
  if (parts === null) return undefined;
  const [, time, sequence, instance = '', length, crc = '', signal, format, encrypted, pid] = parts;
  return {
    time: Number(time),
    sequence: Number(sequence),
    instance,
    length: Number(length),
    crc,
    signal: signal as FileName['signal'],
    format: format as FileName['format'],
    isEncrypted: encrypted !== undefined,
    claimedBy: pid === undefined ? undefined : Number(pid),
  };
}

/** The name under which a process holds a file while the request is on its way. */
export const claimName = (name: string, pid: number): string => `${name}.claim-${pid}`;

/** The name of a file without its claim. */
export const withoutClaim = (name: string): string => name.replace(/\.claim-\d+$/, '');

/** CRC-32 of a request in eight hexadecimal digits. */
export const checksum = (body: Uint8Array): string => crc32(body).toString(16).padStart(8, '0');
