import type { Part } from '../../facts/messages.ts';
import { BoundedText } from '../../telemetry/content/truncation.ts';
import { textOf } from '../formats/openai-chat/content-parts.ts';
import { definedFields, textPart, toolArguments } from '../reading/content-parts.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';

interface Call {
  id: string | undefined;
  name: string | undefined;
  readonly args: BoundedText;
}

/** Collects the content of a streamed answer, chunk by chunk. Used only while content is captured. */
export class ChunkContent {
  readonly #limit: number;
  readonly #reasoning: BoundedText;
  readonly #text: BoundedText;
  /** By index, as LangChain merges calls. */
  readonly #calls = new Map<unknown, Call>();

  /** `limit`: the byte budget of one part. */
  constructor(limit: number) {
    this.#limit = limit;
    this.#reasoning = new BoundedText(limit);
    this.#text = new BoundedText(limit);
  }

  /** Adds the message of one chunk. */
  add(message: Readonly<Record<string, unknown>>): void {
    this.#text.add(textOf(message.content));
    this.#reasoning.add(asObject(message.additional_kwargs)?.reasoning_content);
    for (const chunk of asArray(message.tool_call_chunks) ?? []) {
      const { index, id, name, args } = asObject(chunk) ?? {};
      const key = index ?? id;
      const call = this.#calls.get(key) ?? { id: undefined, name: undefined, args: new BoundedText(this.#limit) };
      this.#calls.set(key, call);
      call.id ??= asString(id);
      call.name ??= asString(name);
      call.args.add(args);
    }
  }

  /** The parts so far. */
  parts(): Part[] {
    const calls = [...this.#calls.values()].map(({ id, name, args }) =>
      definedFields({
        type: 'tool_call',
        id,
        name: name ?? 'unknown',
        arguments: toolArguments(args.text),
        ...args.marks,
      }),
    );
    return [...textPart('reasoning', this.#reasoning), ...textPart('text', this.#text), ...calls];
  }
}
