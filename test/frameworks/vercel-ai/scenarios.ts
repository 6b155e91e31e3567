/** What the applications of the Vercel AI SDK do, one scenario after the other, and the spans that each is to make. */

/** One span: what it is called, what it is under, and what it says. */
export interface Expected {
  readonly name: string;
  /** Name of the span it is under, without which it is a root. */
  readonly under?: string;
  readonly tokens?: readonly [input: number | undefined, output: number | undefined];
  readonly finish?: string;
  readonly outcome?: 'completed' | 'cancelled' | 'failed';
  readonly error?: string;
  readonly provider?: string;
}

/** A scenario: `code` is the body of an async function whose result is printed. */
export interface Scenario {
  readonly code: string;
  readonly spans: readonly Expected[];
}

const SAID = { tokens: [24, 17], finish: 'stop' } as const;
const STREAMED = { ...SAID, outcome: 'completed' } as const;
const ASKED = { tokens: [24, 17], finish: 'tool_calls' } as const;

/** Models are named after their scenario, so that a span tells where it is from. */
const ALL: Readonly<Record<string, Scenario>> = {
  'without ai': {
    code: `
      const message = { role: 'user', content: [{ type: 'text', text: prompt }] };
      const answer = await google('m-direct').doGenerate({ prompt: [message] });
      const { stream } = await openai.responses('m-direct-stream').doStream({ prompt: [message] });
      const types = [];
      for await (const { type } of stream) types.push(type);
      const { embeddings } = await openai.embedding('m-direct-embed').doEmbed({ values: ['text'] });
      return [answer.content, types, embeddings.length];`,
    spans: [
      { name: 'chat m-direct', ...SAID, provider: 'gcp.gemini' },
      { name: 'chat m-direct-stream', ...STREAMED, provider: 'openai' },
      { name: 'embeddings m-direct-embed', tokens: [24, undefined] },
    ],
  },
  generateText: {
    code: `
      const { text, usage, finishReason } = await ai.generateText({ model: openai.chat('m-text'), system, prompt, temperature: 0.5 });
      return [text, usage.inputTokens, usage.outputTokens, finishReason];`,
    spans: [{ name: 'chat m-text', ...SAID, provider: 'openai' }],
  },
  'generateText, responses': {
    code: `return (await ai.generateText({ model: openai.responses('m-responses'), prompt })).text;`,
    spans: [{ name: 'chat m-responses', ...SAID, provider: 'openai' }],
  },
  'generateText, anthropic': {
    code: `return (await ai.generateText({ model: anthropic('m-anthropic'), prompt, maxOutputTokens: 99 })).text;`,
    spans: [{ name: 'chat m-anthropic', tokens: [32, 17], finish: 'stop', provider: 'anthropic' }],
  },
  'generateText, google': {
    code: `return (await ai.generateText({ model: google('m-google'), prompt })).text;`,
    spans: [{ name: 'chat m-google', ...SAID, provider: 'gcp.gemini' }],
  },
  streamText: {
    code: `return read(ai.streamText({ model: openai.chat('m-stream'), prompt }).textStream);`,
    spans: [{ name: 'chat m-stream', ...STREAMED }],
  },
  'streamText, responses': {
    code: `return read(ai.streamText({ model: openai.responses('m-responses-stream'), prompt }).textStream);`,
    spans: [{ name: 'chat m-responses-stream', ...STREAMED }],
  },
  'streamText, anthropic': {
    code: `return read(ai.streamText({ model: anthropic('m-anthropic-stream'), prompt, maxOutputTokens: 99 }).textStream);`,
    spans: [{ name: 'chat m-anthropic-stream', ...STREAMED, tokens: [32, 17] }],
  },
  'streamText, google': {
    code: `return read(ai.streamText({ model: google('m-google-stream'), prompt }).textStream);`,
    spans: [{ name: 'chat m-google-stream', ...STREAMED }],
  },
  'streamText, callbacks and promises': {
    code: `
      const seen = [];
      const result = ai.streamText({
        model: openai.chat('m-callbacks'), prompt,
        onChunk: ({ chunk }) => seen.push(chunk.type), onFinish: ({ text }) => seen.push(text),
      });
      const [text, usage, finishReason] = await Promise.all([result.text, result.usage, result.finishReason]);
      return [text, usage.totalTokens, finishReason, seen];`,
    spans: [{ name: 'chat m-callbacks', ...STREAMED }],
  },
  'streamText, every part': {
    code: `
      const types = [];
      for await (const part of ai.streamText({ model: openai.chat('m-parts'), prompt }).fullStream) types.push(part.type);
      return types;`,
    spans: [{ name: 'chat m-parts', ...STREAMED }],
  },
  'streamText, abort': {
    code: `
      const controller = new AbortController();
      const types = [];
      const { fullStream } = ai.streamText({ model: openai.chat('{hang,after=9}m-abort'), prompt, abortSignal: controller.signal });
      for await (const part of fullStream) if (part.type === 'text-delta' && types.push(part.type) === 3) controller.abort();
      return types.length >= 3;`,
    spans: [{ name: 'chat {hang,after=9}m-abort', outcome: 'cancelled', finish: 'error' }],
  },
  'streamText, error in the stream': {
    code: `
      const types = [];
      for await (const part of ai.streamText({ model: openai.chat('{error}m-broken'), prompt, onError() {} }).fullStream) types.push(part.type);
      return types;`,
    spans: [{ name: 'chat {error}m-broken', outcome: 'failed', finish: 'error', error: 'server_error' }],
  },
  'streamText, error before the stream': {
    code: `
      const errors = [];
      const { fullStream } = ai.streamText({ model: openai.chat('{status=401}m-refused'), prompt, onError: ({ error }) => errors.push(error.name) });
      for await (const part of fullStream) errors.push(part.type);
      return errors;`,
    spans: [{ name: 'chat {status=401}m-refused', outcome: 'failed', error: 'invalid_api_key' }],
  },
  'streamText, direct use of the model': {
    code: `
      const { stream } = await openai.chat('m-direct').doStream({ prompt: [{ role: 'user', content: [{ type: 'text', text: prompt }] }] });
      const reader = stream.getReader();
      await reader.read();
      await reader.read();
      await reader.cancel();
      return stream instanceof ReadableStream;`,
    spans: [{ name: 'chat m-direct', outcome: 'cancelled', finish: 'error' }],
  },
  generateObject: {
    code: `return (await ai.generateObject({ model: openai.chat('m-object'), schema, prompt })).object;`,
    spans: [{ name: 'chat m-object', ...SAID }],
  },
  'generateObject, schema not met': {
    code: `return ai.generateObject({ model: openai.chat('m-nonsense'), schema: z.object({ city: z.string().refine(() => false) }), prompt });`,
    spans: [{ name: 'chat m-nonsense', ...SAID }],
  },
  streamObject: {
    code: `
      const result = ai.streamObject({ model: openai.chat('m-object-stream'), schema, prompt });
      for await (const part of result.partialObjectStream);
      return result.object;`,
    spans: [{ name: 'chat m-object-stream', ...STREAMED }],
  },
  embed: {
    code: `const { embedding, usage } = await ai.embed({ model: openai.embedding('m-embed'), value: prompt }); return [embedding.length, usage];`,
    spans: [{ name: 'embeddings m-embed', tokens: [24, undefined], provider: 'openai' }],
  },
  embedMany: {
    code: `return (await ai.embedMany({ model: openai.embedding('m-embed-many'), values: [prompt, prompt] })).embeddings.length;`,
    spans: [{ name: 'embeddings m-embed-many', tokens: [24, undefined] }],
  },
  'embed, google': {
    code: `return (await ai.embed({ model: google.textEmbeddingModel('m-embed-google'), value: prompt })).embedding.length;`,
    spans: [{ name: 'embeddings m-embed-google', provider: 'gcp.gemini' }],
  },
  generateImage: {
    code: `return (await (ai.generateImage ?? ai.experimental_generateImage)({ model: openai.image('gpt-image-1'), prompt })).images.length;`,
    spans: [{ name: 'image_generation gpt-image-1' }],
  },
  generateSpeech: {
    code: `return (await (ai.generateSpeech ?? ai.experimental_generateSpeech)({ model: openai.speech('m-speech'), text: prompt })).audio.uint8Array.length > 0;`,
    spans: [{ name: 'speech m-speech' }],
  },
  transcribe: {
    code: `return (await (ai.transcribe ?? ai.experimental_transcribe)({ model: openai.transcription('gpt-4o-transcribe'), audio: new Uint8Array(64) })).text;`,
    spans: [{ name: 'transcription gpt-4o-transcribe', tokens: [14, 45] }],
  },
  'tools, generateText': {
    code: `
      const told = [];
      const callbacks = { onToolExecutionStart: () => told.push('start'), onToolExecutionEnd: () => told.push('end') };
      const { steps } = await ai.generateText({ model: openai.chat('m-tools'), tools, ...loop, prompt, ...callbacks });
      return [steps.map((step) => step.finishReason), told];`,
    spans: [
      { name: 'invoke_agent' },
      { name: 'chat m-tools', under: 'invoke_agent', ...ASKED },
      { name: 'execute_tool weather', under: 'invoke_agent' },
      { name: 'chat m-tools', under: 'invoke_agent', ...SAID },
    ],
  },
  'tools, streamText, function id': {
    code: `
      const told = [];
      const tell = (name) => () => void told.push(name);
      const callbacks = Object.fromEntries(['onStepFinish', 'onToolExecutionStart', 'onToolExecutionEnd', 'onFinish'].map((name) => [name, tell(name)]));
      const result = ai.streamText({
        model: openai.chat('m-tools-stream'), tools, ...loop, prompt, ...callbacks, experimental_telemetry: { functionId: 'weather-bot' },
      });
      for await (const part of result.fullStream);
      return [(await result.steps).map((step) => step.finishReason), told];`,
    spans: [
      { name: 'invoke_agent weather-bot' },
      { name: 'chat m-tools-stream', under: 'invoke_agent weather-bot', ...ASKED, outcome: 'completed' },
      { name: 'execute_tool weather', under: 'invoke_agent weather-bot' },
      { name: 'chat m-tools-stream', under: 'invoke_agent weather-bot', ...STREAMED },
    ],
  },
  'tools, one that throws': {
    code: `
      const broken = { weather: { ...tools.weather, execute: async () => { throw new RangeError(secret); } } };
      const { steps } = await ai.generateText({ model: openai.chat('m-tool-error'), tools: broken, ...loop, prompt });
      return steps[0].content.map((part) => part.type);`,
    spans: [
      { name: 'invoke_agent' },
      { name: 'chat m-tool-error', under: 'invoke_agent', ...ASKED },
      { name: 'execute_tool weather', under: 'invoke_agent', error: 'RangeError' },
      { name: 'chat m-tool-error', under: 'invoke_agent', ...SAID },
    ],
  },
  'tools, one that throws in a stream': {
    code: `
      const broken = { weather: { ...tools.weather, execute: async () => { throw new RangeError(secret); } } };
      const result = ai.streamText({ model: openai.chat('m-tool-error-stream'), tools: broken, ...loop, prompt });
      for await (const part of result.fullStream);
      return (await result.steps)[0].content.map((part) => part.type);`,
    spans: [
      { name: 'invoke_agent' },
      { name: 'chat m-tool-error-stream', under: 'invoke_agent', ...ASKED, outcome: 'completed' },
      { name: 'execute_tool weather', under: 'invoke_agent', error: 'RangeError' },
      { name: 'chat m-tool-error-stream', under: 'invoke_agent', ...STREAMED },
    ],
  },
  'tools, a model call inside of one': {
    code: `
      const asking = { weather: { ...tools.weather, execute: async () => (await ai.generateText({ model: openai.chat('m-inner'), prompt })).text } };
      return (await ai.generateText({ model: openai.chat('m-outer'), tools: asking, ...loop, prompt })).text;`,
    spans: [
      { name: 'invoke_agent' },
      { name: 'chat m-outer', under: 'invoke_agent', ...ASKED },
      { name: 'execute_tool weather', under: 'invoke_agent' },
      { name: 'chat m-inner', under: 'execute_tool weather', ...SAID },
      { name: 'chat m-outer', under: 'invoke_agent', ...SAID },
    ],
  },
  agent: {
    code: `
      const Agent = ai.ToolLoopAgent ?? ai.Experimental_Agent;
      const agent = new Agent({ id: 'forecaster', name: 'forecaster', model: openai.chat('m-agent'), tools, ...loop });
      return (await agent.generate({ prompt })).text;`,
    spans: [
      { name: 'invoke_agent forecaster' },
      { name: 'chat m-agent', under: 'invoke_agent forecaster', ...ASKED },
      { name: 'execute_tool weather', under: 'invoke_agent forecaster' },
      { name: 'chat m-agent', under: 'invoke_agent forecaster', ...SAID },
    ],
  },
  'agent that fails': {
    code: `return ai.generateText({ model: openai.chat('{status=401}m-agent-fails'), prompt, experimental_telemetry: { functionId: 'failing' } });`,
    spans: [
      { name: 'invoke_agent failing', error: 'invalid_api_key' },
      { name: 'chat {status=401}m-agent-fails', under: 'invoke_agent failing', error: 'invalid_api_key' },
    ],
  },
  'agent that fails in a stream': {
    code: `
      const { fullStream } = ai.streamText({ model: openai.chat('{status=401}m-agent-fails-stream'), prompt, onError() {}, experimental_telemetry: { functionId: 'failing-stream' } });
      const types = [];
      for await (const part of fullStream) types.push(part.type);
      return types;`,
    spans: [
      { name: 'invoke_agent failing-stream', error: 'invalid_api_key' },
      {
        name: 'chat {status=401}m-agent-fails-stream',
        under: 'invoke_agent failing-stream',
        outcome: 'failed',
        error: 'invalid_api_key',
      },
    ],
  },
  'retried by the SDK': {
    code: `return (await ai.generateText({ model: openai.chat('{status=429,times=1}m-retry'), prompt })).text;`,
    spans: [
      { name: 'chat {status=429,times=1}m-retry', error: 'rate_limit_exceeded' },
      { name: 'chat {status=429,times=1}m-retry', ...SAID },
    ],
  },
  'retried in vain': {
    code: `return ai.embed({ model: openai.embedding('{status=500}m-vain'), value: prompt, maxRetries: 1 });`,
    spans: [
      { name: 'embeddings {status=500}m-vain', error: 'server_error' },
      { name: 'embeddings {status=500}m-vain', error: 'server_error' },
    ],
  },
  'middleware that asks twice': {
    code: `
      const model = ai.wrapLanguageModel({ model: openai.chat('m-twice'), middleware: { wrapGenerate: async ({ doGenerate }) => { await doGenerate(); return doGenerate(); } } });
      return (await ai.generateText({ model, prompt })).text;`,
    spans: [
      { name: 'chat m-twice', ...SAID },
      { name: 'chat m-twice', ...SAID },
    ],
  },
  'middleware that does not ask': {
    code: `
      const cached = await openai.chat('m-cached').doGenerate({ prompt: [{ role: 'user', content: [{ type: 'text', text: prompt }] }] });
      const model = ai.wrapLanguageModel({ model: openai.chat('m-cached'), middleware: { wrapGenerate: async () => cached } });
      return (await ai.generateText({ model, prompt })).text;`,
    spans: [{ name: 'chat m-cached', ...SAID }],
  },
  'a model that is no class': {
    code: `
      const inner = openai.chat('m-plain');
      const { specificationVersion, provider, modelId, supportedUrls } = inner;
      const model = { specificationVersion, provider: 'corp.chat', modelId, supportedUrls, doGenerate: (options) => inner.doGenerate(options) };
      return (await ai.generateText({ model, prompt })).text;`,
    spans: [{ name: 'chat m-plain', ...SAID, provider: 'corp' }],
  },
  'a model that calls an SDK': {
    code: `
      const { specificationVersion } = openai.chat('m-sdk');
      const sdk = new OpenAI({ apiKey: 'test', baseURL: url + '/v1' });
      const flat = specificationVersion === 'v2';
      const model = {
        specificationVersion, provider: 'corp.chat', modelId: 'm-sdk', supportedUrls: {},
        async doGenerate() {
          const { choices } = await sdk.chat.completions.create({ model: 'm-sdk', messages: [{ role: 'user', content: prompt }] });
          const text = choices[0].message.content;
          return {
            content: [{ type: 'text', text }], finishReason: flat ? 'stop' : { unified: 'stop', raw: 'stop' },
            usage: flat ? {} : { inputTokens: {}, outputTokens: {} }, warnings: [],
          };
        },
      };
      return (await ai.generateText({ model, prompt })).text;`,
    spans: [{ name: 'chat m-sdk', ...SAID, provider: 'corp' }],
  },
  'switched off for the call': {
    code: `return (await ai.generateText({ model: openai.chat('m-off'), tools, ...loop, prompt, experimental_telemetry: { isEnabled: false } })).text;`,
    spans: [],
  },
  'switched off for a stream and an embedding': {
    code: `
      const off = { experimental_telemetry: { isEnabled: false } };
      await ai.embed({ model: openai.embedding('m-off'), value: prompt, ...off });
      const result = ai.streamText({ model: openai.chat('m-off'), tools, ...loop, prompt, ...off });
      return read(result.textStream);`,
    spans: [],
  },
};

const ON = 'experimental_telemetry: { isEnabled: true }';

/** Model calls of which the SDK makes spans itself: {@link OWN_SPANS}. */
export const TRACED: Readonly<Record<string, Scenario>> = {
  'traced, generateText': {
    code: `return (await ai.generateText({ model: openai.chat('m-own'), tools, ...loop, prompt, ${ON} })).text;`,
    spans: [],
  },
  'traced, streamText': {
    code: `return read(ai.streamText({ model: openai.chat('m-own-stream'), tools, ...loop, prompt, ${ON} }).textStream);`,
    spans: [],
  },
  'traced, generateObject': {
    code: `return (await ai.generateObject({ model: openai.chat('m-own-object'), schema, prompt, ${ON} })).object;`,
    spans: [],
  },
  'traced, embed': {
    code: `return (await ai.embed({ model: openai.embedding('m-own-embed'), value: prompt, ${ON} })).embedding.length;`,
    spans: [],
  },
  'traced, error': {
    code: `return ai.generateText({ model: openai.chat('{status=401}m-own-error'), prompt, ${ON} });`,
    spans: [],
  },
};

/** A number of spans of one name, and whether they hold what one of ours would. */
export type Own = readonly [name: string, count: number, full?: boolean];

/** The spans that the SDK makes for {@link TRACED}; there are no others. */
export const OWN_SPANS: { readonly ai: readonly Own[]; readonly gen_ai: readonly Own[] } = {
  ai: [
    ['ai.embed', 1],
    ['ai.embed.doEmbed', 1, true],
    ['ai.generateObject', 1],
    ['ai.generateObject.doGenerate', 1, true],
    ['ai.generateText', 2],
    ['ai.generateText.doGenerate', 3, true],
    ['ai.streamText', 1],
    ['ai.streamText.doStream', 2, true],
    ['ai.toolCall', 2],
  ],
  // Those of generateObject and embed are not active while their request is made: they stay what they are.
  gen_ai: [
    ['chat m-own', 2, true],
    ['chat m-own-object', 1],
    ['chat m-own-stream', 2, true],
    ['chat {status=401}m-own-error', 1, true],
    ['embeddings m-own-embed', 2],
    ['execute_tool weather', 2],
    ['invoke_agent m-own', 1],
    ['invoke_agent m-own-object', 1],
    ['invoke_agent m-own-stream', 1],
    ['invoke_agent {status=401}m-own-error', 1],
    ['step 1', 3],
    ['step 2', 2],
  ],
};

/** The scenarios of a major version of `ai`: 5 has no token counts of images. */
export function scenariosOf(major: number): Readonly<Record<string, Scenario>> {
  if (major === 5) return ALL;
  const { code, spans } = ALL.generateImage as Scenario;
  return { ...ALL, generateImage: { code, spans: spans.map((span) => ({ ...span, tokens: [50, 272] as const })) } };
}

/** The scenarios whose content is looked at. */
export function contentScenarios(major: number): Readonly<Record<string, Scenario>> {
  const all = scenariosOf(major);
  const names = [
    'generateText',
    'streamText',
    'streamText, google',
    'tools, generateText',
    'tools, streamText, function id',
  ];
  const kept = 'experimental_telemetry: { recordInputs: false, recordOutputs: false }';
  return {
    ...Object.fromEntries(names.map((name) => [name, all[name] as Scenario])),
    'kept back': {
      code: `return (await ai.generateText({ model: openai.chat('m-kept'), tools, ...loop, prompt, ${kept} })).text;`,
      spans: [],
    },
    media: {
      code: `
        const content = [{ type: 'text', text: prompt }, { type: 'image', image: new Uint8Array([137, 80, 78, 71]), mediaType: 'image/png' }];
        return (await ai.generateText({ model: openai.chat('m-media'), messages: [{ role: 'user', content }] })).text;`,
      spans: [],
    },
  };
}

/** Everything before the scenarios; `secret` must not get into any signal. */
const PRELUDE = `
const url = process.env.PROVIDER_URL;
const openai = createOpenAI({ apiKey: 'test', baseURL: url + '/v1' });
const anthropic = createAnthropic({ apiKey: 'test', baseURL: url + '/v1' });
const google = createGoogleGenerativeAI({ apiKey: 'test', baseURL: url + '/v1beta' });
const secret = 'xyzzy-1234';
const [system, prompt] = ['You are ' + secret, 'Why is ' + secret + ' blue?'];
const schema = z.object({ city: z.string() });
const tools = { weather: ai.tool({ description: 'Weather', inputSchema: schema, execute: async ({ city }) => ({ city, secret }) }) };
const loop = {
  stopWhen: ai.stepCountIs(3),
  prepareStep: ({ stepNumber }) => (stepNumber > 0 ? { toolChoice: 'none', activeTools: [] } : {}),
};
const read = async (stream) => { let all = ''; for await (const text of stream) all += text; return all; };
const scenario = async (name, run) => {
  const result = await run().catch((error) => [error.name, error.message, Object.keys(error)]);
  console.log(name, JSON.stringify(result));
};
`;

const IMPORTS = {
  mjs: (name: string, module: string) => `import ${name} from '${module}';\n`,
  cjs: (name: string, module: string) => `const ${name.replace('* as ', '')} = require('${module}');\n`,
} as const;

/** Registers the tracing of `@ai-sdk/otel`, which `ai` 7 has instead of its own. */
export const OTEL_INTEGRATION = `
const { OpenTelemetry } = await import('@ai-sdk/otel');
ai.registerTelemetry(new OpenTelemetry());
`;

/** Source of an application that runs `scenarios`; `setup` runs first. */
export function sourceOf(type: 'mjs' | 'cjs', scenarios: Readonly<Record<string, Scenario>>, setup = ''): string {
  const load = IMPORTS[type];
  const calls = Object.entries(scenarios).map(
    ([name, { code }]) => `await scenario(${JSON.stringify(name)}, async () => {${code}\n});\n`,
  );
  return [
    load('* as ai', 'ai'),
    load('{ createOpenAI }', '@ai-sdk/openai'),
    load('{ createAnthropic }', '@ai-sdk/anthropic'),
    load('{ createGoogleGenerativeAI }', '@ai-sdk/google'),
    load('OpenAI', 'openai'),
    load('{ z }', 'zod'),
    PRELUDE,
    `async function main() {\n${setup}\n${calls.join('')}}\nmain();\n`,
  ].join('');
}
