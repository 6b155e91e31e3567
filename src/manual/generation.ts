import type { CallReader } from '../facts/call.ts';
import { callWith } from '../otel/globals.ts';
import { StreamState } from '../patching/streams/stream-state.ts';
import { nonEmptyText } from '../providers/reading/content-parts.ts';
import { googleFailure } from '../providers/reading/error-codes.ts';
import { asObject } from '../providers/reading/unknown-values.ts';
import { swallow } from '../runtime/guard.ts';
import type { Operation } from '../telemetry/call/operation.ts';
import { appRecorder } from './app-recorder.ts';
import type { Generation, GenerationOptions } from './generation-options.ts';
import { inputOf, operationOf, requestOf } from './generation-request.ts';
import { GenerationStream, ReportedGeneration } from './generation-response.ts';
import { type ObservedRun, runObserved } from './observe-return-value.ts';

/**
 * Records one call of a model by a client unknown to this package: with the same span, metrics, cost and content rules as
 * for any other call. `fn` makes the call and reports the answer to `call`. Returns the result of `fn` and throws the
 * errors of `fn`. A promise, stream or async iterable is returned as the same object, and the call lasts until the promise
 * is settled or the stream is read.
 *
 * A call of a known SDK inside `fn` gets no separate span: values that are not reported here are taken from the SDK's call.
 *
 * @param options values known before the call; a value that cannot be used is left out with one warning
 * @example
 * const answer = await traceGeneration({ provider: 'cohere', model: 'command-a' }, async (call) => {
 *   const answer = await cohere.chat({ model: 'command-a', messages });
 *   call.response({ id: answer.id, finishReasons: answer.finishReason, usage: { ...answer.usage?.tokens } });
 *   return answer;
 * });
 */
export function traceGeneration<T, Chunk = unknown>(options: GenerationOptions<Chunk>, fn: (call: Generation) => T): T {
  // A call without options is a mistake, and the function of the application runs all the same.
  if (typeof options === 'function' && fn === undefined)
    return traceGeneration<T>({} as GenerationOptions, options as unknown as (call: Generation) => T);
  const generation = new ReportedGeneration();
  const operation = startOperation(options, generation);
  if (operation === undefined) return fn(generation);
  if (operation.contextOnly) return callWith(operation.context, fn, undefined, [generation]) as T;
  return runObserved(new GenerationRun(operation), () => fn(generation));
}

function startOperation(options: unknown, generation: ReportedGeneration): Operation | undefined {
  try {
    return appRecorder()?.start(readerOf(asObject(options) ?? {}, generation), undefined, []);
  } catch (error) {
    swallow(error); // getters of the options may throw
    return undefined;
  }
}

/** Reads a call from the options and the reports of the application. */
function readerOf(options: Readonly<Record<string, unknown>>, generation: ReportedGeneration): CallReader {
  const operation = operationOf(options);
  return {
    operation,
    request: () => requestOf(options, operation),
    response: () => generation.facts,
    factsWithoutBody: () => generation.facts,
    stream: (content, limit) => new GenerationStream(generation, options.onChunk, content ? limit : undefined),
    input: () => inputOf(options),
    output: (body) => generation.output(nonEmptyText(body)),
    failure: googleFailure,
  };
}

/** Ends the operation of a call as the result of the call shows. */
class GenerationRun implements ObservedRun {
  readonly operation: Operation;
  inFlight = 0;
  bound = false;
  #stream: StreamState | undefined;

  constructor(operation: Operation) {
    this.operation = operation;
  }

  get context(): Operation['context'] {
    return this.operation.context;
  }

  get ended(): boolean {
    return this.operation.ended;
  }

  streams(): void {
    if (this.operation.stream()) this.#stream = new StreamState(this.operation, undefined);
  }

  end(result: unknown): void {
    this.operation.end(result);
  }

  chunk(value: unknown): void {
    this.#stream?.chunk(value);
  }

  done(): void {
    if (this.#stream === undefined) this.operation.complete();
    else this.#stream.done();
  }

  failed(error: unknown): void {
    if (this.#stream === undefined) this.operation.failOrCancel(error);
    else this.#stream.failed(error);
  }

  cancel(): void {
    if (this.#stream === undefined) this.operation.cancel();
    else this.#stream.cancel();
  }

  abandon(): void {
    if (this.#stream === undefined) this.operation.abandon();
    else this.#stream.abandon();
  }
}
