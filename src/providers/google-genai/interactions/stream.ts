import type { ChunkKind, Failure, ResponseFacts, StreamReader, UsageFacts } from '../../../facts/call.ts';
import type { OutputMessage } from '../../../facts/messages.ts';
import { modelName } from '../../formats/gemini/request.ts';
import { geminiFailure } from '../../formats/gemini/response.ts';
import type { ContentCollector } from '../../reading/content-parts.ts';
import { concatenated, idsOf } from '../../reading/tool-call-ids.ts';
import { asObject, asString } from '../../reading/unknown-values.ts';
import { awaitCounts } from './background.ts';
import { interactionReason, interactionUsage, isPending, withoutCounted } from './response.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Kind of chunk by the type of a delta. */
const CHUNK_KINDS: ReadonlyMap<string, ChunkKind> = new Map([
  ['text', 'text'],
  ['thought_summary', 'reasoning'],
  ['arguments_delta', 'tool_call'],
  ['function_call', 'tool_call'],
  ['audio', 'audio'],
]);

/**
 * Reads the events of a streamed interaction. The last event with an interaction holds the final status. `fetched`: the
 * stream of `interactions.get`.
 */
export class InteractionReader implements StreamReader {
  model: string | undefined;
  #id: string | undefined;
  #status: unknown;
  #usage: UsageFacts | undefined;
  #tier: string | undefined;
  #error: Failure | undefined;
  #calls = false;
  #ids: string[] | undefined;
  readonly #fetched: boolean;
  readonly #content: ContentCollector | undefined;

  constructor(content?: ContentCollector, fetched = false) {
    this.#fetched = fetched;
    this.#content = content;
  }

  read(value: unknown): void {
    const event = value as Fields;
    const interaction = event.interaction as Fields | null | undefined;
    if (interaction !== undefined && interaction !== null) this.#interaction(interaction);
    else if (event.event_type === 'interaction.status_update') this.#status = event.status;
    else if (event.event_type === 'error') this.#error = geminiFailure(event.error);
    else if (event.event_type === 'step.start' || event.event_type === 'content.start')
      this.#startStep(event.step ?? event.content);
    this.#content?.add(event);
  }

  #startStep(step: unknown): void {
    this.#calls = asObject(step)?.type === 'function_call';
    if (this.#calls) this.#ids = concatenated(this.#ids, idsOf([step], 'id'));
  }

  #interaction(interaction: Fields): void {
    // Automatic continuation joins several interactions in one stream; the application goes on from the last id.
    this.#id = asString(interaction.id) ?? this.#id;
    this.model = modelName(interaction.model) ?? this.model;
    if (interaction.status) this.#status = interaction.status;
    if (interaction.usage) this.#usage = interactionUsage(interaction.usage) ?? this.#usage;
    this.#tier = asString(interaction.service_tier) ?? this.#tier;
    if (interaction.status === 'failed') this.#error = geminiFailure(interaction.error);
  }

  kind(value: unknown): ChunkKind | undefined {
    const event = value as Fields;
    const type = asString(asObject(event.delta)?.type);
    if (type !== undefined) return CHUNK_KINDS.get(type);
    return asObject(event.interaction)?.usage ? 'usage' : undefined;
  }

  facts(complete: boolean): ResponseFacts {
    const facts = this.#facts(complete);
    if (this.#fetched) return withoutCounted(facts, this.#status);
    awaitCounts(facts);
    return facts;
  }

  #facts(complete: boolean): ResponseFacts {
    const pending = isPending(this.#status);
    const reason = interactionReason(this.#status, this.#calls);
    return {
      id: this.#id,
      model: this.model,
      // A stream was cut if it ends before the interaction does.
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
