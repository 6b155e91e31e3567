/** A chat model that makes its requests itself, as LangChain's own data shows it. */
import type { Attributes } from '@opentelemetry/api';
import type { CallReader, ChunkKind, ResponseFacts, StreamReader, UsageFacts } from '../../facts/call.ts';
import type { OutputMessage } from '../../facts/messages.ts';
import {
  REQUEST_MAX_TOKENS,
  REQUEST_STOP_SEQUENCES,
  REQUEST_STREAM,
  REQUEST_TEMPERATURE,
  REQUEST_TOP_P,
} from '../../facts/semconv.ts';
import { textOf } from '../openai/content-parts.ts';
import { finishReason, finishReasonField } from '../reading/finish-reasons.ts';
import { concatenated, idsOf } from '../reading/tool-call-ids.ts';
import { asArray, asCount, asNumber, asObject, asString } from '../reading/unknown-values.ts';
import { langchainMessages, messageOf } from './content.ts';
import { ChunkContent } from './content-stream.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `ls_provider` to `gen_ai.provider.name`; the others are called alike. */
const PROVIDERS: Readonly<Record<string, string>> = {
  amazon_bedrock: 'aws.bedrock',
  azure: 'azure.ai.openai',
  google: 'gcp.gemini',
  google_genai: 'gcp.gemini',
  google_vertexai: 'gcp.vertex_ai',
  mistral: 'mistral_ai',
  together: 'together_ai',
  xai: 'x_ai',
};

/** How `_generate` (or, `stream`, `_streamResponseChunks`) of a chat model is read. */
export function chatReader(stream: boolean): CallReader {
  return {
    operation: 'chat',
    request(self, args) {
      const model = asObject(self) ?? {};
      const { getLsParams } = model;
      const params =
        asObject(typeof getLsParams === 'function' ? getLsParams.call(self, args[1] ?? {}) : undefined) ?? {};
      const provider = asString(params.ls_provider)?.toLowerCase() ?? 'langchain';
      return {
        operation: 'chat',
        provider: PROVIDERS[provider] ?? provider,
        model: asString(params.ls_model_name) ?? asString(model.model) ?? asString(model.modelName),
        stream,
        attributes: requestAttributes(model, params, stream),
      };
    },
    response: (body) => facts(asArray(asObject(body)?.generations) ?? []),
    stream: (content, limit) => new ChunkReader(content ? limit : undefined),
    input: (args) => ({ messages: langchainMessages(args[0]) }),
    output: (body) =>
      (asArray(asObject(body)?.generations) ?? []).map((generation) => outputOf(asObject(generation) ?? {})),
  };
}

function requestAttributes(model: Fields, params: Fields, stream: boolean): Attributes {
  const attributes: Attributes = {};
  const temperature = asNumber(params.ls_temperature) ?? asNumber(model.temperature);
  if (temperature !== undefined) attributes[REQUEST_TEMPERATURE] = temperature;
  const topP = asNumber(model.topP);
  if (topP !== undefined) attributes[REQUEST_TOP_P] = topP;
  const maxTokens = asCount(params.ls_max_tokens) ?? asCount(model.maxTokens);
  if (maxTokens !== undefined) attributes[REQUEST_MAX_TOKENS] = maxTokens;
  const stop = asArray(params.ls_stop)?.filter((word) => typeof word === 'string');
  if (stop !== undefined && stop.length > 0) attributes[REQUEST_STOP_SEQUENCES] = stop as string[];
  if (stream) attributes[REQUEST_STREAM] = true;
  return attributes;
}

const messageIn = (generation: unknown): Fields => asObject(asObject(generation)?.message) ?? {};

/** What the provider said beside the message, wherever the model's class keeps it. */
function detailsOf(generation: unknown): Fields {
  return { ...asObject(asObject(generation)?.generationInfo), ...asObject(messageIn(generation).response_metadata) };
}

const modelOf = (details: Fields): string | undefined =>
  asString(details.model_name) ?? asString(details.modelName) ?? asString(details.model) ?? asString(details.model_id);

function reasonOf(details: Fields): string | undefined {
  return (
    asString(details.finish_reason) ??
    asString(details.finishReason) ??
    asString(details.stop_reason) ??
    asString(details.stopReason) ??
    asString(details.done_reason)
  );
}

/** Ids that begin like this are those of LangChain's own runs. */
const idOf = (message: Fields, details: Fields): string | undefined =>
  asString(details.id) ?? (/^(?:run|lc_run)-/.test(asString(message.id) ?? 'run-') ? undefined : asString(message.id));

function facts(generations: readonly unknown[]): ResponseFacts {
  const [first] = generations;
  const details = detailsOf(first);
  const reasons = generations.map((generation) => reasonOf(detailsOf(generation)));
  return {
    id: idOf(messageIn(first), details),
    model: modelOf(details),
    finishReasons: reasons.every((reason) => reason === undefined) ? undefined : reasons.map(finishReason),
    usage: usageOf(messageIn(first).usage_metadata),
    toolCalls: idsOf(messageIn(first).tool_calls, 'id'),
  };
}

/** `usage_metadata`: input counts what was cached, output counts reasoning. */
function usageOf(value: unknown): UsageFacts | undefined {
  const usage = asObject(value);
  if (usage === undefined) return undefined;
  const input = asObject(usage.input_token_details) ?? {};
  const output = asObject(usage.output_token_details) ?? {};
  return {
    input: asCount(usage.input_tokens),
    output: asCount(usage.output_tokens),
    total: asCount(usage.total_tokens),
    cacheRead: asCount(input.cache_read),
    cacheWrite: asCount(input.cache_creation),
    reasoning: asCount(output.reasoning),
    inputBy: { text: asCount(input.text), image: asCount(input.image), audio: asCount(input.audio) },
    outputBy: { text: asCount(output.text), image: asCount(output.image), audio: asCount(output.audio) },
  };
}

function outputOf(generation: Fields): OutputMessage {
  return {
    ...messageOf(messageIn(generation)),
    role: 'assistant',
    ...finishReasonField(reasonOf(detailsOf(generation))),
  };
}

/** Chunks of one streamed answer. LangChain adds up the usage of chunks, and so does this. */
class ChunkReader implements StreamReader {
  model: string | undefined;
  #id: string | undefined;
  #reason: string | undefined;
  #usage: UsageFacts | undefined;
  #calls: string[] | undefined;
  #called = false;
  readonly #content: ChunkContent | undefined;

  constructor(limit: number | undefined) {
    if (limit !== undefined) this.#content = new ChunkContent(limit);
  }

  read(chunk: unknown): void {
    const message = messageIn(chunk);
    const details = detailsOf(chunk);
    this.model ??= modelOf(details);
    this.#id ??= idOf(message, details);
    this.#reason = reasonOf(details) ?? this.#reason;
    this.#usage = sum(this.#usage, usageOf(message.usage_metadata));
    if (asArray(message.tool_call_chunks)?.length) {
      this.#called = true;
      this.#calls = concatenated(this.#calls, idsOf(message.tool_call_chunks, 'id'));
    }
    this.#content?.add(message);
  }

  kind(chunk: unknown): ChunkKind | undefined {
    const message = messageIn(chunk);
    if (asArray(message.tool_call_chunks)?.length) return 'tool_call';
    if (asString(textOf(message.content)) !== undefined) return 'text';
    if (asString(asObject(message.additional_kwargs)?.reasoning_content) !== undefined) return 'reasoning';
    return asObject(message.usage_metadata) === undefined ? undefined : 'usage';
  }

  facts(complete: boolean): ResponseFacts {
    const reason = this.#reason ?? (complete && this.#called ? 'tool_calls' : undefined);
    const finishReasons = reason === undefined && complete ? undefined : [finishReason(reason)];
    return { id: this.#id, model: this.model, usage: this.#usage, finishReasons, toolCalls: this.#calls };
  }

  output(): OutputMessage[] {
    if (this.#content === undefined) return [];
    return [{ role: 'assistant', parts: this.#content.parts(), ...finishReasonField(this.#reason) }];
  }
}

function sum(a: UsageFacts | undefined, b: UsageFacts | undefined): UsageFacts | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const { inputBy: _inputs, outputBy: _outputs, ...names } = { ...a, ...b };
  const total: Record<string, unknown> = {
    inputBy: added(a.inputBy, b.inputBy),
    outputBy: added(a.outputBy, b.outputBy),
  };
  return { ...total, ...added(pick(a, names), pick(b, names)) };
}

type Counts = Readonly<Record<string, number | undefined>>;

const pick = (from: UsageFacts, names: object): Counts =>
  Object.fromEntries(Object.keys(names).map((name) => [name, asNumber((from as Fields)[name])]));

function added(a: Counts = {}, b: Counts = {}): Record<string, number | undefined> {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  const sumOf = (x?: number, y?: number): number | undefined => (x === undefined ? y : x + (y ?? 0));
  return Object.fromEntries([...names].map((name) => [name, sumOf(a[name], b[name])]));
}
