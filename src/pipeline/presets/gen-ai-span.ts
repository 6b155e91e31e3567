/** Readers of the attributes of an LLM span. Each value comes with the names of its attributes. */
import type { Attributes } from '@opentelemetry/api';
import type { ToolDefinition } from '../../facts/messages.ts';
import {
  INPUT_MESSAGES,
  OPERATION_NAME,
  OUTPUT_MESSAGES,
  REQUEST_MODEL,
  RESPONSE_MODEL,
  SYSTEM_INSTRUCTIONS,
  USAGE_CACHE_CREATION_INPUT_TOKENS,
  USAGE_CACHE_READ_INPUT_TOKENS,
  USAGE_CACHE_WRITE_INPUT_TOKENS,
  USAGE_INPUT_TOKENS,
  USAGE_OUTPUT_TOKENS,
  USAGE_REASONING_OUTPUT_TOKENS,
} from '../../facts/semconv.ts';
import {
  type Fields,
  messagesOf,
  objectsOf,
  plainText,
  type ReadMessage,
  structureOf,
} from '../exporters/tree/spans/read-messages.ts';
import type { Found } from './found.ts';

/** Definitions of tools: no constant of the conventions is needed elsewhere. */
const TOOL_DEFINITIONS = 'gen_ai.tool.definitions';
const REQUEST = 'gen_ai.request.';

/** Token counts of a span. The input holds what the cache was asked for, the output holds the reasoning. */
export interface TokenCounts {
  readonly input: Found<number> | undefined;
  readonly output: Found<number> | undefined;
  readonly cacheRead: Found<number> | undefined;
  readonly cacheWrite: Found<number> | undefined;
  readonly reasoning: Found<number> | undefined;
  /** The sum of input and output; of the input alone for an operation that has no output. */
  readonly total: Found<number> | undefined;
}

/** Operations whose answer is made of tokens. */
const WITH_OUTPUT_TOKENS: ReadonlySet<string> = new Set([
  'chat',
  'text_completion',
  'generate_content',
  'fetch_response',
]);

/** Time as the SDK has time. */
export type SpanTime = readonly [seconds: number, nanoseconds: number];

/** An ended LLM span, as far as presets read the span. */
export class GenAiSpan {
  readonly #attributes: Attributes;
  /** `gen_ai.operation.name` */
  readonly operation: string;
  readonly startTime: SpanTime | undefined;
  #input: Found<readonly ReadMessage[]> | undefined;
  #output: Found<readonly ReadMessage[]> | undefined;
  #hasContent = false;

  constructor(operation: string, attributes: Attributes, startTime: SpanTime | undefined) {
    this.operation = operation;
    this.#attributes = attributes;
    this.startTime = startTime;
  }

  /** The value in `table` of the operation. */
  kind<T>(table: Readonly<Record<string, T>>, fallback: T): Found<T> {
    const value = Object.hasOwn(table, this.operation) ? (table[this.operation] as T) : fallback;
    return { value, from: [OPERATION_NAME] };
  }

  /** The first text of `names`. */
  text(...names: readonly string[]): Found<string> | undefined {
    for (const name of names) {
      const value = this.#attributes[name];
      if (typeof value === 'string' && value !== '') return { value, from: [name] };
    }
    return undefined;
  }

  /** The first number of `names`; no number is negative. */
  number(...names: readonly string[]): Found<number> | undefined {
    for (const name of names) {
      const value = this.#attributes[name];
      if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return { value, from: [name] };
    }
    return undefined;
  }

  /** Any value, JSON for a structure: content is text or a structure. */
  content(name: string): Found<string> | undefined {
    const value: unknown = this.#attributes[name];
    return value === undefined || value === null || value === ''
      ? undefined
      : { value: plainText(value), from: [name] };
  }

  /** Texts whose names begin with `prefix`. */
  texts(prefix: string): Readonly<Record<string, Found<string> | undefined>> {
    const names = Object.keys(this.#attributes).filter((name) => name.startsWith(prefix));
    return Object.fromEntries(names.map((name) => [name, this.text(name)]));
  }

  /** The model that answered, else the model that was asked for. */
  get model(): Found<string> | undefined {
    return this.text(RESPONSE_MODEL, REQUEST_MODEL);
  }

  get tokens(): TokenCounts {
    const input = this.number(USAGE_INPUT_TOKENS);
    const output = this.number(USAGE_OUTPUT_TOKENS);
    return {
      input,
      output,
      cacheRead: this.number(USAGE_CACHE_READ_INPUT_TOKENS),
      cacheWrite: this.number(USAGE_CACHE_WRITE_INPUT_TOKENS, USAGE_CACHE_CREATION_INPUT_TOKENS),
      reasoning: this.number(USAGE_REASONING_OUTPUT_TOKENS),
      total: this.#total(input, output),
    };
  }

  #total(input: Found<number> | undefined, output: Found<number> | undefined): Found<number> | undefined {
    if (input !== undefined && output !== undefined)
      return { value: input.value + output.value, from: [...input.from, ...output.from] };
    return WITH_OUTPUT_TOKENS.has(this.operation) ? undefined : (input ?? output);
  }

  /** Parameters of the request under short names, without the model. */
  get parameters(): Found<Record<string, unknown>> | undefined {
    const names = Object.keys(this.#attributes).filter((name) => name.startsWith(REQUEST) && name !== REQUEST_MODEL);
    if (names.length === 0) return undefined;
    const value = Object.fromEntries(names.map((name) => [name.slice(REQUEST.length), this.#attributes[name]]));
    return { value, from: names };
  }

  /** Messages of the request, the instructions first. */
  get input(): Found<readonly ReadMessage[]> | undefined {
    this.#readContent();
    return this.#input;
  }

  /** Messages of the answer. */
  get output(): Found<readonly ReadMessage[]> | undefined {
    this.#readContent();
    return this.#output;
  }

  #readContent(): void {
    if (this.#hasContent) return;
    this.#hasContent = true;
    const parts = this.#parts(SYSTEM_INSTRUCTIONS);
    const system: ReadMessage[] = parts.length === 0 ? [] : [{ role: 'system', parts }];
    const messages = messagesOf(this.#attributes[INPUT_MESSAGES]);
    const from = [
      ...(system.length === 0 ? [] : [SYSTEM_INSTRUCTIONS]),
      ...(messages.length === 0 ? [] : [INPUT_MESSAGES]),
    ];
    if (from.length > 0) this.#input = { value: [...system, ...messages], from };
    const answer = messagesOf(this.#attributes[OUTPUT_MESSAGES]);
    if (answer.length > 0) this.#output = { value: answer, from: [OUTPUT_MESSAGES] };
  }

  #parts(name: string): readonly Fields[] {
    return objectsOf(structureOf(this.#attributes[name]));
  }

  /** Tools that were offered to the model, in the form of OpenAI, which all backends know. */
  get tools(): Found<readonly object[]> | undefined {
    const tools = this.#parts(TOOL_DEFINITIONS) as readonly Partial<ToolDefinition>[];
    if (tools.length === 0) return undefined;
    const value = tools.map(({ type, name, description, parameters }) => ({
      type: type ?? 'function',
      function: { name: name ?? '', description, parameters },
    }));
    return { value, from: [TOOL_DEFINITIONS] };
  }
}
