/** Reader of streamed chat completions and legacy completions: keeps the values that the facts need, never the chunks. */
import type { ChunkKind, Failure, ResponseFacts, StreamReader, UsageFacts } from '../../../facts/call.ts';
import type { OutputMessage } from '../../../facts/messages.ts';
import { choiceIndex } from '../../reading/choice-order.ts';
import type { ContentCollector } from '../../reading/content-parts.ts';
import { failureInAnswer } from '../../reading/error-answers.ts';
import { finishReason } from '../../reading/finish-reasons.ts';
import { concatenated, idsOf } from '../../reading/tool-call-ids.ts';
import { asString } from '../../reading/unknown-values.ts';
import type { AnswerAttributes } from './response.ts';
import { openaiUsageFacts } from './usage.ts';

type Chunk = Readonly<Record<string, unknown>>;
type Choice = { readonly index?: unknown; readonly finish_reason?: unknown; readonly delta?: Chunk | null };

/** Chat completions and legacy completions. The last value of a field wins; an empty value never replaces a value. */
export class CompletionReader implements StreamReader {
  model: string | undefined;
  #id: string | undefined;
  #tier: unknown;
  #fingerprint: unknown;
  #usage: UsageFacts | undefined;
  #calls: string[] | undefined;
  #failure: Failure | undefined;
  readonly #reasons: (string | undefined)[] = [];
  readonly #content: ContentCollector | undefined;
  readonly #attributesOf: AnswerAttributes | undefined;

  /** `attributesOf` makes the response attributes that the provider alone has. */
  constructor(content?: ContentCollector, attributesOf?: AnswerAttributes) {
    this.#content = content;
    this.#attributesOf = attributesOf;
  }

  read(value: unknown): void {
    const chunk = value as Chunk;
    if (this.#id === undefined) this.#id = asString(chunk.id);
    if (this.model === undefined) this.model = asString(chunk.model);
    if (chunk.service_tier) this.#tier = chunk.service_tier;
    if (chunk.system_fingerprint) this.#fingerprint = chunk.system_fingerprint;
    if (chunk.usage) this.#usage = openaiUsageFacts(chunk.usage) ?? this.#usage;
    else if (chunk.x_groq) this.#usage = openaiUsageFacts((chunk.x_groq as Chunk).usage) ?? this.#usage;
    const { choices } = chunk;
    if (chunk.error) this.#failure = failureInAnswer(chunk) ?? this.#failure;
    if (Array.isArray(choices)) for (let i = 0; i < choices.length; i++) this.#choice(choices[i], i);
    this.#content?.add(chunk);
  }

  #choice(choice: Choice | null | undefined, position: number): void {
    if (choice === null || choice === undefined) return;
    const index = choiceIndex(choice.index, position);
    if (choice.finish_reason) this.#reasons[index] = finishReason(choice.finish_reason);
    else if (index >= this.#reasons.length) this.#reasons[index] = undefined;
    // Only the first delta of a call has the id.
    const calls = choice.delta?.tool_calls;
    if (calls) this.#calls = concatenated(this.#calls, idsOf(calls, 'id'));
  }

  kind(value: unknown): ChunkKind | undefined {
    const chunk = value as Chunk;
    const choice = (chunk.choices as readonly (Chunk | null)[] | null | undefined)?.[0];
    const delta = choice?.delta as Chunk | null | undefined;
    if (delta?.content) return 'text';
    if (choice === undefined || choice === null) return chunk.usage ? 'usage' : undefined;
    if (delta === undefined || delta === null) return choice.text ? 'text' : undefined;
    if (delta.reasoning_content || delta.reasoning) return 'reasoning';
    if (delta.tool_calls || delta.function_call) return 'tool_call';
    if (delta.refusal) return 'refusal';
    if (delta.audio) return 'audio';
    return chunk.usage ? 'usage' : undefined;
  }

  facts(_complete: boolean): ResponseFacts {
    return {
      id: this.#id,
      model: this.model,
      // A choice without a reason at the end of the stream has failed, or the stream was cut or cancelled.
      finishReasons: this.#finishReasons(),
      usage: this.#usage,
      toolCalls: this.#calls,
      tier: asString(this.#tier),
      attributes: this.#attributesOf?.(this.#tier, this.#fingerprint),
      failure: this.#failure,
    };
  }

  #finishReasons(): string[] {
    if (this.#reasons.length === 0) return ['error'];
    const reasons: string[] = [];
    for (let i = 0; i < this.#reasons.length; i++) reasons.push(this.#reasons[i] ?? 'error');
    return reasons;
  }

  output(complete: boolean): OutputMessage[] {
    return this.#content?.messages(complete) ?? [];
  }
}
