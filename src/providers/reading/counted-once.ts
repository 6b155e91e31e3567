/** Most ids that are remembered. */
const MOST = 10_000;

const counted = new Set<string>();

/**
 * True for the first caller with `id`: an answer that is made in the background is fetched several times, and its tokens
 * count once in a process.
 */
export function isFirstCount(id: string): boolean {
  if (counted.has(id)) return false;
  counted.add(id);
  const [oldest] = counted.size > MOST ? counted : [];
  if (oldest !== undefined) counted.delete(oldest);
  return true;
}
