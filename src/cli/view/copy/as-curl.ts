import { INPUT_MESSAGES, OPERATION_NAME, PROVIDER_NAME, SERVER_ADDRESS, SERVER_PORT } from '../../../facts/semconv.ts';
import { isModelCall } from '../../../pipeline/exporters/tree/spans/span-facts.ts';
import type { Fields, ViewedSpan } from '../../../viewer/page-data.ts';
import { anthropicRequest, type CopiedRequest, geminiRequest, openAiRequest } from './rebuild-request.ts';

/** How the API of a provider is called. */
interface Api {
  readonly host: string;
  /** The variable of the environment with the key. */
  readonly key: string;
  /** Lines with the key: fixed texts, because the shell reads a variable in double quotes alone. */
  readonly headers: (key: string) => readonly string[];
  readonly request: (attributes: Fields) => CopiedRequest;
}

const bearer = (key: string): readonly string[] => [`"Authorization: Bearer $${key}"`];

const openAiLike = (host: string, key: string): Api => ({ host, key, headers: bearer, request: openAiRequest });

/** APIs by `gen_ai.provider.name`. */
const APIS: Readonly<Record<string, Api>> = {
  openai: openAiLike('api.openai.com', 'OPENAI_API_KEY'),
  'azure.ai.openai': {
    ...openAiLike('YOUR-RESOURCE.openai.azure.com', 'AZURE_OPENAI_API_KEY'),
    headers: (key) => [`"api-key: $${key}"`],
  },
  anthropic: {
    host: 'api.anthropic.com',
    key: 'ANTHROPIC_API_KEY',
    headers: (key) => [`"x-api-key: $${key}"`, `'anthropic-version: 2023-06-01'`],
    request: anthropicRequest,
  },
  'gcp.gemini': {
    host: 'generativelanguage.googleapis.com',
    key: 'GEMINI_API_KEY',
    headers: (key) => [`"x-goog-api-key: $${key}"`],
    request: geminiRequest,
  },
  groq: openAiLike('api.groq.com', 'GROQ_API_KEY'),
  deepseek: openAiLike('api.deepseek.com', 'DEEPSEEK_API_KEY'),
  mistral_ai: openAiLike('api.mistral.ai', 'MISTRAL_API_KEY'),
  perplexity: openAiLike('api.perplexity.ai', 'PERPLEXITY_API_KEY'),
  x_ai: openAiLike('api.x.ai', 'XAI_API_KEY'),
};
const OTHER_API = openAiLike('localhost', 'LLM_API_KEY');

/** The request of a model call for a shell; undefined for further spans. Data stands in single quotes alone. */
export function asCurl(span: ViewedSpan): string | undefined {
  if (!isModelCall(span)) return undefined;
  const { attributes } = span;
  const provider = String(attributes[PROVIDER_NAME] ?? '');
  const api = (Object.hasOwn(APIS, provider) ? APIS[provider] : undefined) ?? OTHER_API;
  const { path, body } = api.request(attributes);
  const lines = [
    `curl ${inQuotes(originOf(attributes, api.host) + path)}`,
    ...api.headers(api.key).map((header) => `-H ${header}`),
    `-H 'Content-Type: application/json'`,
    `-d ${inQuotes(JSON.stringify(body, null, 2))}`,
  ];
  return `${commentOf(attributes)}${lines.join(' \\\n  ')}\n`;
}

/** What a request lacks without captured content is said, so that nobody takes the request for the whole one. */
function commentOf(attributes: Fields): string {
  const isWhole = attributes[INPUT_MESSAGES] !== undefined || attributes[OPERATION_NAME] === 'embeddings';
  return isWhole ? '' : '# The messages were not captured.\n';
}

function originOf(attributes: Fields, defaultHost: string): string {
  const host = String(attributes[SERVER_ADDRESS] ?? defaultHost);
  const port = Number(attributes[SERVER_PORT] ?? 443);
  const isLocal = host === 'localhost' || /^127\./.test(host);
  const isPlain = port === 80 || (isLocal && port !== 443);
  const isDefault = port === (isPlain ? 80 : 443);
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `${isPlain ? 'http' : 'https'}://${name}${isDefault ? '' : `:${port}`}`;
}

/** Text in single quotes for a POSIX shell. A NUL ends an argument for every program: it is left out. */
const inQuotes = (text: string): string => `'${text.replaceAll('\0', '').replaceAll("'", `'\\''`)}'`;
