import type { ResponseFacts, StreamReader } from '../../facts/call.ts';
import { asObject } from '../../providers/reading/unknown-values.ts';
import { type AnswerFormat, formatOfChunk, formatOfResult } from './answer-formats.ts';

/** Why an answer is not stored: `llm_otel.cache.not_stored`. */
export type NotStored =
  | 'tool_calls'
  | 'incomplete'
  | 'finish_reason'
  | 'error'
  | 'too_large'
  | 'unserializable'
  | 'should_store';

/** An answer as the cache sees the answer. */
export interface JudgedAnswer {
  /** Format of the answer; `undefined` for a value of the application's own kind, which is complete by its end. */
  readonly format: AnswerFormat | undefined;
  readonly facts: ResponseFacts | undefined;
  /** `undefined` if the answer may be stored. */
  readonly notStored: NotStored | undefined;
}

/** Judges the chunks of one stream while the chunks pass. */
export interface ChunkJudge<C> {
  read(chunk: C): void;
  /** True after the chunk that ends every stream of the format. */
  readonly hasEnded: boolean;
  judge(): JudgedAnswer;
}

/** Judges a whole answer. */
export function judgeResult(value: unknown, cacheToolCalls: boolean): JudgedAnswer {
  const body = asObject(value);
  const format = body && formatOfResult(body);
  const facts = body && format?.facts(body);
  if (format === undefined && isErrorAnswer(body)) return { format, facts, notStored: 'error' };
  return { format, facts, notStored: facts && reasonAgainst(facts, cacheToolCalls) };
}

/** An error as an answer, of a server that sends errors with the status 200. */
const isErrorAnswer = (body: Readonly<Record<string, unknown>> | undefined): boolean =>
  body !== undefined && asObject(body.error) !== undefined;

/** What speaks against storing an answer with `facts`. An answer without reasons is of a kind that has none, as embeddings. */
function reasonAgainst(
  { failure, finishReasons, toolCalls }: ResponseFacts,
  cacheToolCalls: boolean,
): NotStored | undefined {
  if (failure !== undefined) return 'error';
  if (finishReasons === undefined) return undefined;
  // `error` stands for a choice without a reason.
  if (finishReasons.length === 0 || finishReasons.includes('error')) return 'incomplete';
  const calls = finishReasons.includes('tool_calls') || (toolCalls !== undefined && toolCalls.length > 0);
  if (calls && !cacheToolCalls) return 'tool_calls';
  return finishReasons.every((reason) => reason === 'stop' || reason === 'tool_calls') ? undefined : 'finish_reason';
}

/** Judges a stream while the stream passes. Keeps the facts, never the chunks. */
export class StreamJudge {
  readonly #cacheToolCalls: boolean;
  #format: AnswerFormat | undefined;
  #reader: StreamReader | undefined;
  #failed = false;
  #ended = false;

  constructor(cacheToolCalls: boolean) {
    this.#cacheToolCalls = cacheToolCalls;
  }

  /** Was the last chunk read that every stream of this format has? */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** The stream has ended by a mark outside of its chunks, as `[DONE]`. */
  end(): void {
    this.#ended = true;
  }

  read(chunk: unknown): void {
    const fields = asObject(chunk);
    if (fields === undefined) return;
    if (fields.type === 'error' || asObject(fields.error) !== undefined) this.#failed = true;
    if (this.#reader === undefined) {
      this.#format = formatOfChunk(fields);
      this.#reader = this.#format?.reader?.();
    }
    this.#reader?.read(fields);
    if (this.#format?.isEnd?.(fields) === true) this.#ended = true;
  }

  /** The judgement at the end of the source, or after the end mark. */
  judge(): JudgedAnswer {
    const facts = this.#reader?.facts(true);
    const against = facts && reasonAgainst(facts, this.#cacheToolCalls);
    const cut = this.#format?.isEnd !== undefined && !this.#ended ? 'incomplete' : undefined;
    return { format: this.#format, facts, notStored: this.#failed ? 'error' : (against ?? cut) };
  }
}
