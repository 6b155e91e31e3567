/** Hooks with the types of the real SDKs, against the declarations of the build. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/spawn.ts';
import { createTypeProgram, errorsIn } from './type-check.ts';

const IMPORTS = `
import Anthropic from '@anthropic-ai/sdk';
import type { GenerateContentParameters, GenerateContentResponse } from '@google/genai';
import * as llmOtel from '@x/llm-otel';
import type { LlmOtelOptions, LlmRequest, LlmResult, RequestHook, ResponseHook } from '@x/llm-otel';
import type { LlmRequest as ManualRequest } from '@x/llm-otel/manual';
import { instrument } from '@x/llm-otel/manual';
import OpenAI from 'openai';
const { AnthropicInstrumentation, GoogleGenAIInstrumentation, OpenAIInstrumentation } = llmOtel;
`;

const GOOD = {
  'hooks without types': `
    new OpenAIInstrumentation({
      onRequest: (span, { args, model }) => span.setAttribute('app.args', args.length + (model ?? '').length),
      onResponse: (span, { outcome, usage }) => { if (outcome === 'completed') span.setAttribute('app.in', usage?.input ?? 0); },
      dynamicAttributes: ({ operation, model }) => ({ 'app.is_chat': operation === 'chat', 'app.model': model }),
    });`,
  'a request of openai': `
    new OpenAIInstrumentation({
      onRequest: (span, request: LlmRequest<[OpenAI.Chat.ChatCompletionCreateParams]>) =>
        span.setAttribute('app.tools', request.args[0].tools?.length ?? 0),
    });`,
  'the arguments of a method': `
    new OpenAIInstrumentation({
      onRequest(span, { args: [body, options] }: LlmRequest<Parameters<OpenAI['embeddings']['create']>>) {
        span.setAttributes({ 'app.model': body.model, 'app.retries': options?.maxRetries ?? 2 });
      },
    });`,
  'a union of operations, narrowed': `
    type Chat = LlmRequest<[OpenAI.ChatCompletionCreateParams], 'chat'>;
    type Embedding = LlmRequest<[OpenAI.EmbeddingCreateParams], 'embeddings'>;
    new OpenAIInstrumentation({
      onRequest(span, request: Chat | Embedding) {
        if (request.operation === 'chat') span.setAttribute('app.messages', request.args[0].messages.length);
        else span.setAttribute('app.inputs', request.args[0].input.length);
      },
    });`,
  'a result of openai': `
    new OpenAIInstrumentation({
      onResponse: (span, { body, error }: LlmResult<OpenAI.ChatCompletion>) => {
        span.setAttribute('app.choices', body?.choices.length ?? 0);
        if (error instanceof OpenAI.APIError) span.setAttribute('app.status', error.status ?? 0);
      },
    });`,
  'a union of results, narrowed': `
    type Chat = LlmResult<OpenAI.ChatCompletion, 'chat'>;
    type Embedding = LlmResult<OpenAI.CreateEmbeddingResponse, 'embeddings'>;
    new OpenAIInstrumentation({
      onResponse(span, result: Chat | Embedding) {
        span.setAttribute('app.items', (result.operation === 'chat' ? result.body?.choices : result.body?.data)?.length ?? 0);
      },
    });`,
  'hooks with names, for two SDKs': `
    const onRequest: RequestHook<[Anthropic.MessageCreateParams]> = (span, { args: [request] }) => {
      span.setAttribute('app.max', request.max_tokens);
    };
    const onResponse: ResponseHook<GenerateContentResponse> = (span, { body }) => {
      span.setAttribute('app.candidates', body?.candidates?.length ?? 0);
    };
    const requestHook: RequestHook<[GenerateContentParameters]> = (span, { args }) => {
      span.setAttribute('app.model', args[0].model);
    };
    new AnthropicInstrumentation({ onRequest });
    new GoogleGenAIInstrumentation({ requestHook, responseHook: onResponse });`,
  'hooks with the old types': `
    const requests: LlmRequest[] = [];
    const results: LlmResult[] = [];
    const onRequest: RequestHook = (_span, request) => void requests.push(request);
    const onResponse: ResponseHook = (_span, result) => void results.push(result);
    const options: LlmOtelOptions = { onRequest, onResponse };
    const request: LlmRequest = { operation: 'chat', provider: 'openai', args: [] };
    const first: unknown = request.args[0];
    const body: unknown = results[0]?.body;
    new OpenAIInstrumentation({ ...options, enabled: first !== body });`,
  'a request has the same type in every entry': `
    const request: LlmRequest<[string]> = { operation: 'chat', provider: 'openai', args: ['a'] };
    const same: ManualRequest<[string]> = request;
    instrument(new OpenAI({ apiKey: same.args[0] }), { onRequest(_span, { args }: ManualRequest<[string]>) { args[0].trim(); } });`,
} as const;

const BAD = {
  'a field that the request has not': [
    `new OpenAIInstrumentation({ onRequest: (_span, { args: [request] }: LlmRequest<[OpenAI.ChatCompletionCreateParams]>) => request.tool });`,
    /Property 'tool' does not exist/,
  ],
  'a body that may be absent': [
    `new OpenAIInstrumentation({ onResponse: (_span, { body }: LlmResult<OpenAI.ChatCompletion>) => body.choices });`,
    /'body' is possibly 'undefined'/,
  ],
  'an argument without a type': [
    `new OpenAIInstrumentation({ onRequest: (_span, { args: [request] }) => request.tools });`,
    /'request' is of type 'unknown'/,
  ],
  'no operation': [`type Never = LlmResult<string, 'chatting'>;`, /does not satisfy the constraint 'OperationName'/],
  'arguments that are no list': [
    `type Never = LlmRequest<OpenAI.EmbeddingCreateParams>;`,
    /does not satisfy the constraint/,
  ],
  'another parameter': [
    `new OpenAIInstrumentation({ onRequest: (_span, request: string) => request });`,
    /not assignable/,
  ],
  'a field that is replaced': [
    `new OpenAIInstrumentation({ onRequest(_span, request: LlmRequest<[string]>) { request.args[0] = ''; } });`,
    /read-only/,
  ],
} as const;

/** Examples of the documentation, with imports. */
const DOCUMENTED = [...readFileSync(join(ROOT, 'docs/own-sdk.md'), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map(
  ([, text = '']) => text,
);

const program = createTypeProgram({
  ...Object.fromEntries(Object.entries(GOOD).map(([name, text]) => [`${name}.mts`, IMPORTS + text])),
  ...Object.fromEntries(Object.entries(BAD).map(([name, [text]]) => [`${name}.mts`, IMPORTS + text])),
  ...Object.fromEntries(DOCUMENTED.map((text, i) => [`documented-${i}.mts`, text])),
});

test('TypeScript takes the examples of docs/own-sdk.md', () => {
  expect(DOCUMENTED.length).toBeGreaterThan(0);
  expect(DOCUMENTED.flatMap((_text, i) => errorsIn(program, `documented-${i}.mts`))).toEqual([]);
}, 120_000);

test.each(Object.keys(GOOD))(
  'TypeScript takes %s',
  (name) => {
    expect(errorsIn(program, `${name}.mts`)).toEqual([]);
  },
  120_000,
);

test.each(Object.entries(BAD))(
  'TypeScript refuses %s',
  (name, [, error]) => {
    expect(errorsIn(program, `${name}.mts`)).toEqual([expect.stringMatching(error)]);
  },
  120_000,
);
