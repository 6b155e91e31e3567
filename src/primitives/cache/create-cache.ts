import { readSafely } from '../../runtime/guard.ts';
import { callerSignal, innerContext, labelOf } from '../call-context.ts';
import { checkFunction } from '../check-options.ts';
import { CACHE_ENGINE, type CacheEngine } from '../fetch/cache-engine.ts';
import type { CallContext, CallOptions, LlmFunction, Settled, Wrapped } from '../types.ts';
import type { CacheLayer, CacheOptions } from './cache-options.ts';
import { type CacheSettings, cacheSettings } from './cache-settings.ts';
import { AnswerEngine } from './engine/answer-engine.ts';
import type { CacheRequest } from './engine/answer-form.ts';
import { modelOfRequest } from './engine/saved-tokens.ts';
import { functionForm } from './functions/function-form.ts';
import { type BypassReason, bypassReasonOf } from './key/bypass-reason.ts';
import { callKey, callKeyOrNone } from './key/call-key.ts';
import { responseRequest } from './responses/answer-request.ts';

/**
 * A layer that gives the recorded answer to an equal call: from memory, Redis, Valkey, Keyv or a store of your own. Equal calls
 * at the same time make one call. Streams are recorded while they pass, and replayed chunk by chunk. Errors, cut streams,
 * answers that were cut off and tool calls are never stored. Whatever is wrong with the store is a miss.
 *
 * Every function needs a cache of its own, or a `namespace` of its own: the key is made of the input alone. Throws a TypeError
 * or a RangeError for wrong options.
 *
 * @example
 * ```ts
 * const cache = createCache({ store: redis, ttlMs: 600_000 });
 * const ask = cache((request: ChatRequest, { signal }) => openai.chat.completions.create(request, { signal }));
 * await ask({ model: 'gpt-4o-mini', messages });
 * ```
 */
export function createCache(options: CacheOptions = {}): CacheLayer {
  const settings = cacheSettings(options);
  const engine = new AnswerEngine(settings);
  const layer = <I, R>(fn: LlmFunction<I, R>): Wrapped<I, R> => {
    checkFunction('createCache', 'the first argument of the layer', fn);
    const name = labelOf(settings.name, fn);
    return (input, callOptions) => engine.answer(functionRequest(fn, input, callOptions ?? {}, name, settings));
  };
  const fetchEngine: CacheEngine = {
    servesStale: settings.staleWhileRevalidateMs > 0,
    fetch: (call, send, onOutcome) => engine.answer({ ...responseRequest(call, send, settings), onOutcome }),
  };
  return Object.assign(Object.defineProperty(layer, CACHE_ENGINE, { value: fetchEngine }), {
    key: (input: unknown) => callKey(input, settings),
    // An input without a key is never stored.
    delete: async (input: unknown) => {
      const key = callKeyOrNone(input, settings);
      if (key !== undefined) await engine.delete(key);
    },
    stats: () => engine.stats(),
  });
}

function functionRequest<I, R>(
  fn: LlmFunction<I, R>,
  input: I,
  options: CallOptions & Partial<Pick<CallContext, 'attempt' | 'route'>>,
  name: string,
  settings: CacheSettings,
): CacheRequest<Settled<R>, unknown> {
  const reason = reasonOf(input, options, settings);
  const key = reason === undefined ? callKeyOrNone(input, settings, options.route?.name) : undefined;
  return {
    name,
    key,
    bypassReason: reason ?? (key === undefined ? 'unkeyable' : undefined),
    isRefresh: options.cache === 'refresh',
    signal: callerSignal(options),
    priced: { model: modelOfRequest(input), provider: options.route?.provider },
    form: functionForm<Settled<R>>(settings.cacheToolCalls),
    call: (signal) => fn(input, innerContext(options, signal)),
  };
}

function reasonOf(input: unknown, { cache }: CallOptions, { cacheSampled }: CacheSettings): BypassReason | undefined {
  if (cache === 'bypass') return 'requested';
  return readSafely<BypassReason | undefined>(() => bypassReasonOf(input, cacheSampled), 'unkeyable');
}
