/** Most hosts in the list: an application has few endpoints. */
const MOST_HOSTS = 20;
const hosts = new Set<string>();

/**
 * Keeps the host of a stream that ended without token counts because nothing asked for the counts, for a report about the
 * process.
 */
export function noteStreamWithoutCounts(host: string): void {
  if (hosts.size < MOST_HOSTS) hosts.add(host);
}

/** Hosts of streams without token counts, first ended first; 20 at most. */
export const hostsWithoutCounts = (): readonly string[] => [...hosts];
