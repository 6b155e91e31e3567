import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { UsageError } from '../command.ts';

/** A port as the user wants the port. */
export interface WantedPort {
  /** Name of the option. */
  readonly option: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly host: string;
  /** What happens if another program has the port: any free port, no port, or the end. */
  readonly ifTaken: 'any' | 'none' | 'end';
  /** What the user can do about a port that is taken, for the message. */
  readonly advice: string;
}

/** Listens; returns the port, or undefined where the port is taken and the wish is to do without. Throws {@link UsageError}. */
export async function listen(
  server: Server,
  { option, port, host, ifTaken, advice }: WantedPort,
): Promise<number | undefined> {
  try {
    return await listenOn(server, port, host);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE') throw new UsageError(`--${option}: ${host}:${port} cannot be used (${code})`);
    if (ifTaken === 'any') return listenOn(server, 0, host);
    if (ifTaken === 'none') return undefined;
    throw new UsageError(`--${option}: port ${port} is taken${advice}`);
  }
}

async function listenOn(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host.replace(/^\[|\]$/g, ''));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
