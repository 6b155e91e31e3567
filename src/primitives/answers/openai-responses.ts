/** Answers and events of OpenAI's Responses API, as far as the cache reads both. */
import type { Failure, ResponseFacts, StreamReader } from '../../facts/call.ts';
import { openaiUsageFacts } from '../../providers/formats/openai-chat/usage.ts';
import { failureFrom } from '../../providers/reading/error-answers.ts';
import { finishReason } from '../../providers/reading/finish-reasons.ts';
import { asArray, asObject, asString } from '../../providers/reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Calls that the provider runs. Every other `*_call` asks the application to run something. */
const RUN_BY_PROVIDER: ReadonlySet<unknown> = new Set([
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
  'mcp_call',
]);

function asksForCall(item: unknown): boolean {
  const type = asObject(item)?.type;
  if (type === 'mcp_approval_request') return true;
  return typeof type === 'string' && type.endsWith('_call') && !RUN_BY_PROVIDER.has(type);
}

/** Facts of a Responses object. An answer without an end has no finish reason. */
export function responseObjectFacts(body: Fields): ResponseFacts {
  const status = asString(body.status);
  const calls = asArray(body.output)?.some(asksForCall) === true;
  const reason = status === 'incomplete' ? asObject(body.incomplete_details)?.reason : status;
  return {
    id: asString(body.id),
    model: asString(body.model),
    finishReasons: [status === 'completed' && calls ? 'tool_calls' : finishReason(reason)],
    usage: openaiUsageFacts(body.usage),
    tier: asString(body.service_tier),
    failure: status === 'failed' ? failureFrom(asObject(body.error) ?? {}) : undefined,
  };
}

/** The last event with a Responses object has everything. */
export class ResponseEventReader implements StreamReader {
  model: string | undefined;
  #last: Fields | undefined;
  #failure: Failure | undefined;

  read(value: unknown): void {
    const event = value as Fields;
    const response = asObject(event.response);
    if (response !== undefined) this.#last = response;
    else if (event.type === 'error') this.#failure = failureFrom(asObject(event.error) ?? event);
    this.model ??= asString(response?.model);
  }

  kind(): undefined {}

  facts(_complete: boolean): ResponseFacts {
    const facts = responseObjectFacts(this.#last ?? {});
    return this.#failure === undefined ? facts : { ...facts, failure: this.#failure };
  }
}
