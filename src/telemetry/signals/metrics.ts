import type { Attributes, Counter, Histogram, Meter, MeterProvider } from '@opentelemetry/api';
import {
  AGENT_SECONDS,
  CALLS,
  CHUNK_SECONDS,
  SECONDS,
  TOKENS,
  WORKFLOW_SECONDS,
} from '../../facts/bucket-boundaries.ts';
import type { ActivityName, OperationName, RequestFacts, ResponseFacts, UsageFacts } from '../../facts/call.ts';
import type { MetricsSemconv } from '../../facts/llm-otel-options.ts';
import {
  AGENT_NAME,
  ERROR_TYPE,
  OPERATION_NAME,
  PROVIDER_NAME,
  REQUEST_MODEL,
  RESPONSE_MODEL,
  TOKEN_MODALITY,
  TOKEN_TYPE,
  TOOL_NAME,
  TOOL_TYPE,
  USAGE_COST,
  USAGE_ESTIMATED,
  WORKFLOW_NAME,
} from '../../facts/semconv.ts';
import { boundedName } from '../../runtime/bounded-name.ts';
import type { AgentScope } from '../../scope/agent-scope.ts';
import { addAddress } from './attributes.ts';
import { BoundedValues } from './bounded-values.ts';

const HISTOGRAMS = {
  inferenceDuration: ['gen_ai.client.inference.duration', 's', 'Duration of an inference call.'],
  timeToFirstChunk: [
    'gen_ai.client.inference.time_to_first_chunk',
    's',
    'Time to the first chunk of a streamed answer.',
  ],
  timePerOutputChunk: ['gen_ai.client.inference.time_per_output_chunk', 's', 'Time from one chunk to the next.'],
  chunkProcessing: [
    'llm_otel.stream.chunk.processing.duration',
    's',
    'Time that the application takes for a chunk of a streamed answer.',
    CHUNK_SECONDS,
  ],
  operationInput: ['gen_ai.client.inference.operation.input_tokens', '{token}', 'Input tokens of one inference call.'],
  operationOutput: [
    'gen_ai.client.inference.operation.output_tokens',
    '{token}',
    'Output tokens of one inference call.',
  ],
  operationDuration: ['gen_ai.client.operation.duration', 's', 'Duration of a client operation that is not inference.'],
  embeddingsDuration: ['gen_ai.client.embeddings.duration', 's', 'Duration of an embeddings call.'],
  embeddingsInput: [
    'gen_ai.client.embeddings.operation.input_tokens',
    '{token}',
    'Input tokens of one embeddings call.',
  ],
  executeToolDuration: ['gen_ai.execute_tool.duration', 's', 'Duration of one tool execution.'],
  invokeAgentDuration: ['gen_ai.invoke_agent.duration', 's', 'Duration of one agent invocation.', AGENT_SECONDS],
  invokeAgentInferenceCalls: [
    'gen_ai.invoke_agent.inference_calls',
    '{inference_call}',
    'Model calls of one agent invocation.',
    CALLS,
  ],
  invokeAgentToolCalls: ['gen_ai.invoke_agent.tool_calls', '{tool_call}', 'Tools run by one agent invocation.', CALLS],
  invokeWorkflowDuration: [
    'gen_ai.invoke_workflow.duration',
    's',
    'Duration of one workflow invocation.',
    WORKFLOW_SECONDS,
  ],
  oldTokenUsage: ['gen_ai.client.token.usage', '{token}', 'Tokens used, by type (v1.41).'],
  oldTimeToFirstChunk: ['gen_ai.client.operation.time_to_first_chunk', 's', 'Time to the first chunk (v1.41).'],
  oldTimePerOutputChunk: [
    'gen_ai.client.operation.time_per_output_chunk',
    's',
    'Time from one chunk to the next (v1.41).',
  ],
} as const satisfies Record<
  string,
  readonly [name: string, unit: string, description: string, buckets?: readonly number[]]
>;

const COUNTERS = {
  input: ['gen_ai.client.inference.usage.input_tokens', 'Input tokens used.'],
  output: ['gen_ai.client.inference.usage.output_tokens', 'Output tokens used.'],
  cacheRead: ['gen_ai.client.inference.usage.cache_read.input_tokens', 'Input tokens read from the provider cache.'],
  cacheWrite: ['gen_ai.client.inference.usage.cache_write.input_tokens', 'Input tokens written to the provider cache.'],
  reasoning: ['gen_ai.client.inference.usage.reasoning.output_tokens', 'Output tokens spent on reasoning.'],
  cost: [USAGE_COST, 'Cost of the tokens used, at list price.', '{USD}'],
} as const satisfies Record<string, readonly [name: string, description: string, unit?: string]>;

/** Most models in the metrics of a process. */
const MOST_MODELS = 500;
const requestModels = new BoundedValues(MOST_MODELS);
const responseModels = new BoundedValues(MOST_MODELS);

type HistogramKey = keyof typeof HISTOGRAMS;
type CounterKey = keyof typeof COUNTERS;

/** The metrics by which the conventions measure an operation. */
type Family = 'inference' | 'embeddings' | 'other';

const FAMILY: Partial<Record<OperationName, Family>> = {
  chat: 'inference',
  text_completion: 'inference',
  generate_content: 'inference',
  embeddings: 'embeddings',
};

/** The duration metric of each activity, and the span attributes that the metric has too. */
const ACTIVITIES = {
  execute_tool: ['executeToolDuration', [TOOL_NAME, TOOL_TYPE, AGENT_NAME]],
  invoke_agent: ['invokeAgentDuration', [AGENT_NAME, REQUEST_MODEL]],
  invoke_workflow: ['invokeWorkflowDuration', [WORKFLOW_NAME]],
} as const satisfies Record<ActivityName, readonly [HistogramKey, readonly string[]]>;

/** Is `operation` measured by the inference metrics? */
export const isInference = (operation: OperationName): boolean => FAMILY[operation] === 'inference';

/**
 * The metrics of the GenAI conventions and of cost, on one meter provider. Instruments are created on first use with the
 * registry's buckets as advice, so a view of the application can override the buckets.
 */
export class Metrics {
  readonly #meter: Meter;
  readonly #withLatestNames: boolean;
  readonly #withOldNames: boolean;
  readonly #histograms: Partial<Record<HistogramKey, Histogram>> = {};
  readonly #counters: Partial<Record<CounterKey, Counter>> = {};

  constructor(provider: MeterProvider, scope: string, version: string, semconv: MetricsSemconv) {
    this.#meter = provider.getMeter(scope, version);
    this.#withLatestNames = semconv !== 'v1.41';
    this.#withOldNames = semconv !== 'latest';
  }

  /** Attributes of every point of one call. */
  static attributes(request: RequestFacts, responseModel: string | undefined): Attributes {
    const attributes: Attributes = { ...request.metricAttributes };
    attributes[OPERATION_NAME] = request.operation;
    attributes[PROVIDER_NAME] = request.provider;
    if (request.model !== undefined) attributes[REQUEST_MODEL] = requestModels.value(request.model);
    if (responseModel !== undefined) attributes[RESPONSE_MODEL] = responseModels.value(responseModel);
    addAddress(attributes, request);
    return attributes;
  }

  /** The first chunk of a stream came after `seconds`. */
  firstChunk(seconds: number, attributes: Attributes): void {
    if (this.#withLatestNames) this.#histogram('timeToFirstChunk').record(seconds, attributes);
    if (this.#withOldNames) this.#histogram('oldTimeToFirstChunk').record(seconds, attributes);
  }

  /** A later chunk came `seconds` after the previous chunk. */
  chunk(seconds: number, attributes: Attributes): void {
    if (this.#withLatestNames) this.#histogram('timePerOutputChunk').record(seconds, attributes);
    if (this.#withOldNames) this.#histogram('oldTimePerOutputChunk').record(seconds, attributes);
  }

  /** The application took `seconds` for a chunk. */
  chunkProcessing(seconds: number, attributes: Attributes): void {
    this.#histogram('chunkProcessing').record(seconds, attributes);
  }

  /** One call is over: records the duration and, for inference and embeddings, the tokens. */
  end(
    request: RequestFacts,
    seconds: number,
    response: ResponseFacts | undefined,
    errorType: string | undefined,
    attributes = Metrics.attributes(request, response?.model),
  ): void {
    const withError = errorType === undefined ? attributes : { ...attributes, [ERROR_TYPE]: boundedName(errorType) };
    const family = request.measuredAsOther === true ? 'other' : (FAMILY[request.operation] ?? 'other');
    if (family === 'inference') this.#recordInference(seconds, response?.usage, attributes, withError);
    else if (family === 'embeddings') this.#recordEmbeddings(seconds, response?.usage, attributes, withError);
    else {
      this.#histogram('operationDuration').record(seconds, withError);
      // Tokens of an answer that was made in the background: no inference call has counted them.
      if (request.operation === 'fetch_response' && response?.usage !== undefined)
        this.#recordTokens(response.usage, attributes, withError);
    }
  }

  /** A call cost `dollars` USD. */
  cost(dollars: number, attributes: Attributes): void {
    this.#counter('cost').add(dollars, attributes);
  }

  /** A tool, an agent or a workflow ran for `seconds`. `attributes`: of the span, `custom`: of the application, for metrics. */
  activity(
    name: ActivityName,
    seconds: number,
    attributes: Attributes,
    agent: AgentScope | undefined,
    errorType: string | undefined,
    custom?: Attributes,
  ): void {
    const [histogram, keys] = ACTIVITIES[name];
    const metricAttributes: Attributes = { ...custom };
    for (const key of keys) if (attributes[key] !== undefined) metricAttributes[key] = attributes[key];
    if (agent !== undefined) {
      const counted = { ...custom, ...agentAttributes(agent) };
      this.#histogram('invokeAgentInferenceCalls').record(agent.inferenceCalls, counted);
      this.#histogram('invokeAgentToolCalls').record(agent.toolCalls, counted);
    }
    if (errorType !== undefined) metricAttributes[ERROR_TYPE] = errorType;
    this.#histogram(histogram).record(seconds, metricAttributes);
  }

  #recordInference(seconds: number, usage: UsageFacts | undefined, plain: Attributes, withError: Attributes): void {
    // The mark separates estimates from the provider's counts, in sums too.
    const mark: Attributes | undefined = usage?.estimated && { [USAGE_ESTIMATED]: true };
    const attributes = mark === undefined ? plain : { ...plain, ...mark };
    if (this.#withLatestNames) {
      this.#histogram('inferenceDuration').record(seconds, withError);
      if (usage !== undefined)
        this.#recordTokens(usage, attributes, mark === undefined ? withError : { ...withError, ...mark });
    }
    if (this.#withOldNames) this.#recordOldNames(seconds, usage, attributes, withError);
  }

  #recordTokens(usage: UsageFacts, attributes: Attributes, withError: Attributes): void {
    if (!this.#withLatestNames) return;
    this.#addCount('input', usage.input ?? 0, usage.inputBy, attributes);
    this.#addCount('output', usage.output ?? 0, usage.outputBy, attributes);
    if (usage.cacheRead) this.#addCount('cacheRead', usage.cacheRead, usage.cacheReadBy, attributes);
    if (usage.cacheWrite) this.#addCount('cacheWrite', usage.cacheWrite, undefined, attributes);
    if (usage.reasoning) this.#addCount('reasoning', usage.reasoning, undefined, attributes);
    if (usage.input !== undefined) this.#histogram('operationInput').record(usage.input, withError);
    if (usage.output !== undefined) this.#histogram('operationOutput').record(usage.output, withError);
  }

  #recordEmbeddings(
    seconds: number,
    usage: UsageFacts | undefined,
    attributes: Attributes,
    withError: Attributes,
  ): void {
    if (this.#withLatestNames) {
      this.#histogram('embeddingsDuration').record(seconds, withError);
      if (usage?.input !== undefined) this.#histogram('embeddingsInput').record(usage.input, attributes);
    }
    if (this.#withOldNames) this.#recordOldNames(seconds, usage, attributes, withError);
  }

  #recordOldNames(seconds: number, usage: UsageFacts | undefined, attributes: Attributes, withError: Attributes): void {
    this.#histogram('operationDuration').record(seconds, withError);
    for (const type of ['input', 'output'] as const) {
      const tokens = usage?.[type];
      if (tokens !== undefined) this.#histogram('oldTokenUsage').record(tokens, { ...attributes, [TOKEN_TYPE]: type });
    }
  }

  /** Adds a count split by modality. The points add up to `total`; tokens without a modality are `unknown`. */
  #addCount(key: CounterKey, total: number, by: UsageFacts['inputBy'], attributes: Attributes): void {
    const counter = this.#counter(key);
    let rest = total;
    if (by !== undefined) {
      for (const modality of ['text', 'image', 'audio'] as const) {
        const tokens = by[modality];
        if (tokens === undefined || tokens <= 0 || tokens > rest) continue;
        counter.add(tokens, { ...attributes, [TOKEN_MODALITY]: modality });
        rest -= tokens;
      }
    }
    if (rest > 0 || rest === total) counter.add(rest, { ...attributes, [TOKEN_MODALITY]: 'unknown' });
  }

  #histogram(key: HistogramKey): Histogram {
    const existing = this.#histograms[key];
    if (existing !== undefined) return existing;
    const [name, unit, description, buckets]: readonly [string, string, string, (readonly number[])?] = HISTOGRAMS[key];
    const advice = { explicitBucketBoundaries: [...(buckets ?? (unit === 's' ? SECONDS : TOKENS))] };
    const created = this.#meter.createHistogram(name, { unit, description, advice });
    this.#histograms[key] = created;
    return created;
  }

  #counter(key: CounterKey): Counter {
    const existing = this.#counters[key];
    if (existing !== undefined) return existing;
    const [name, description, unit = '{token}'] = COUNTERS[key];
    const created = this.#meter.createCounter(name, { unit, description });
    this.#counters[key] = created;
    return created;
  }
}

function agentAttributes({ name }: AgentScope): Attributes {
  return name === undefined ? {} : { [AGENT_NAME]: name };
}
