/** Chat completions and the legacy completions. https://platform.openai.com/docs/api-reference/chat */
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

const ID = 'chatcmpl-B0sea1234567890abcdefgh';
const CREATED = 1_767_225_600;
const FINGERPRINT = 'fp_44709d6fcb';

/** What the model says in one choice. */
interface Said {
  readonly text: string | null;
  readonly refusal: string | null;
  readonly tools: readonly { id: string; name: string; arguments: string }[];
  readonly finish: string;
}

/** `POST /chat/completions` */
export function chat(call: Call): Reply {
  const said = say(call);
  const count = typeof call.body.n === 'number' ? call.body.n : 1;
  if (call.body.stream === true) return { sse: chatEvents(call, said, count) };
  const message = {
    role: 'assistant',
    content: said.text,
    refusal: said.refusal,
    annotations: [],
    ...(said.tools.length > 0 ? { tool_calls: said.tools.map(toolCall) } : {}),
  };
  return {
    json: {
      ...head(call, 'chat.completion'),
      choices: Array.from({ length: count }, (_, index) => ({
        index,
        message,
        logprobs: null,
        finish_reason: said.finish,
      })),
      ...(call.scenario.nousage ? {} : { usage: chatUsage(call.scenario) }),
    },
  };
}

const toolCall = (tool: Said['tools'][number]) => ({
  id: tool.id,
  type: 'function',
  function: { name: tool.name, arguments: tool.arguments },
});

function head(call: Call, object: string) {
  const model = call.model === '' ? 'gpt-4o-mini' : call.model;
  // A short name is answered by a dated one, as the API does.
  return {
    id: ID,
    object,
    created: CREATED,
    model: /\d{4}-\d\d-\d\d$/.test(model) ? model : `${model}-2024-07-18`,
    service_tier: 'default',
    system_fingerprint: FINGERPRINT,
  };
}

function say(call: Call): Said {
  const { scenario, body } = call;
  if (scenario.refusal) return { text: null, refusal: REFUSAL, tools: [], finish: scenario.finish ?? 'stop' };
  const tools = offered(call);
  if (tools.length > 0) return { text: null, refusal: null, tools, finish: scenario.finish ?? 'tool_calls' };
  const format = body.response_format as { type?: string; json_schema?: { schema?: unknown } } | undefined;
  const json = format?.type === 'json_schema' ? JSON.stringify(sampleOf(format.json_schema?.schema)) : undefined;
  const text = json ?? (format?.type === 'json_object' ? '{"answer":7}' : (scenario.say ?? ANSWER));
  return { text, refusal: null, tools: [], finish: scenario.finish ?? 'stop' };
}

/** Calls the offered tools, but only as the answer to a question: after a tool's result it speaks. */
function offered({ body, scenario }: Call): Said['tools'] {
  const tools = (body.tools ?? []) as { function?: { name: string; parameters?: unknown } }[];
  const last = ((body.messages ?? []) as { role?: string }[]).at(-1)?.role;
  if (scenario.notools || body.tool_choice === 'none' || last === 'tool' || tools.length === 0) return [];
  return Array.from({ length: scenario.calls ?? 1 }, (_, i) => {
    const tool = tools[i % tools.length]?.function;
    return { id: `call_sea${i}`, name: tool?.name ?? '', arguments: JSON.stringify(sampleOf(tool?.parameters)) };
  });
}

/** `usage` of chat completions and, without details of the output, of embeddings and completions. */
export function chatUsage(scenario: Scenario): JsonObject {
  const { input, cached, output, reasoning } = { ...TOKENS, ...scenario };
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...(scenario.cost === undefined ? {} : { cost: scenario.cost, is_byok: false }),
    prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function chatEvents(call: Call, said: Said, count: number): SseEvent[] {
  const { scenario } = call;
  const withUsage = (call.body.stream_options as { include_usage?: boolean } | undefined)?.include_usage === true;
  const base = { ...head(call, 'chat.completion.chunk'), ...(withUsage ? { usage: null } : {}) };
  const chunk = (index: number, delta: JsonObject, finish: string | null = null): SseEvent => ({
    data: { ...base, choices: [{ index, delta, logprobs: null, finish_reason: finish }] },
  });
  const choices = Array.from({ length: count }, (_, index) => index);
  const first = { role: 'assistant', content: said.tools.length > 0 ? null : '', refusal: null };
  const parts: JsonObject[] = said.tools.flatMap((tool, index) => [
    { tool_calls: [{ index, ...toolCall({ ...tool, arguments: '' }) }] },
    ...deltas(tool.arguments, 3).map((part) => ({ tool_calls: [{ index, function: { arguments: part } }] })),
  ]);
  if (said.refusal !== null) parts.push(...deltas(said.refusal).map((refusal) => ({ refusal })));
  if (said.text !== null) parts.push(...deltas(said.text, scenario.chunks).map((content) => ({ content })));
  return [
    ...choices.map((index) => chunk(index, first)),
    // Choices interleave, as they do on the wire.
    ...parts.flatMap((delta) => choices.map((index) => chunk(index, delta))),
    ...choices.map((index) => chunk(index, {}, said.finish)),
    ...(withUsage && !scenario.nousage ? [{ data: { ...base, choices: [], usage: chatUsage(scenario) } }] : []),
    { data: '[DONE]' },
  ];
}

/** `POST /completions` */
export function completion(call: Call): Reply {
  const { scenario, body } = call;
  const base = { ...head(call, 'text_completion'), id: 'cmpl-B0sea1234567890' };
  const finish = scenario.finish ?? 'stop';
  const choice = (text: string, finish_reason: string | null) => ({ text, index: 0, logprobs: null, finish_reason });
  const { input, output } = { ...TOKENS, ...scenario };
  const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
  if (body.stream !== true) return { json: { ...base, choices: [choice(ANSWER, finish)], usage } };
  const withUsage = (body.stream_options as { include_usage?: boolean } | undefined)?.include_usage === true;
  return {
    sse: [
      ...deltas(ANSWER, scenario.chunks).map((text) => ({ data: { ...base, choices: [choice(text, null)] } })),
      { data: { ...base, choices: [choice('', finish)] } },
      ...(withUsage && !scenario.nousage ? [{ data: { ...base, choices: [], usage } }] : []),
      { data: '[DONE]' },
    ],
  };
}
