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
import { finish, finishReason } from '../reading/finish-reasons.ts';
import { idsOf, together } from '../reading/tool-call-ids.ts';
import { arr, count, num, obj, str } from '../reading/unknown-values.ts';
import { messageOf, messagesOf } from './content.ts';
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
      const model = obj(self) ?? {};
      const { getLsParams } = model;
      const params = obj(typeof getLsParams === 'function' ? getLsParams.call(self, args[1] ?? {}) : undefined) ?? {};
      const provider = str(params.ls_provider)?.toLowerCase() ?? 'langchain';
      return {
        operation: 'chat',
        provider: PROVIDERS[provider] ?? provider,
        model: str(params.ls_model_name) ?? str(model.model) ?? str(model.modelName),
        stream,
        attributes: requestAttributes(model, params, stream),
      };
    },
    response: (body) => facts(arr(obj(body)?.generations) ?? []),
    stream: (content, limit) => new ChunkReader(content ? limit : undefined),
    input: (args) => ({ messages: messagesOf(args[0]) }),
    output: (body) => (arr(obj(body)?.generations) ?? []).map((generation) => outputOf(obj(generation) ?? {})),
  };
}

function requestAttributes(model: Fields, params: Fields, stream: boolean): Attributes {
  const attributes: Attributes = {};
  const temperature = num(params.ls_temperature) ?? num(model.temperature);
  if (temperature !== undefined) attributes[REQUEST_TEMPERATURE] = temperature;
  const topP = num(model.topP);
  if (topP !== undefined) attributes[REQUEST_TOP_P] = topP;
  const maxTokens = count(params.ls_max_tokens) ?? count(model.maxTokens);
  if (maxTokens !== undefined) attributes[REQUEST_MAX_TOKENS] = maxTokens;
  const stop = arr(params.ls_stop)?.filter((word) => typeof word === 'string');
  if (stop !== undefined && stop.length > 0) attributes[REQUEST_STOP_SEQUENCES] = stop as string[];
  if (stream) attributes[REQUEST_STREAM] = true;
  return attributes;
}

const messageIn = (generation: unknown): Fields => obj(obj(generation)?.message) ?? {};

/** What the provider said beside the message, wherever the model's class keeps it. */
function detailsOf(generation: unknown): Fields {
  return { ...obj(obj(generation)?.generationInfo), ...obj(messageIn(generation).response_metadata) };
}

const modelOf = (details: Fields): string | undefined =>
  str(details.model_name) ?? str(details.modelName) ?? str(details.model) ?? str(details.model_id);

function reasonOf(details: Fields): string | undefined {
  return (
    str(details.finish_reason) ??
    str(details.finishReason) ??
    str(details.stop_reason) ??
    str(details.stopReason) ??
    str(details.done_reason)
  );
}

/** Ids that begin like this are those of LangChain's own runs. */
const idOf = (message: Fields, details: Fields): string | undefined =>
  str(details.id) ?? (/^(?:run|lc_run)-/.test(str(message.id) ?? 'run-') ? undefined : str(message.id));

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
  const usage = obj(value);
  if (usage === undefined) return undefined;
  const input = obj(usage.input_token_details) ?? {};
  const output = obj(usage.output_token_details) ?? {};
  return {
    input: count(usage.input_tokens),
    output: count(usage.output_tokens),
    total: count(usage.total_tokens),
    cacheRead: count(input.cache_read),
    cacheWrite: count(input.cache_creation),
    reasoning: count(output.reasoning),
    inputBy: { text: count(input.text), image: count(input.image), audio: count(input.audio) },
    outputBy: { text: count(output.text), image: count(output.image), audio: count(output.audio) },
  };
}

function outputOf(generation: Fields): OutputMessage {
  return { ...messageOf(messageIn(generation)), role: 'assistant', ...finish(reasonOf(detailsOf(generation))) };
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
    if (arr(message.tool_call_chunks)?.length) {
      this.#called = true;
      this.#calls = together(this.#calls, idsOf(message.tool_call_chunks, 'id'));
    }
    this.#content?.add(message);
  }

  kind(chunk: unknown): ChunkKind | undefined {
    const message = messageIn(chunk);
    if (arr(message.tool_call_chunks)?.length) return 'tool_call';
    if (str(textOf(message.content)) !== undefined) return 'text';
    if (str(obj(message.additional_kwargs)?.reasoning_content) !== undefined) return 'reasoning';
    return obj(message.usage_metadata) === undefined ? undefined : 'usage';
  }

  facts(complete: boolean): ResponseFacts {
    const reason = this.#reason ?? (complete && this.#called ? 'tool_calls' : undefined);
    const finishReasons = reason === undefined && complete ? undefined : [finishReason(reason)];
    return { id: this.#id, model: this.model, usage: this.#usage, finishReasons, toolCalls: this.#calls };
  }

  output(): OutputMessage[] {
    if (this.#content === undefined) return [];
    return [{ role: 'assistant', parts: this.#content.parts(), ...finish(this.#reason) }];
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
  Object.fromEntries(Object.keys(names).map((name) => [name, num((from as Fields)[name])]));

function added(a: Counts = {}, b: Counts = {}): Record<string, number | undefined> {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  const sumOf = (x?: number, y?: number): number | undefined => (x === undefined ? y : x + (y ?? 0));
  return Object.fromEntries([...names].map((name) => [name, sumOf(a[name], b[name])]));
}
