/** The Gemini API, also under Vertex AI's paths. https://ai.google.dev/api/generate-content */
import { type Scenario, TOKENS } from '../scenario.ts';
import { ANSWER, type Call, deltas, type JsonObject, type Provider, type Reply, sampleOf } from './provider.ts';

const THOUGHT = 'Water absorbs red light first.';

interface Generation {
  readonly thinkingConfig?: { readonly includeThoughts?: boolean };
  readonly responseSchema?: unknown;
  readonly responseJsonSchema?: unknown;
  readonly candidateCount?: number;
}

/** Thoughts are counted beside the candidates, and `cachedContentTokenCount` is part of the prompt. */
function usage(scenario: Scenario, share = 1): JsonObject {
  const { input, cached, output, reasoning } = { ...TOKENS, ...scenario };
  const candidates = Math.round((output - reasoning) * share);
  return {
    promptTokenCount: input,
    cachedContentTokenCount: cached,
    candidatesTokenCount: candidates,
    thoughtsTokenCount: reasoning,
    totalTokenCount: input + candidates + reasoning,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: input }],
  };
}

/** The parts of the answer, cut for a stream when `stream` is set. */
function parts({ body, scenario }: Call, stream: boolean): JsonObject[] {
  const generation = (body.generationConfig ?? {}) as Generation;
  const cut = (text: string): string[] => (stream ? deltas(text, scenario.chunks) : [text]);
  const thought = generation.thinkingConfig?.includeThoughts ? [{ text: THOUGHT, thought: true }] : [];
  const tools = ((body.tools ?? []) as { functionDeclarations?: Declaration[] }[]).flatMap(
    (tool) => tool.functionDeclarations ?? [],
  );
  const last = ((body.contents ?? []) as { parts?: { functionResponse?: unknown }[] }[]).at(-1)?.parts;
  const answered = last?.some((part) => part.functionResponse !== undefined) === true;
  if (tools.length === 0 || answered || scenario.notools) {
    const schema = generation.responseJsonSchema ?? generation.responseSchema;
    const text = schema === undefined ? (scenario.say ?? ANSWER) : JSON.stringify(sampleOf(schema));
    return [...thought, ...cut(text).map((piece) => ({ text: piece }))];
  }
  return [
    ...thought,
    ...Array.from({ length: scenario.calls ?? 1 }, (_, i) => {
      const tool = tools[i % tools.length];
      const args = sampleOf(tool?.parametersJsonSchema ?? tool?.parameters);
      return { functionCall: { ...(scenario.callids && { id: `fc_sea${i}` }), name: tool?.name, args } };
    }),
  ];
}

interface Declaration {
  readonly name: string;
  readonly parameters?: unknown;
  readonly parametersJsonSchema?: unknown;
}

function answer(call: Call, said: readonly JsonObject[], finish: string | undefined, share = 1): JsonObject {
  const { scenario } = call;
  const head = { modelVersion: call.model, responseId: 'sea0aAAAAAAAAAAAAAAAAA' };
  const counts = scenario.nousage ? {} : { usageMetadata: usage(scenario, share) };
  if (scenario.refusal) return { promptFeedback: { blockReason: 'SAFETY' }, ...counts, ...head };
  const count = ((call.body.generationConfig ?? {}) as Generation).candidateCount ?? 1;
  const candidates = Array.from({ length: count }, (_, index) => ({
    content: { role: 'model', parts: said },
    ...(finish === undefined ? {} : { finishReason: finish }),
    index,
  }));
  return { candidates, ...counts, ...head };
}

function generate(call: Call): Reply {
  return { json: answer(call, parts(call, false), call.scenario.finish ?? 'STOP') };
}

function generateStream(call: Call): Reply {
  const said = parts(call, true);
  const finish = call.scenario.finish ?? 'STOP';
  // Every chunk repeats the usage so far; the last holds the reason.
  const chunks = said.map((part, i) => {
    const last = i === said.length - 1;
    return { data: answer(call, [part], last ? finish : undefined, (i + 1) / said.length) };
  });
  return { sse: call.scenario.refusal ? chunks.slice(0, 1) : chunks };
}

const vector = (size: unknown): JsonObject => ({
  values: Array.from({ length: typeof size === 'number' ? size : 8 }, (_, i) => 1 / (i + 1)),
});

function batchEmbed({ body }: Call): Reply {
  const requests = (body.requests ?? []) as { outputDimensionality?: number }[];
  return { json: { embeddings: requests.map((request) => vector(request.outputDimensionality)) } };
}

/** `status` by HTTP status. https://ai.google.dev/gemini-api/docs/troubleshooting */
const ERRORS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

const error = (code: number): JsonObject => {
  const status = ERRORS[code] ?? 'UNKNOWN';
  return { error: { code, message: `The provider says ${status}.`, status } };
};

/** `/v1beta/models/{model}:{method}` or Vertex's `/v1/projects/.../publishers/google/models/{model}:{method}` */
const method = (name: string): RegExp => new RegExp(`^/v1(?:beta1?|alpha)?/(?:projects/.*/)?models/([^/:]+):${name}$`);

/** Gemini for the test server. */
export const gemini: Provider = {
  routes: [
    ['POST', method('generateContent'), generate],
    ['POST', method('streamGenerateContent'), generateStream],
    ['POST', method('embedContent'), ({ body }) => ({ json: { embedding: vector(body.outputDimensionality) } })],
    ['POST', method('batchEmbedContents'), batchEmbed],
    ['POST', method('countTokens'), ({ scenario }) => ({ json: { totalTokens: scenario.input ?? TOKENS.input } })],
  ],
  headers: { 'server-timing': 'gfet4t7; dur=12' },
  errorBody: error,
  errorEvent: () => ({ data: error(503) }),
};
