import { asArray, asNumber, asObject } from '../../../providers/reading/unknown-values.ts';

/** Why a call is neither looked up nor stored: `llm_otel.cache.bypass_reason`. */
export type BypassReason = 'requested' | 'sampled' | 'stateful' | 'unkeyable' | 'not_inference';

type Fields = Readonly<Record<string, unknown>>;

/** Objects of a request that hold sampling parameters: none, `config` of `@google/genai`, `generationConfig` of the HTTP API of Gemini. */
const SAMPLING_PLACES = ['config', 'generationConfig'] as const;

/** Whether a request asks for chance, by name of the parameter. Without a temperature, a request is cached. */
const SAMPLED = {
  temperature: (value) => (asNumber(value) ?? 0) > 0,
  n: (value) => (asNumber(value) ?? 1) > 1,
  candidateCount: (value) => (asNumber(value) ?? 1) > 1,
} as const satisfies Readonly<Record<string, (value: unknown) => boolean>>;

/** Whether the answer depends on state at the provider, by name of the parameter. */
const STATEFUL = {
  previous_response_id: isPresent,
  conversation: isPresent,
  background: (value) => value === true,
  container: isPresent,
} as const satisfies Readonly<Record<string, (value: unknown) => boolean>>;

/**
 * Why `input` is not looked up, by the parameters of OpenAI's chat completions and responses, of Anthropic's messages, and of
 * Gemini. `undefined` if the input may be looked up. Throws the errors of getters.
 */
export function bypassReasonOf(input: unknown, cacheSampled: boolean): BypassReason | undefined {
  const request = requestOf(input);
  if (request === undefined) return undefined;
  if (matches(STATEFUL, request)) return 'stateful';
  if (cacheSampled) return undefined;
  const places = [request, ...SAMPLING_PLACES.map((place) => asObject(request[place]))];
  return places.some((place) => place !== undefined && matches(SAMPLED, place)) ? 'sampled' : undefined;
}

/** A request, or the first of a list of arguments. */
function requestOf(input: unknown): Fields | undefined {
  return asObject(Array.isArray(input) ? asArray(input)?.[0] : input);
}

function matches(table: Readonly<Record<string, (value: unknown) => boolean>>, fields: Fields): boolean {
  for (const name in table) if (table[name]?.(fields[name]) === true) return true;
  return false;
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
