/** Request of a chat model without an SDK, from the parameters that LangChain's own tracing uses (`getLsParams`). */
import type { Attributes } from '@opentelemetry/api';
import type { RequestFacts } from '../../facts/call.ts';
import {
  REQUEST_MAX_TOKENS,
  REQUEST_STOP_SEQUENCES,
  REQUEST_STREAM,
  REQUEST_TEMPERATURE,
  REQUEST_TOP_P,
} from '../../facts/semconv.ts';
import { asArray, asCount, asNumber, asObject, asString, entryOf } from '../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `gen_ai.provider.name` by `ls_provider`; a provider without a row has the same name in both. */
const PROVIDERS: Readonly<Record<string, string>> = {
  amazon_bedrock: 'aws.bedrock',
  azure: 'azure.ai.openai',
  google: 'gcp.gemini',
  google_genai: 'gcp.gemini',
  google_vertexai: 'gcp.vertex_ai',
  mistral: 'mistral_ai',
  together: 'together_ai',
  xai: 'x_ai',
};

/** Facts of the request that the chat model `self` makes with `options`. */
export function chatRequest(self: unknown, options: unknown, stream: boolean): RequestFacts {
  const model = asObject(self) ?? {};
  const { getLsParams } = model;
  const params = asObject(typeof getLsParams === 'function' ? getLsParams.call(self, options ?? {}) : undefined) ?? {};
  const provider = asString(params.ls_provider)?.toLowerCase() ?? 'langchain';
  return {
    operation: 'chat',
    provider: entryOf(PROVIDERS, provider) ?? provider,
    model: asString(params.ls_model_name) ?? asString(model.model) ?? asString(model.modelName),
    stream,
    attributes: requestAttributes(model, params, stream),
  };
}

function requestAttributes(model: Fields, params: Fields, stream: boolean): Attributes {
  const attributes: Attributes = {};
  const temperature = asNumber(params.ls_temperature) ?? asNumber(model.temperature);
  if (temperature !== undefined) attributes[REQUEST_TEMPERATURE] = temperature;
  const topP = asNumber(model.topP);
  if (topP !== undefined) attributes[REQUEST_TOP_P] = topP;
  const maxTokens = asCount(params.ls_max_tokens) ?? asCount(model.maxTokens);
  if (maxTokens !== undefined) attributes[REQUEST_MAX_TOKENS] = maxTokens;
  const stop = asArray(params.ls_stop)?.filter((word) => typeof word === 'string');
  if (stop !== undefined && stop.length > 0) attributes[REQUEST_STOP_SEQUENCES] = stop as string[];
  if (stream) attributes[REQUEST_STREAM] = true;
  return attributes;
}
