import { StreamJudge } from '../../answers/answer-judge.ts';
import type { AnswerForm, OpenedAnswer } from '../engine/answer-form.ts';
import { plainJson } from '../entries/plain-json.ts';

/** How results of functions are opened: an async iterable is a stream, everything else a whole value. */
export function functionForm<R>(cacheToolCalls: boolean): AnswerForm<R, unknown> {
  return {
    pack: plainJson,
    unpack: (value) => value,
    open: openResult,
    judgeStream: () => new StreamJudge(cacheToolCalls),
    readChunks: (chunks) => chunks.map((chunk) => JSON.parse(chunk) as unknown),
    fromValue: (value) => value as R,
    fromStream: (_head, stream) => stream as R,
  };
}

function openResult(result: unknown): OpenedAnswer<unknown> {
  const iterator = iteratorOf(result);
  if (iterator === undefined) return { kind: 'value', value: result };
  return {
    kind: 'stream',
    head: undefined,
    source: { next: async () => iterator.next(), close: () => void closeIterator(iterator) },
  };
}

function iteratorOf(result: unknown): AsyncIterator<unknown> | undefined {
  const iterable = result as Partial<AsyncIterable<unknown>> | null | undefined;
  if (typeof result !== 'object' || typeof iterable?.[Symbol.asyncIterator] !== 'function') return undefined;
  return iterable[Symbol.asyncIterator]?.();
}

/** Nobody waits for the end of a stream that nobody reads. */
async function closeIterator(iterator: AsyncIterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // the last words of a stream that nobody reads
  }
}
