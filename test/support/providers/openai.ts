/** The OpenAI API, and with it every API in its format (`/v1`, Azure's `/openai/deployments/{name}`, `/openai/v1`). */
import { chat, completion } from './openai-chat.ts';
import { images } from './openai-images.ts';
import { embeddings, moderation, speech, transcription, vectorSearch } from './openai-media.ts';
import { compactResponse, createResponse, retrieveResponse } from './openai-responses.ts';
import type { Provider, Route } from './provider.ts';

/** A path of this API under any of its prefixes. */
const at = (path: string): RegExp => new RegExp(`^(?:/openai)?(?:/deployments/[^/]+)?(?:/api)?(?:/v1)?${path}$`);

const routes: readonly Route[] = [
  ['POST', at('/chat/completions'), chat],
  ['POST', at('/completions'), completion],
  ['POST', at('/responses'), createResponse],
  ['POST', at('/responses/compact'), compactResponse],
  ['GET', at('/responses/([^/]+)'), retrieveResponse],
  ['POST', at('/embeddings'), embeddings],
  ['POST', at('/images/(?:generations|edits|variations)'), images],
  ['POST', at('/audio/speech'), speech],
  ['POST', at('/audio/(?:transcriptions|translations)'), transcription],
  ['POST', at('/moderations'), moderation],
  ['POST', at('/vector_stores/([^/]+)/search'), vectorSearch],
];

/** `code`, `type` and `message` by HTTP status. https://platform.openai.com/docs/guides/error-codes */
const ERRORS: Readonly<Record<number, readonly [code: string | null, type: string, message: string]>> = {
  400: ['context_length_exceeded', 'invalid_request_error', 'Input is longer than the context window of this model.'],
  401: ['invalid_api_key', 'invalid_request_error', 'Incorrect API key provided.'],
  403: ['unsupported_country_region_territory', 'request_forbidden', 'Country, region, or territory not supported.'],
  404: ['model_not_found', 'invalid_request_error', 'The model does not exist or you do not have access to it.'],
  429: ['rate_limit_exceeded', 'requests', 'Rate limit reached for requests per min.'],
  500: [null, 'server_error', 'The server had an error while processing your request.'],
  503: [null, 'server_error', 'The engine is currently overloaded, please try again later.'],
};

/** OpenAI for the test server. */
export const openai: Provider = {
  routes,
  headers: { 'x-request-id': 'req_0123456789abcdef', 'openai-processing-ms': '12', 'openai-version': '2020-10-01' },
  errorBody(status) {
    const [code, type, message] = ERRORS[status] ?? [
      null,
      status < 500 ? 'invalid_request_error' : 'server_error',
      'Failed.',
    ];
    return { error: { message, type, param: null, code } };
  },
  errorEvent(path) {
    const error = { message: 'The server had an error.', type: 'server_error', param: null, code: 'server_error' };
    if (!path.includes('/responses')) return { data: { error } };
    return { event: 'error', data: { type: 'error', sequence_number: 2, error } };
  },
};
