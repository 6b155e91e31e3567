/** Shared by all copies of this package: the pipelines of `register` put their flush in place. */
const FLUSH = Symbol.for('@x/llm-otel.flush');

/** Sends everything within so many milliseconds; true if everything arrived or was refused for good. */
export type Flush = (timeoutMs: number) => Promise<boolean>;

const scope = globalThis as unknown as { [FLUSH]?: Set<Flush> };

/** Adds a flush to those that {@link flush} calls. */
export function addFlush(run: Flush): void {
  scope[FLUSH] ??= new Set();
  scope[FLUSH].add(run);
}

/**
 * Sends all telemetry that this package holds, for functions that are frozen between two requests. Resolves to true if
 * everything arrived or was refused for good within `timeoutMs` (default 5,000); true at once where no SDK of this package
 * runs. Never rejects.
 *
 * @example
 * export const handler = async (event) => {
 *   const answer = await run(event);
 *   await flush();
 *   return answer;
 * };
 */
export async function flush(timeoutMs = 5000): Promise<boolean> {
  try {
    const sent = await Promise.all([...(scope[FLUSH] ?? [])].map((run) => run(timeoutMs)));
    return sent.every(Boolean);
  } catch {
    return false;
  }
}
