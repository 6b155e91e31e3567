/** Attributes of a recorded call, for benchmarks of what happens to its span. */

/** Attributes that a call starts with. */
export const START_ATTRIBUTES = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.request.temperature': 0.7,
  'gen_ai.request.max_tokens': 1000,
  'server.address': 'api.openai.com',
  'server.port': 443,
};

/** Attributes that the answer to call number `i` adds. */
export const answerAttributes = (i) => ({
  'gen_ai.response.id': `chatcmpl-${i}`,
  'gen_ai.response.model': 'gpt-4o-2024-08-06',
  'gen_ai.response.finish_reasons': ['stop'],
  'gen_ai.usage.input_tokens': 1000 + (i % 100),
  'gen_ai.usage.output_tokens': 200,
  'gen_ai.usage.cache_read.input_tokens': 0,
  'gen_ai.usage.cost': 0.0045,
  'gen_ai.usage.cost.input': 0.0025,
  'gen_ai.usage.cost.output': 0.002,
  'llm_otel.cost.model': 'openai/gpt-4o',
  team: 'search',
});
