/** Names of attributes and events of the primitives. docs/primitives.md says what each means. */

/** Label of the layer, on every span and metric of a primitive. */
export const PRIMITIVE_NAME = 'llm_otel.primitive.name';

/** Attributes of spans and metrics of a cache. */
export const CACHE = {
  outcome: 'llm_otel.cache.outcome',
  bypassReason: 'llm_otel.cache.bypass_reason',
  notStored: 'llm_otel.cache.not_stored',
  /** In seconds. */
  age: 'llm_otel.cache.age',
  store: 'llm_otel.cache.store',
  storeOperation: 'llm_otel.cache.store.operation',
  savedCost: 'llm_otel.cache.saved.cost',
  savedInputTokens: 'llm_otel.cache.saved.input_tokens',
  savedOutputTokens: 'llm_otel.cache.saved.output_tokens',
  savedModel: 'llm_otel.cache.saved.model',
} as const;

/** Attributes and the event of spans and metrics of a router. */
export const ROUTER = {
  route: 'llm_otel.router.route',
  reason: 'llm_otel.router.reason',
  strategy: 'llm_otel.router.strategy',
  attempts: 'llm_otel.router.attempts',
  savedCost: 'llm_otel.router.saved.cost',
  outcome: 'llm_otel.router.outcome',
  /** In seconds. */
  duration: 'llm_otel.router.duration',
  /** In seconds. */
  cooldown: 'llm_otel.router.cooldown',
  circuitState: 'llm_otel.router.circuit.state',
  attemptEvent: 'llm_otel.router.attempt',
} as const;

/** Attributes and events of spans and metrics of a time limit. */
export const TIMEOUT = {
  outcome: 'llm_otel.timeout.outcome',
  limit: 'llm_otel.timeout.limit',
  limitMs: 'llm_otel.timeout.limit_ms',
  softEvent: 'llm_otel.timeout.soft_exceeded',
  totalEvent: 'llm_otel.timeout.total_exceeded',
} as const;
