/** The Responses API. https://platform.openai.com/docs/api-reference/responses */
import { type Scenario, TOKENS } from '../scenario.ts';
import {
  ANSWER,
  type Call,
  deltas,
  type JsonObject,
  REFUSAL,
  type Reply,
  type SseEvent,
  sampleOf,
} from './provider.ts';

const ID = 'resp_0sea1234567890abcdef';
const CREATED = 1_767_225_600;
const SUMMARY = '**Recalling** how water absorbs light.';

type Item = JsonObject & { readonly type: string; readonly id: string };

/** `POST /responses` */
export function createResponse(call: Call): Reply {
  const items = output(call);
  if (call.body.stream === true) return { sse: events(call, ID, items) };
  return { json: whole(call, ID, items) };
}

/** `GET /responses/{id}`, also as a stream */
export function retrieveResponse(call: Call): Reply {
  const id = call.params[0] ?? ID;
  const asked = { ...call, model: 'gpt-4o-mini' };
  if (call.query.get('stream') !== 'true') return { json: whole(asked, id, output(asked)) };
  const from = Number(call.query.get('starting_after') ?? -1);
  return { sse: events(asked, id, output(asked)).slice(from + 1) };
}

/** `POST /responses/compact` */
export function compactResponse(call: Call): Reply {
  const compaction = { id: 'cmp_0sea', type: 'compaction', encrypted_content: 'gAAAAABsea==' };
  return {
    json: {
      id: 'resp_0seacompact',
      object: 'response.compaction',
      created_at: CREATED,
      output: [compaction],
      usage: usage(call.scenario),
    },
  };
}

function usage(scenario: Scenario): JsonObject {
  const { input, cached, output: out, reasoning } = { ...TOKENS, ...scenario };
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: out,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + out,
  };
}

function output({ body, scenario }: Call): Item[] {
  const items: Item[] = [];
  if (body.reasoning !== undefined) {
    items.push({ id: 'rs_0sea', type: 'reasoning', summary: [{ type: 'summary_text', text: SUMMARY }] });
  }
  const tools = ((body.tools ?? []) as { type?: string; name?: string; parameters?: unknown }[]).filter(
    (tool) => tool.type === 'function' || tool.type === 'custom',
  );
  const answered =
    Array.isArray(body.input) &&
    body.input.some((item: { type?: string } | null) => item?.type?.endsWith('_call_output') === true);
  if (tools.length > 0 && !answered && !scenario.notools && body.tool_choice !== 'none') {
    const calls = Array.from({ length: scenario.calls ?? 1 }, (_, i): Item => {
      const tool = tools[i % tools.length];
      const base = { status: 'completed', call_id: `call_sea${i}`, name: tool?.name };
      return tool?.type === 'custom'
        ? { id: `ctc_sea${i}`, type: 'custom_tool_call', ...base, input: 'text' }
        : { id: `fc_sea${i}`, type: 'function_call', ...base, arguments: JSON.stringify(sampleOf(tool?.parameters)) };
    });
    return [...items, ...calls];
  }
  const format = (body.text as { format?: { type?: string; schema?: unknown } } | undefined)?.format;
  const text = format?.type === 'json_schema' ? JSON.stringify(sampleOf(format.schema)) : (scenario.say ?? ANSWER);
  const part = scenario.refusal
    ? { type: 'refusal', refusal: REFUSAL }
    : { type: 'output_text', annotations: [], logprobs: [], text };
  items.push({ id: 'msg_0sea', type: 'message', status: 'completed', role: 'assistant', content: [part] });
  return items;
}

function statusOf({ scenario, body }: Call): string {
  if (scenario.failed) return 'failed';
  if (scenario.incomplete) return 'incomplete';
  return scenario.queued || body.background === true ? 'queued' : 'completed';
}

/** The Response object; `status` in_progress is the one that opens a stream. */
function whole(call: Call, id: string, items: readonly Item[], status = statusOf(call)): JsonObject {
  const { body, scenario } = call;
  const over = status !== 'in_progress' && status !== 'queued';
  return {
    id,
    object: 'response',
    created_at: CREATED,
    status,
    background: body.background ?? false,
    error: status === 'failed' ? { code: 'server_error', message: 'The model failed to generate a response.' } : null,
    incomplete_details: status === 'incomplete' ? { reason: scenario.finish ?? 'max_output_tokens' } : null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    model: /\d{4}-\d\d-\d\d$/.test(call.model) ? call.model : `${call.model || 'gpt-4o-mini'}-2024-07-18`,
    output: over && status !== 'failed' ? items : [],
    parallel_tool_calls: true,
    previous_response_id: body.previous_response_id ?? null,
    conversation: typeof body.conversation === 'string' ? { id: body.conversation } : (body.conversation ?? null),
    reasoning: body.reasoning ?? { effort: null, summary: null },
    service_tier: over ? 'default' : 'auto',
    store: body.store ?? true,
    temperature: body.temperature ?? 1,
    text: body.text ?? { format: { type: 'text' } },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_p: body.top_p ?? 1,
    truncation: 'disabled',
    usage: over && status !== 'failed' && !scenario.nousage ? usage(scenario) : null,
    metadata: body.metadata ?? {},
  };
}

/** The event sequence of a stream, numbered. */
function events(call: Call, id: string, items: readonly Item[]): SseEvent[] {
  const list: JsonObject[] = [];
  const opening = whole(call, id, [], 'in_progress');
  list.push({ type: 'response.created', response: opening }, { type: 'response.in_progress', response: opening });
  if (!call.scenario.failed) {
    for (const [index, item] of items.entries()) list.push(...itemEvents(item, index, call.scenario));
  }
  // A background response streams to its end too.
  const status = statusOf(call) === 'queued' ? 'completed' : statusOf(call);
  list.push({ type: `response.${status}`, response: whole(call, id, items, status) });
  return list.map((data, sequence_number) => ({ event: String(data.type), data: { ...data, sequence_number } }));
}

function itemEvents(item: Item, output_index: number, scenario: Scenario): JsonObject[] {
  const at = { output_index, item_id: item.id };
  const wrap = (started: JsonObject, middle: JsonObject[]): JsonObject[] => [
    { type: 'response.output_item.added', output_index, item: { ...item, ...started } },
    ...middle,
    { type: 'response.output_item.done', output_index, item },
  ];
  if (item.type === 'message') {
    const [part] = item.content as [{ type: string; text?: string; refusal?: string }];
    const key = part.type === 'refusal' ? 'refusal' : 'text';
    const name = part.type === 'refusal' ? 'response.refusal' : 'response.output_text';
    const text = part[key] ?? '';
    const here = { ...at, content_index: 0 };
    const logprobs = key === 'text' ? { logprobs: [] } : {};
    return wrap({ status: 'in_progress', content: [] }, [
      { type: 'response.content_part.added', ...here, part: { ...part, [key]: '' } },
      ...deltas(text, scenario.chunks).map((delta) => ({ type: `${name}.delta`, ...here, delta, ...logprobs })),
      { type: `${name}.done`, ...here, [key]: text, ...logprobs },
      { type: 'response.content_part.done', ...here, part },
    ]);
  }
  if (item.type === 'reasoning') {
    const here = { ...at, summary_index: 0 };
    const part = { type: 'summary_text', text: SUMMARY };
    const name = 'response.reasoning_summary_text';
    return wrap({ summary: [] }, [
      { type: 'response.reasoning_summary_part.added', ...here, part: { ...part, text: '' } },
      ...deltas(SUMMARY).map((delta) => ({ type: `${name}.delta`, ...here, delta })),
      { type: `${name}.done`, ...here, text: SUMMARY },
      { type: 'response.reasoning_summary_part.done', ...here, part },
    ]);
  }
  const key = item.type === 'custom_tool_call' ? 'input' : 'arguments';
  const name =
    item.type === 'custom_tool_call' ? 'response.custom_tool_call_input' : 'response.function_call_arguments';
  const text = String(item[key]);
  return wrap({ status: 'in_progress', [key]: '' }, [
    ...deltas(text, 3).map((delta) => ({ type: `${name}.delta`, ...at, delta })),
    { type: `${name}.done`, ...at, [key]: text },
  ]);
}
