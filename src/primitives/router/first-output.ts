import type { ChunkMeaning } from '../streams/output-chunks.ts';

/** Most bytes that are held before the first output. A stream that sends more without output is committed. */
const MAX_HELD_BYTES = 65_536;
/** Least size of a held chunk, so that empty chunks come to an end too. */
const CHUNK_BYTES = 64;

/** A stream up to its first output. */
export interface StreamStart<C> {
  /** Chunks that were read, in order; the last is the first output, or the error event. */
  readonly held: readonly C[];
  /** `error`: the server sent an error event. `ended`: the stream ended without any output. */
  readonly end: 'output' | 'error' | 'ended';
}

/** Reads `source` up to the first output. Errors of the source reject. `isOpen`: false stops the reading. */
export async function readStart<C>(
  source: AsyncIterator<C>,
  meaningOf: (chunk: C) => ChunkMeaning,
  isOpen: () => boolean,
): Promise<StreamStart<C>> {
  const held: C[] = [];
  let bytes = 0;
  while (isOpen()) {
    const { done, value } = await source.next();
    if (done === true) break;
    held.push(value);
    bytes += sizeOf(value);
    const meaning = meaningOf(value);
    if (meaning === 'error') return { held, end: 'error' };
    if (meaning === 'output' || bytes >= MAX_HELD_BYTES) return { held, end: 'output' };
  }
  return { held, end: 'ended' };
}

function sizeOf(chunk: unknown): number {
  if (typeof chunk === 'string') return chunk.length + CHUNK_BYTES;
  if (chunk instanceof Uint8Array) return chunk.byteLength + CHUNK_BYTES;
  try {
    return (JSON.stringify(chunk)?.length ?? 0) + CHUNK_BYTES;
  } catch {
    return MAX_HELD_BYTES; // a circle: nobody knows the size
  }
}

/** The held chunks, and then the rest of the source. A closed iterator closes the source. */
export function withHeld<C>(held: readonly C[], source: AsyncIterator<C>): AsyncIterator<C> {
  const waiting = [...held];
  return {
    async next() {
      return waiting.length > 0 ? { done: false, value: waiting.shift() as C } : source.next();
    },
    async return() {
      waiting.length = 0;
      return (await source.return?.()) ?? { done: true, value: undefined };
    },
  };
}
