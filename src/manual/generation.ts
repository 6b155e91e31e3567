import type { CallReader } from '../facts/call.ts';
import { callWith } from '../otel/globals.ts';
import { StreamState } from '../patching/streams/stream-state.ts';
import { nonEmptyText } from '../providers/reading/content-parts.ts';
import { asObject } from '../providers/reading/unknown-values.ts';
import { swallow } from '../runtime/guard.ts';
import type { Operation } from '../telemetry/call/operation.ts';
import { ownTelemetry } from './app-recorder.ts';
import type { Generation, GenerationOptions } from './generation-options.ts';
import { inputOf, operationOf, requestOf } from './generation-request.ts';
import { GenerationStream, ToldGeneration } from './generation-response.ts';
import { type ObservedRun, runObserved } from './observe-return-value.ts';

/**
 * Records one call of a model by a client that this package does not know: the same span, metrics, cost and content rules
 * as for any other call. `fn` makes the call and tells `call` what was answered. Returns and throws what `fn` does; a
 * promise, stream or async iterable is the very one that `fn` gave, and the call lasts until it is settled or read.
 *
 * A call of a known SDK inside `fn` has no span of its own then: what is not said here is taken from it.
 *
 * @param options what is known before the call; something that cannot be used is left out with one warning
 * @example
 * const answer = await traceGeneration({ provider: 'cohere', model: 'command-a' }, async (call) => {
 *   const answer = await cohere.chat({ model: 'command-a', messages });
 *   const { inputTokens, outputTokens } = answer.usage.tokens;
 *   call.response({ id: answer.id, finishReasons: answer.finishReason, usage: { inputTokens, outputTokens } });
 *   return answer;
 * });
 */
export function traceGeneration<T, Chunk = unknown>(options: GenerationOptions<Chunk>, fn: (call: Generation) => T): T {
  const told = new ToldGeneration();
  const operation = start(options, told);
  if (operation === undefined) return fn(told);
  if (operation.contextOnly) return callWith(operation.context, fn, undefined, [told]) as T;
  return runObserved(new GenerationRun(operation), () => fn(told));
}

function start(options: unknown, told: ToldGeneration): Operation | undefined {
  try {
    return ownTelemetry()?.start(readerOf(asObject(options) ?? {}, told), undefined, []);
  } catch (error) {
    swallow(error); // options whose getters throw
    return undefined;
  }
}

/** Reads a call by what the application says of it. */
function readerOf(options: Readonly<Record<string, unknown>>, told: ToldGeneration): CallReader {
  const operation = operationOf(options);
  return {
    operation,
    request: () => requestOf(options, operation),
    response: () => told.facts,
    factsWithoutBody: () => told.facts,
    stream: (content, limit) => new GenerationStream(told, options.onChunk, content ? limit : undefined),
    input: () => inputOf(options),
    output: (body) => told.output(nonEmptyText(body)),
  };
}

/** A call as its result shows it. */
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
