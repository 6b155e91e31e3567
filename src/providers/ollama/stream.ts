/** Reader of streams: keeps the values that the facts need, never the chunks. */
import type { ChunkKind, ResponseFacts, StreamReader } from '../../facts/call.ts';
import type { OutputMessage } from '../../facts/messages.ts';
import { BoundedText } from '../../telemetry/content/truncation.ts';
import { textPart } from '../reading/content-parts.ts';
import { finishReasonField } from '../reading/finish-reasons.ts';
import { concatenated, idsOf } from '../reading/tool-call-ids.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';
import { toolCall } from './content.ts';
import { answerFacts, hasToolCalls, reasonOf } from './response.ts';

type Chunk = Readonly<Record<string, unknown>>;

/** Most tool calls kept of one stream. */
const MAX_CALLS = 128;

/** Content of the chunks so far. */
interface Kept {
  readonly thinking: BoundedText;
  readonly text: BoundedText;
  readonly calls: unknown[];
}

/** Chunks of `chat` and `generate`. Only the last chunk has counts and the reason. */
export class AnswerReader implements StreamReader {
  model: string | undefined;
  #last: Chunk = {};
  #callsTools = false;
  #ids: string[] | undefined;
  readonly #kept: Kept | undefined;

  /** `limit`: bytes of text to keep of one part; `undefined`: content is not captured. */
  constructor(limit: number | undefined) {
    if (limit !== undefined) this.#kept = { thinking: new BoundedText(limit), text: new BoundedText(limit), calls: [] };
  }

  read(value: unknown): void {
    const chunk = asObject(value);
    if (chunk === undefined) return;
    this.model ??= asString(chunk.model);
    const message = asObject(chunk.message);
    if (hasToolCalls(message)) {
      this.#callsTools = true;
      this.#ids = concatenated(this.#ids, idsOf(message?.tool_calls, 'id'));
    }
    if (chunk.done === true) {
      const { message: _message, response: _response, context: _context, ...end } = chunk;
      this.#last = end;
    }
    if (this.#kept !== undefined) keep(this.#kept, chunk, message);
  }

  kind(value: unknown): ChunkKind | undefined {
    const chunk = asObject(value) ?? {};
    const message = asObject(chunk.message);
    if (message?.content || chunk.response) return 'text';
    if (message?.thinking || chunk.thinking) return 'reasoning';
    if (hasToolCalls(message)) return 'tool_call';
    return chunk.done === true ? 'usage' : undefined;
  }

  facts(_complete: boolean): ResponseFacts {
    return { ...answerFacts(this.#last, this.#callsTools, this.#ids), model: this.model };
  }

  output(_complete: boolean): OutputMessage[] {
    const { thinking, text, calls } = this.#kept as Kept;
    const parts = [...textPart('reasoning', thinking), ...textPart('text', text), ...calls.flatMap(toolCall)];
    return [{ role: 'assistant', parts, ...finishReasonField(reasonOf(this.#last, this.#callsTools)) }];
  }
}

function keep({ thinking, text, calls }: Kept, chunk: Chunk, message: Chunk | undefined): void {
  thinking.add(message?.thinking ?? chunk.thinking);
  text.add(message?.content ?? chunk.response);
  for (const call of asArray(message?.tool_calls) ?? []) if (calls.length < MAX_CALLS) calls.push(call);
}
