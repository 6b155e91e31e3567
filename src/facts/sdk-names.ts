/** Names of the SDKs with their npm names: the names of `LLM_OTEL_INSTRUMENTATIONS`. Written by `npm run generate` from `src/providers/sdks.ts`. */
export const SDK_NAMES: Readonly<Record<string, string>> = {
  openai: 'openai',
  anthropic: '@anthropic-ai/sdk',
  'google-generative-ai': '@google/generative-ai',
  'google-genai': '@google/genai',
  groq: 'groq-sdk',
  together: 'together-ai',
  cerebras: '@cerebras/cerebras_cloud_sdk',
  ollama: 'ollama',
  'aws-bedrock': '@aws-sdk/client-bedrock-runtime',
  langchain: '@langchain/core',
  'openai-agents': '@openai/agents-core',
  'vercel-ai': 'ai',
};
