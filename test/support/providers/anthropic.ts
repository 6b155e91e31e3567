/** The Anthropic API: messages, count_tokens and the legacy completions. https://docs.anthropic.com/en/api/messages */
import { type Scenario, TOKENS } from '../scenario.ts';
import {
  ANSWER,
  type Call,
  deltas,
  type JsonObject,
  type Provider,
  type Reply,
  type SseEvent,
  sampleOf,
} from './provider.ts';

const ID = 'msg_01SeaAbCdEfGhIjKlMnOpQrS';
const THOUGHT = 'Water absorbs red light first.';

type Block = JsonObject & { readonly type: string };

/** `input_tokens` leaves the cached ones out, and thinking is part of the output. */
function usage(scenario: Scenario): JsonObject {
  const { input, cached, output, reasoning } = { ...TOKENS, ...scenario };
  return {
    input_tokens: input,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { thinking_tokens: reasoning },
    service_tier: 'standard',
  };
}

function blocks({ body, scenario }: Call): Block[] {
  const thinking = (body.thinking as { type?: string } | undefined)?.type;
  const thought: Block[] =
    thinking === 'enabled' || thinking === 'adaptive'
      ? [{ type: 'thinking', thinking: THOUGHT, signature: 'EqQBCgIYAhIsea==' }]
      : [];
  const tools = ((body.tools ?? []) as { name: string; input_schema?: unknown }[]).filter((tool) => tool.input_schema);
  const last = ((body.messages ?? []) as { content?: unknown }[]).at(-1)?.content;
  const answered = Array.isArray(last) && last.some((part: { type?: string }) => part.type === 'tool_result');
  if (tools.length === 0 || answered || scenario.notools) {
    const format = (body.output_config as { format?: { schema?: unknown } } | undefined)?.format;
    const text = format === undefined ? (scenario.say ?? ANSWER) : JSON.stringify(sampleOf(format.schema));
    return [...thought, { type: 'text', text }];
  }
  const calls = Array.from({ length: scenario.calls ?? 1 }, (_, i): Block => {
    const tool = tools[i % tools.length];
    return { type: 'tool_use', id: `toolu_sea${i}`, name: tool?.name, input: sampleOf(tool?.input_schema) };
  });
  return [...thought, ...calls];
}

function messages(call: Call): Reply {
  const { scenario, model, body } = call;
  const content = blocks(call);
  const stop = content.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn';
  const stop_reason = scenario.finish ?? (scenario.refusal ? 'refusal' : stop);
  const base = { id: ID, type: 'message', role: 'assistant', model, stop_sequence: null };
  const counts = scenario.nousage ? undefined : usage(scenario);
  if (body.stream !== true) return { json: { ...base, content, stop_reason, usage: counts } };
  const event = (type: string, more: JsonObject): SseEvent => ({ event: type, data: { type, ...more } });
  // The output count of message_start is a placeholder; the last message_delta has the real one.
  const opening = counts && { ...counts, output_tokens: 1, output_tokens_details: undefined };
  return {
    sse: [
      event('message_start', { message: { ...base, content: [], stop_reason: null, usage: opening } }),
      ...content.flatMap((block, index) => [
        ...blockEvents(block, scenario).map(([type, more]) => event(type, { index, ...more })),
        ...(index === 0 ? [event('ping', {})] : []),
      ]),
      event('message_delta', { delta: { stop_reason, stop_sequence: null }, usage: counts }),
      event('message_stop', {}),
    ],
  };
}

function blockEvents(block: Block, scenario: Scenario): [string, JsonObject][] {
  const wrap = (content_block: JsonObject, parts: readonly JsonObject[]): [string, JsonObject][] => [
    ['content_block_start', { content_block }],
    ...parts.map((delta): [string, JsonObject] => ['content_block_delta', { delta }]),
    ['content_block_stop', {}],
  ];
  if (block.type === 'text') {
    const parts = deltas(String(block.text), scenario.chunks).map((text) => ({ type: 'text_delta', text }));
    return wrap({ ...block, text: '' }, parts);
  }
  if (block.type === 'thinking') {
    const parts = deltas(THOUGHT).map((thinking) => ({ type: 'thinking_delta', thinking }));
    return wrap({ ...block, thinking: '', signature: '' }, [
      ...parts,
      { type: 'signature_delta', signature: block.signature },
    ]);
  }
  const parts = deltas(JSON.stringify(block.input), 3).map((partial_json) => ({
    type: 'input_json_delta',
    partial_json,
  }));
  return wrap({ ...block, input: {} }, [{ type: 'input_json_delta', partial_json: '' }, ...parts]);
}

function completion({ body, model, scenario }: Call): Reply {
  const base = { type: 'completion', id: 'compl_01Sea', model };
  const stop_reason = scenario.finish ?? 'stop_sequence';
  if (body.stream !== true) return { json: { ...base, completion: ANSWER, stop_reason, stop: null } };
  const event = (text: string, reason: string | null): SseEvent => ({
    event: 'completion',
    data: { ...base, completion: text, stop_reason: reason, stop: null },
  });
  return { sse: [...deltas(ANSWER, scenario.chunks).map((text) => event(text, null)), event('', stop_reason)] };
}

/** `error.type` by HTTP status. https://docs.anthropic.com/en/api/errors */
const ERRORS: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
};

const error = (type: string): JsonObject => ({
  type: 'error',
  error: { type, message: `The provider says ${type}.` },
  request_id: 'req_011Sea',
});

/** Anthropic for the test server. */
export const anthropic: Provider = {
  routes: [
    ['POST', /^\/v1\/messages$/, messages],
    ['POST', /^\/v1\/messages\/count_tokens$/, ({ scenario }) => ({ json: { input_tokens: scenario.input ?? 24 } })],
    ['POST', /^\/v1\/complete$/, completion],
  ],
  headers: { 'request-id': 'req_011Sea' },
  errorBody: (status) => error(ERRORS[status] ?? 'api_error'),
  errorEvent: () => ({ event: 'error', data: error('overloaded_error') }),
};
