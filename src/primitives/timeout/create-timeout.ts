import { asObject } from '../../providers/reading/unknown-values.ts';
import { readSafely } from '../../runtime/guard.ts';
import { labelOf } from '../call-context.ts';
import { checkFunction, checkOptions, type OptionRule } from '../check-options.ts';
import { FUNCTION_FORM } from '../streams/stream-form.ts';
import type { LlmFunction, Wrapped } from '../types.ts';
import { type TimedFunction, TimedRun } from './run-timed.ts';
import { TimeoutCounts } from './timeout-counts.ts';
import { TIMEOUT_ENGINE, type TimeoutEngine } from './timeout-engine.ts';
import type { TimeoutLayer, TimeoutOptions, TimeoutStats } from './timeout-options.ts';

const RULES = {
  name: 'name',
  totalMs: 'time',
  graceMs: 'time_or_zero',
  softMs: 'time',
  firstChunkMs: 'time',
  chunkMs: 'time',
  fallback: 'function',
} as const satisfies Record<keyof TimeoutOptions, OptionRule>;

const LIMITS = ['totalMs', 'softMs', 'firstChunkMs', 'chunkMs'] as const satisfies readonly (keyof TimeoutOptions)[];

/** Throws if `options` are no options of a time limit. `place` is the called function, `path` the option with the limits. */
export function checkTimeoutOptions(place: string, options: TimeoutOptions, path = ''): void {
  checkOptions(place, options, RULES, path);
  if (LIMITS.some((limit) => options[limit] !== undefined)) return;
  throw new TypeError(`${place}: ${path || 'options'} must have at least one of the limits ${LIMITS.join(', ')}`);
}

/**
 * Makes a layer with time limits. At a limit the call rejects with an {@link LlmTimeoutError}, and the signal of the function
 * is aborted, whether or not the function heeds the signal.
 *
 * `firstChunkMs` and `chunkMs` count outputs of streams, not pings: a stream that sends only comments runs into the limit.
 * `firstChunkMs` is for streams alone: until a function has returned a stream, or its input has `stream: true`, only
 * `totalMs` limits the call.
 *
 * @throws TypeError for an option of a wrong kind or without any limit, RangeError for a number out of range
 * @example
 * ```ts
 * const limits = createTimeout({ totalMs: 30_000, firstChunkMs: 5_000, chunkMs: 10_000 });
 * const ask = limits((question: string, { signal }) =>
 *   openai.chat.completions.create(
 *     { model: 'gpt-4o-mini', messages: [{ role: 'user', content: question }], stream: true },
 *     { signal },
 *   ),
 * );
 * for await (const chunk of await ask('Hello')) process.stdout.write(chunk.choices[0]?.delta.content ?? '');
 * ```
 */
export function createTimeout(options: TimeoutOptions): TimeoutLayer {
  checkTimeoutOptions('createTimeout', options);
  return timeoutLayer('createTimeout', options);
}

/**
 * `fn` with time limits: `createTimeout(options)(fn)`, with a fallback of the types of `fn`.
 *
 * @throws TypeError for an option of a wrong kind or without any limit, RangeError for a number out of range
 * @example
 * ```ts
 * const ask = withTimeout(callModel, { totalMs: 10_000, fallback: () => 'Please ask again later.' });
 * ```
 */
export function withTimeout<I, R>(fn: LlmFunction<I, R>, options: TimeoutOptions<I, R>): Wrapped<I, R> {
  checkFunction('withTimeout', 'fn', fn);
  const plain = options as TimeoutOptions;
  checkTimeoutOptions('withTimeout', plain);
  return timeoutLayer('withTimeout', plain)(fn);
}

/** An input with `stream: true` asks for a stream. */
const asksForStream = (input: unknown): boolean => readSafely(() => asObject(input)?.stream === true, false);

function timeoutLayer(place: string, options: TimeoutOptions): TimeoutLayer {
  const counts = new TimeoutCounts();
  const layer = <I, R>(fn: LlmFunction<I, R>): Wrapped<I, R> => {
    checkFunction(place, 'fn', fn);
    const operation = labelOf(options.name, fn);
    const timed: TimedFunction = {
      fn: fn as LlmFunction<unknown, unknown>,
      operation,
      options,
      counts,
      form: FUNCTION_FORM,
      asksForStream,
    };
    const wrapped: Wrapped<unknown, unknown> = (input, callOptions) =>
      new TimedRun(timed, input, callOptions).result(callOptions);
    return wrapped as Wrapped<I, R>;
  };
  const engine: TimeoutEngine = { options, counts };
  Object.defineProperty(layer, TIMEOUT_ENGINE, { value: engine });
  return Object.assign(layer, { stats: (): TimeoutStats => counts.stats() });
}
