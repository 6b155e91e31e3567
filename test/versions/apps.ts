/** The small applications that the matrix runs: one unary call and one stream inside a span of the application. */
import type { Format, Wiring } from './table.ts';

/** An application, and what its two spans are to say. */
export interface App {
  /** Body of an async function that has `sdk` (the namespace), `url` (of the provider server) and `print`. */
  readonly body: string;
  readonly spanName: string;
  /** The instrumentation class of this SDK. */
  readonly instrumentation: string;
  readonly usage: Readonly<Record<string, number>>;
}

const USAGE = {
  'gen_ai.usage.input_tokens': 24,
  'gen_ai.usage.output_tokens': 17,
  'gen_ai.usage.cache_read.input_tokens': 8,
  'gen_ai.usage.reasoning.output_tokens': 5,
} as const;

/** Google splits what it counts by modality. */
const GOOGLE_USAGE = { ...USAGE, 'gen_ai.usage.text.input_tokens': 24 } as const;

/** One application for all versions of an SDK; the usage is that of `test/support/scenario.ts`. */
export const APPS = {
  openai: {
    body: `
      const client = new sdk.OpenAI({ apiKey: 'test', baseURL: url + '/v1', maxRetries: 0 });
      const request = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Why is the sea blue?' }] };
      const answer = await client.chat.completions.create(request);
      print(answer.choices[0].message.content);
      const stream = await client.chat.completions.create({
        ...request, stream: true, stream_options: { include_usage: true },
      });
      for await (const chunk of stream) print(chunk.choices[0]?.delta.content ?? '');`,
    spanName: 'chat gpt-4o-mini',
    instrumentation: 'OpenAIInstrumentation',
    usage: { ...USAGE, 'gen_ai.usage.audio.input_tokens': 0, 'gen_ai.usage.audio.output_tokens': 0 },
  },
  '@anthropic-ai/sdk': {
    body: `
      const client = new (sdk.Anthropic ?? sdk.default)({ apiKey: 'test', baseURL: url, maxRetries: 0 });
      const request = {
        model: 'claude-sonnet', max_tokens: 99, messages: [{ role: 'user', content: 'Why is the sea blue?' }],
      };
      const answer = await client.messages.create(request);
      print(answer.content[0].text);
      for await (const event of await client.messages.create({ ...request, stream: true })) print(event.delta?.text ?? '');`,
    spanName: 'chat claude-sonnet',
    instrumentation: 'AnthropicInstrumentation',
    // Anthropic's own input count leaves out what was cached.
    usage: { ...USAGE, 'gen_ai.usage.input_tokens': 32, 'gen_ai.usage.cache_write.input_tokens': 0 },
  },
  '@google/generative-ai': {
    // The first versions have no option for the URL.
    body: `
      const { fetch } = globalThis;
      globalThis.fetch = (to, init) => fetch(String(to).replace('https://generativelanguage.googleapis.com', url), init);
      const model = new sdk.GoogleGenerativeAI('test').getGenerativeModel({ model: 'gemini-flash' });
      const { response } = await model.generateContent('Why is the sea blue?');
      print(response.text());
      const { stream } = await model.generateContentStream('Why is the sea blue?');
      for await (const chunk of stream) print(chunk.text());`,
    spanName: 'generate_content gemini-flash',
    instrumentation: 'GoogleGenerativeAIInstrumentation',
    usage: GOOGLE_USAGE,
  },
  '@google/genai': {
    body: `
      const client = new sdk.GoogleGenAI({ apiKey: 'test', httpOptions: { baseUrl: url } });
      const request = { model: 'gemini-flash', contents: 'Why is the sea blue?' };
      print((await client.models.generateContent(request)).text);
      for await (const chunk of await client.models.generateContentStream(request)) print(chunk.text ?? '');`,
    spanName: 'generate_content gemini-flash',
    instrumentation: 'GoogleGenAIInstrumentation',
    usage: GOOGLE_USAGE,
  },
} as const satisfies Record<string, App>;

/** An SDK that there is an application for. */
export type SdkName = keyof typeof APPS;

const IMPORTS: Readonly<Record<Format, (name: string, module: string) => string>> = {
  esm: (name, module) => `import * as ${name} from '${module}';`,
  cjs: (name, module) => `const ${name} = require('${module}');`,
};

/** Name of a source file: its extension says which module system it is. */
export function fileOf(name: string, format: Format): string {
  return `${name}.${format === 'esm' ? 'mjs' : 'cjs'}`;
}

/** Source of the application. */
export function appSource(sdk: SdkName, format: Format): string {
  return `${IMPORTS[format]('api', '@opentelemetry/api')}
${IMPORTS[format]('sdk', sdk)}

const url = process.env.PROVIDER_URL;
const print = (text) => process.stdout.write(text + '\\n');

async function main() {${APPS[sdk].body}
}

const span = api.trace.getTracer('application').startSpan('application');
api.context.with(api.trace.setSpan(api.context.active(), span), main).then(async () => {
  span.end();
  await globalThis.shutdown?.();
});
`;
}

/** Sources of what sets telemetry up for the wirings that do not use our register. */
export function telemetrySource(sdk: SdkName, wiring: Wiring, format: Format): string {
  const load = IMPORTS[format];
  const imports = [load('otel', '@opentelemetry/sdk-node'), load('llm', '@x/llm-otel')];
  const start = 'otelSdk.start();\nglobalThis.shutdown = () => otelSdk.shutdown();\n';
  if (wiring === 'class')
    return `${imports.join('\n')}
const otelSdk = new otel.NodeSDK({ instrumentations: [new llm.${APPS[sdk].instrumentation}()] });
${start}`;
  return `${[...imports, load('instrumentation', '@opentelemetry/instrumentation')].join('\n')}
const otelSdk = new otel.NodeSDK();
${start}instrumentation.registerInstrumentations({ instrumentations: [llm.getLlmInstrumentations()] });
`;
}
