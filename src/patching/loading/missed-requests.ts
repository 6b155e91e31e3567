/** Most requests in the list: one warning a request is enough for a person to act. */
const MOST_REQUESTS = 20;
const missed = new Set<string>();

/** Keeps a request that is not recorded for a report about the process. `request`: package and user agent. */
export function noteMissedRequest(request: string): void {
  if (missed.size < MOST_REQUESTS) missed.add(request);
}

/** Requests that are not recorded, each as `openai (OpenAI/JS 7.55.0)`, first missed first; 20 at most. */
export const missedRequests = (): readonly string[] => [...missed];
