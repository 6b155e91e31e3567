/** A pipeline as far as memory is concerned. */
export interface Bounded {
  /** Bytes that wait or are on their way. */
  readonly queueBytes: number;
  /** Most of these bytes. */
  readonly maxQueueBytes: number;
}

const pipelines = new Set<Bounded>();

/** Counts a pipeline among those that share the memory of the process; returns a function that takes the pipeline out. */
export function shareMemory(pipeline: Bounded): () => void {
  pipelines.add(pipeline);
  return () => pipelines.delete(pipeline);
}

/** True if `bytes` more fit: all pipelines of a process together hold at most twice the largest bound of one. */
export function fitsProcess(bytes: number): boolean {
  if (pipelines.size < 3) return true;
  let held = bytes;
  let largest = 0;
  for (const { queueBytes, maxQueueBytes } of pipelines) {
    held += queueBytes;
    largest = Math.max(largest, maxQueueBytes);
  }
  return held <= largest * 2;
}
