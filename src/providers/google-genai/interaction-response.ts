/** What interactions answer, as facts. */
import type { ChunkKind, Failure, ResponseFacts, StreamReader, UsageFacts } from '../../facts/call.ts';
import type { OutputMessage } from '../../facts/messages.ts';
import type { ContentAccumulator } from '../formats/gemini/content-stream.ts';
import { modelName } from '../formats/gemini/request.ts';
import { geminiCount, geminiFailure, sum } from '../formats/gemini/response.ts';
import { finishReason } from '../reading/finish-reasons.ts';
import { concatenated, idsOf } from '../reading/tool-call-ids.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

function modalities(...lists: readonly unknown[]): UsageFacts['inputBy'] {
  const by: { [modality: string]: number | undefined } = {};
  for (const entry of lists.flatMap((list) => asArray(list) ?? [])) {
    const { modality, tokens } = asObject(entry) ?? {};
    if (modality === 'text' || modality === 'image' || modality === 'audio')
      by[modality] = sum(by[modality], geminiCount(tokens));
  }
  return by;
}

/** Tool use is counted beside the input, thoughts beside the output. */
export function interactionUsage(value: unknown): UsageFacts | undefined {
  const usage = asObject(value);
  if (usage === undefined) return undefined;
  // `total_reasoning_tokens` is what the first versions called it.
  const reasoning = geminiCount(usage.total_thought_tokens) ?? geminiCount(usage.total_reasoning_tokens);
  return {
    input: sum(geminiCount(usage.total_input_tokens), geminiCount(usage.total_tool_use_tokens)),
    output: sum(geminiCount(usage.total_output_tokens), reasoning),
    cacheRead: geminiCount(usage.total_cached_tokens),
    reasoning,
    inputBy: modalities(usage.input_tokens_by_modality, usage.tool_use_tokens_by_modality),
    outputBy: modalities(usage.output_tokens_by_modality),
    cacheReadBy: modalities(usage.cached_tokens_by_modality),
  };
}

/** Not finished: the answer is fetched later. */
const PENDING: ReadonlySet<unknown> = new Set(['in_progress', 'queued', undefined]);
/** The common word for a status, where it is no reason that other providers have under the same name. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['requires_action', 'tool_calls'],
  ['incomplete', 'length'],
]);

/** One reason for the one answer; none while it is not finished. `calls`: it asks for functions of the application's. */
export function interactionReason(status: unknown, calls: boolean): string | undefined {
  if (PENDING.has(status) || typeof status !== 'string') return undefined;
  return status === 'completed' && calls ? 'tool_calls' : finishReason(REASONS.get(status) ?? status);
}

/** `steps` since 1.53, `outputs` before. */
export const stepsOf = (interaction: Fields): readonly unknown[] =>
  asArray(interaction.steps) ?? asArray(interaction.outputs) ?? [];

/** Does the last thing in it ask the application for something? Earlier calls have their results behind them. */
export const interactionCallsFunction = (steps: readonly unknown[]): boolean =>
  asObject(steps.at(-1))?.type === 'function_call';

/** An interaction. One that says `failed` is a failed operation, although the SDK hands it out as an answer. */
export function interactionFacts(value: unknown): ResponseFacts {
  const interaction = asObject(value) ?? {};
  const reason = interactionReason(interaction.status, interactionCallsFunction(stepsOf(interaction)));
  return {
    id: asString(interaction.id),
    model: modelName(interaction.model),
    finishReasons: reason === undefined ? undefined : [reason],
    usage: interactionUsage(interaction.usage),
    toolCalls: idsOf(stepsOf(interaction), 'id', 'function_call'),
    tier: asString(interaction.service_tier),
    failure: interaction.status === 'failed' ? geminiFailure(interaction.error) : undefined,
  };
}

/** Kind of the deltas that start something. */
const KINDS: ReadonlyMap<string, ChunkKind> = new Map([
  ['text', 'text'],
  ['thought_summary', 'reasoning'],
  ['arguments_delta', 'tool_call'],
  ['function_call', 'tool_call'],
  ['audio', 'audio'],
]);

/** Events of a streamed interaction; the last one that holds the interaction says how it ended. */
export class InteractionReader implements StreamReader {
  model: string | undefined;
  #id: string | undefined;
  #status: unknown;
  #usage: UsageFacts | undefined;
  #tier: string | undefined;
  #error: Failure | undefined;
  #calls = false;
  #ids: string[] | undefined;
  readonly #content: ContentAccumulator | undefined;

  constructor(content?: ContentAccumulator) {
    this.#content = content;
  }

  read(value: unknown): void {
    const event = value as Fields;
    const interaction = event.interaction as Fields | null | undefined;
    if (interaction !== undefined && interaction !== null) this.#interaction(interaction);
    else if (event.event_type === 'interaction.status_update') this.#status = event.status;
    else if (event.event_type === 'error') this.#error = geminiFailure(event.error);
    else if (event.event_type === 'step.start' || event.event_type === 'content.start')
      this.#starts(event.step ?? event.content);
    this.#content?.add(event);
  }

  #starts(step: unknown): void {
    this.#calls = asObject(step)?.type === 'function_call';
    if (this.#calls) this.#ids = concatenated(this.#ids, idsOf([step], 'id'));
  }

  #interaction(interaction: Fields): void {
    // Automatic continuation streams several interactions as one; the last is the one to go on from.
    this.#id = asString(interaction.id) ?? this.#id;
    this.model = modelName(interaction.model) ?? this.model;
    if (interaction.status) this.#status = interaction.status;
    if (interaction.usage) this.#usage = interactionUsage(interaction.usage);
    this.#tier = asString(interaction.service_tier) ?? this.#tier;
    if (interaction.status === 'failed') this.#error = geminiFailure(interaction.error);
  }

  kind(value: unknown): ChunkKind | undefined {
    const event = value as Fields;
    const type = asString(asObject(event.delta)?.type);
    if (type !== undefined) return KINDS.get(type);
    return asObject(event.interaction)?.usage ? 'usage' : undefined;
  }

  facts(complete: boolean): ResponseFacts {
    const pending = PENDING.has(this.#status);
    const reason = interactionReason(this.#status, this.#calls);
    return {
      id: this.#id,
      model: this.model,
      // A stream that ends before its interaction does was cut.
      finishReasons:
        reason === undefined ? (pending && complete && this.#status !== undefined ? undefined : ['error']) : [reason],
      usage: this.#usage,
      toolCalls: this.#ids,
      tier: this.#tier,
      failure: this.#error,
    };
  }

  output(complete: boolean): OutputMessage[] {
    return this.#content?.messages(complete) ?? [];
  }
}
