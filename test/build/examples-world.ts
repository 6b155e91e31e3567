/** What the examples in the declarations take for there: clients, frameworks and functions of an application. */

/** Names that an example may use without an import, and the module of each: `default` or a named export. */
export const IMPORTS: Readonly<Record<string, readonly string[]>> = {
  '@anthropic-ai/sdk': ['default as Anthropic'],
  '@opentelemetry/exporter-logs-otlp-http': ['OTLPLogExporter'],
  '@opentelemetry/exporter-trace-otlp-http': ['OTLPTraceExporter'],
  '@opentelemetry/instrumentation': ['registerInstrumentations'],
  '@opentelemetry/sdk-logs': ['LoggerProvider'],
  '@opentelemetry/sdk-trace-base': [
    ...[
      'AlwaysOffSampler',
      'BatchSpanProcessor',
      'ParentBasedSampler',
      'SimpleSpanProcessor',
      'TraceIdRatioBasedSampler',
    ],
  ],
  bullmq: ['Worker'],
  keyv: ['default as Keyv'],
  'node:http': ['createServer'],
  openai: ['default as OpenAI'],
  redis: ['createClient'],
  vitest: ['expect'],
};

/** Global names: an application has such objects, and the names say what the objects are. */
export const WORLD = `
declare const app: import('express').Express;
declare const client: import('openai').OpenAI;
declare const cohere: import('cohere-ai').CohereClientV2;
declare const conversationId: string;
declare const documentId: string;
declare const fallback: import('@opentelemetry/sdk-trace-base').Sampler;
declare const fastify: import('fastify').FastifyInstance;
declare const hono: import('hono').Hono;
declare const message: { readonly tool_calls: readonly import('openai').OpenAI.ChatCompletionMessageFunctionToolCall[] };
declare const messages: { role: 'user'; content: string }[];
declare const azureKey: string;
declare const azureURL: string;
declare const key: Uint8Array;
declare const newKey: Uint8Array;
declare const oldKey: Uint8Array;
declare const openai: import('openai').OpenAI;
declare const order: { readonly id: string };
declare const question: string;
declare const queue: import('bullmq').Queue;
declare const redis: import('@x/llm-otel/primitives').CacheStore;
declare const request: import('openai').OpenAI.ChatCompletionCreateParamsNonStreaming;
declare const rules: readonly import('@x/llm-otel/pipeline').SamplerRule[];
declare const server: import('node:events').EventEmitter;
declare const session: { readonly id: string };
declare const text: string;
declare const url: string;

declare function answer(...input: readonly unknown[]): Promise<string>;
declare function answerWithTools(question: string): Promise<string>;
declare function ask(question: string): Promise<string>;
declare function askAnthropic(question: string): Promise<string>;
declare function askOpenai(question: string): Promise<string>;
declare function callModel(question: string): Promise<string>;
declare function fetchWeather(city: string): Promise<string>;
declare function makePlan(from: typeof order): Promise<string>;
declare function run(event: unknown): Promise<string>;
declare function summarize(id: string): Promise<string>;
declare function writeAnswer(plan: string): Promise<string>;

type ChatRequest = import('openai').OpenAI.ChatCompletionCreateParamsNonStreaming;

// A plugin of Keyv, which is not installed here.
declare class KeyvSqlite extends Map { constructor(url: string); }

// The packages of OpenTelemetry with these two classes pin the whole SDK, and are not installed here.
interface Processors { readonly spanProcessors: import('@opentelemetry/sdk-trace-base').SpanProcessor[] }
declare class NodeSDK { constructor(options: Processors); }
declare class NodeTracerProvider { constructor(options: Processors); register(): void; }
declare class StoreExporter {
  constructor(options: { readonly bucket: string }, name: string);
  export(items: readonly object[], done: (result: { readonly code: number }) => void): void;
  shutdown(): Promise<void>;
}
`;
