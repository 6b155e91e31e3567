// The files of a provider's folder.

/** Paths and texts. With `same` nothing stands between the methods and the format. */
export function sourceFiles(sdk) {
  const at = (file) => `src/providers/${sdk.name}/${file}.ts`;
  const files = { [at('index')]: index(sdk), [at('methods')]: sdk.same ? sameMethods(sdk) : methods(sdk) };
  if (sdk.same) return files;
  return {
    ...files,
    [at('request')]: REQUEST,
    [at('response')]: RESPONSE,
    [at('stream')]: STREAM,
    [at('content')]: CONTENT,
  };
}

const index = ({ key, module }) => `import type { Provider } from '../../patching/provider.ts';
import { stainlessProvider } from '../../patching/stainless/stainless-sdk.ts';
import { sdks } from '../sdks.ts';
import { METHODS } from './methods.ts';

/** \`${module}\`, made by Stainless. */
export const ${key}: Provider = stainlessProvider(sdks.${key}, METHODS);
`;

const HEADER = '/** Every recorded method of the SDK, and how its arguments and answers are read. */';

const endpoint = ({ provider }) => `
const endpoint: FindEndpoint = (client, hosts) => endpointOfSdk(client, '${provider}', hosts);
`;

const sameMethods = (sdk) => `${HEADER}
import type { StainlessMethod } from '../../patching/stainless/stainless-sdk.ts';
import { bodyReader, CHAT, COMPLETION, EMBEDDINGS, type FindEndpoint } from '../formats/openai-chat/readers.ts';
import { endpointOfSdk } from '../reading/endpoint.ts';
${endpoint(sdk)}
/** Path of the resource, method, reader. */
export const METHODS: readonly StainlessMethod[] = [
  ['Chat.Completions', 'create', bodyReader(endpoint, CHAT)],
  ['Completions', 'create', bodyReader(endpoint, COMPLETION)],
  ['Embeddings', 'create', bodyReader(endpoint, EMBEDDINGS)],
];
`;

const methods = (sdk) => `${HEADER}
import type { StainlessMethod } from '../../patching/stainless/stainless-sdk.ts';
import { bodyReader, COMPLETION, EMBEDDINGS, type FindEndpoint } from '../formats/openai-chat/readers.ts';
import { endpointOfSdk } from '../reading/endpoint.ts';
import { paramsOf } from '../reading/stainless-arguments.ts';
import { chatInput, chatOutput } from './content.ts';
import { chatAttributes } from './request.ts';
import { chatFacts } from './response.ts';
import { chatStream } from './stream.ts';
${endpoint(sdk)}
const chat = bodyReader(endpoint, {
  operation: 'chat',
  attributes: chatAttributes,
  response: chatFacts,
  stream: chatStream,
  input: (args) => chatInput(paramsOf(args)),
  output: chatOutput,
});

/** Path of the resource, method, reader. */
export const METHODS: readonly StainlessMethod[] = [
  ['Chat.Completions', 'create', chat],
  ['Completions', 'create', bodyReader(endpoint, COMPLETION)],
  ['Embeddings', 'create', bodyReader(endpoint, EMBEDDINGS)],
];
`;

const REQUEST = `/** Request attributes: those of the format, and those that this SDK alone has. */
import type { Attributes } from '@opentelemetry/api';
import * as format from '../formats/openai-chat/request.ts';
import type { Params } from '../reading/stainless-arguments.ts';

/** \`chat.completions.create\` */
export function chatAttributes(params: Params): Attributes {
  return format.chatAttributes(params);
}
`;

const RESPONSE = `/** Answers as facts. */
import type { ResponseFacts } from '../../facts/call.ts';
import { completionFacts } from '../formats/openai-chat/response.ts';

/** A chat completion. */
export function chatFacts(body: unknown): ResponseFacts {
  return completionFacts(body);
}
`;

const STREAM = `/** Readers of streams: they keep the values that the facts need, never the chunks. */
import type { StreamReader } from '../../facts/call.ts';
import { ChatContentAccumulator } from '../formats/openai-chat/content-stream.ts';
import { CompletionReader } from '../formats/openai-chat/stream.ts';

/** A streamed chat completion. \`content\`: messages are captured; \`limit\`: bytes of one part. */
export function chatStream(content: boolean, limit: number): StreamReader {
  return new CompletionReader(content ? new ChatContentAccumulator(limit) : undefined);
}
`;

const CONTENT = `/** Prompts and answers in the messages and parts of the conventions. */
import type { InputContent, OutputMessage } from '../../facts/messages.ts';
import * as format from '../formats/openai-chat/content.ts';

/** Content of the parameters of \`chat.completions.create\`. */
export function chatInput(params: unknown): InputContent {
  return format.chatInput(params);
}

/** One message per choice of a chat completion. */
export function chatOutput(body: unknown): OutputMessage[] {
  return format.chatOutput(body);
}
`;
