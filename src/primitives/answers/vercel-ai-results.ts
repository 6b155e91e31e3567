/** Results and stream parts of models of the AI SDK, as far as the cache reads both. */
import type { Failure, ResponseFacts, StreamReader, UsageFacts } from '../../facts/call.ts';
import { failureFrom } from '../../providers/reading/error-answers.ts';
import { finishReason } from '../../providers/reading/finish-reasons.ts';
import { asArray, asCount, asObject, asString } from '../../providers/reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Words of the AI SDK for reasons that have another name in the common vocabulary. */
const REASONS: Readonly<Record<string, string>> = { 'tool-calls': 'tool_calls', 'content-filter': 'content_filter' };

/** AI SDK 5 has a word, AI SDK 6 an object with the word as `unified`. */
function reasonOf(value: unknown): string {
  const word = asString(value) ?? asString(asObject(value)?.unified);
  return (word === undefined ? undefined : REASONS[word]) ?? finishReason(word);
}

/** AI SDK 5 has counts, AI SDK 6 objects with the count as `total`. */
function usageOf(value: unknown): UsageFacts | undefined {
  const usage = asObject(value);
  if (usage === undefined) return undefined;
  const count = (field: unknown): number | undefined => asCount(field) ?? asCount(asObject(field)?.total);
  return { input: count(usage.inputTokens), output: count(usage.outputTokens) };
}

/** Facts of the result of `doGenerate`. */
export function modelResultFacts(body: Fields): ResponseFacts {
  const calls = asArray(body.content)?.some((part) => isToolCall(asObject(part)));
  return {
    model: asString(asObject(body.response)?.modelId),
    finishReasons: [calls === true ? 'tool_calls' : reasonOf(body.finishReason)],
    usage: usageOf(body.usage),
  };
}

/** A tool that the provider runs needs nothing of the application. */
const isToolCall = (part: Fields | undefined): boolean => part?.type === 'tool-call' && part.providerExecuted !== true;

/** Parts of `doStream`, and of `fullStream` of `streamText`. */
export class StreamPartReader implements StreamReader {
  model: string | undefined;
  #reason: string | undefined;
  #calls = false;
  #usage: UsageFacts | undefined;
  #failure: Failure | undefined;

  read(value: unknown): void {
    const part = value as Fields;
    if (isToolCall(part)) this.#calls = true;
    switch (part.type) {
      case 'response-metadata':
        this.model = asString(part.modelId) ?? this.model;
        break;
      case 'finish':
        this.#reason = reasonOf(part.finishReason);
        this.#usage = usageOf(part.usage ?? part.totalUsage);
        break;
      case 'error':
        this.#failure = failureFrom(asObject(part.error) ?? part);
    }
  }

  kind(): undefined {}

  facts(_complete: boolean): ResponseFacts {
    return {
      model: this.model,
      finishReasons: [this.#calls ? 'tool_calls' : (this.#reason ?? 'error')],
      usage: this.#usage,
      failure: this.#failure,
    };
  }
}
