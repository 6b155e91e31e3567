/** Names of the SDKs in a tool, by the npm names of the SDKs. */
export type NamesOfSdks = Readonly<Record<string, string>>;

/** A variable that switches the records of a tool off. */
export interface ToolSwitch {
  readonly variable: string;
  /** The value, or the names for a list with commas. */
  readonly off: string | NamesOfSdks;
  /** Needed for this SDK only. */
  readonly sdk?: string;
}

/** A further package with records of model calls. */
export interface RecordingTool {
  readonly name: string;
  readonly packages: RegExp;
  readonly says: string;
  /** The tool records nothing where all are set. */
  readonly switches?: readonly ToolSwitch[];
  /** The switch in code: a source with the place and the names of the SDKs. */
  readonly inCode?: { readonly place: RegExp; readonly names: NamesOfSdks };
  /** Words in code without which the tool records nothing. */
  readonly needs?: RegExp;
  /** REMOVE is the command that removes PACKAGE, EXPORT sets the switches, NAMES are the quoted names of `inCode`. */
  readonly fix: string;
}

const REPLACED = 'a call that this package records skips its wrappers';
const KEEP = [{ variable: 'LLM_OTEL_OTHER_INSTRUMENTATIONS', off: 'keep' }] as const;
const BEDROCK = '@aws-sdk/client-bedrock-runtime';

const DATADOG = {
  openai: 'openai',
  '@anthropic-ai/sdk': 'anthropic',
  '@google/genai': 'google-genai',
  '@langchain/core': 'langchain',
  '@openai/agents-core': 'openai-agents',
  ai: 'ai',
};

const SENTRY = {
  openai: 'OpenAI',
  '@anthropic-ai/sdk': 'Anthropic_AI',
  '@google/genai': 'Google_GenAI',
  'groq-sdk': 'Groq',
  'together-ai': 'TogetherAI',
  '@langchain/core': 'LangChain',
  ai: 'VercelAI',
};

const OPENLIT = {
  openai: 'openai',
  '@anthropic-ai/sdk': 'anthropic',
  '@google/generative-ai': 'google-ai',
  '@google/genai': 'google-ai',
  'groq-sdk': 'groq',
  'together-ai': 'together',
  ollama: 'ollama',
  [BEDROCK]: 'bedrock',
  '@langchain/core': 'langchain',
  '@openai/agents-core': 'openai-agents',
  ai: 'vercel-ai',
};

const BRAINTRUST = {
  openai: 'openai',
  '@anthropic-ai/sdk': 'anthropic',
  '@google/generative-ai': 'google-generative-ai',
  '@google/genai': 'google-genai',
  'groq-sdk': 'groq',
  ollama: 'ollama',
  [BEDROCK]: 'bedrock',
  '@langchain/core': 'langchain',
  '@openai/agents-core': 'openai-agents',
  ai: 'aisdk',
};

/**
 * Tools beside this package, and the switch of each. Read in the code of the packages: Traceloop 0.27.0, OpenInference 4.2.7
 * (openai) and 4.1.1 (langchain), OpenLIT 1.15.0, Langfuse 3.39.2 and 5.11.1, LangSmith 0.12.0, Braintrust 3.35.0,
 * dd-trace 5.132.0, Sentry 9.47.2, 10.78.0 and 11.12.0, New Relic 13.20.0, EDOT 1.18.0. elastic-apm-node 4.18.0 records no
 * model calls.
 */
export const RECORDING_TOOLS: readonly RecordingTool[] = [
  {
    name: 'contrib',
    packages: /^@opentelemetry\/instrumentation-openai$/,
    says: REPLACED,
    switches: KEEP,
    fix: 'REMOVE, or EXPORT for both',
  },
  {
    name: 'OpenLLMetry',
    packages:
      /^@traceloop\/(?:node-server-sdk|instrumentation-(?:openai|anthropic|google-generativeai|bedrock|together))$/,
    says: REPLACED,
    switches: KEEP,
    fix: 'REMOVE, or EXPORT for both',
  },
  {
    name: 'OpenInference',
    packages: /^@arizeai\/openinference-instrumentation-(?:openai|anthropic)$/,
    says: REPLACED,
    switches: KEEP,
    fix: 'REMOVE, or EXPORT for both',
  },
  {
    name: 'OpenLLMetry and OpenInference',
    packages: /^@(?:traceloop\/|arizeai\/openinference-)instrumentation-langchain(?:-v0)?$/,
    says: 'model calls of LangChain have a second span',
    fix: 'REMOVE',
  },
  {
    name: 'OpenLIT',
    packages: /^openlit$/,
    says: 'a call has a second span',
    switches: [{ variable: 'OPENLIT_DISABLED_INSTRUMENTORS', off: OPENLIT }],
    inCode: { place: /\bdisabledInstrumentors\b/, names: OPENLIT },
    fix: 'pass disabledInstrumentors: [NAMES] to init() of openlit; with openlit/register: EXPORT',
  },
  {
    name: 'Langfuse',
    packages: /^(?:langfuse|langfuse-langchain|@langfuse\/(?:openai|langchain))$/,
    says: 'observeOpenAI() and the callback handler record the calls too',
    needs: /\bobserveOpenAI\b|\bCallbackHandler\b/,
    fix: 'remove observeOpenAI() and the callback handler of PACKAGE, and set LLM_OTEL_BACKEND=langfuse',
  },
  {
    name: 'LangSmith',
    packages: /^langsmith$/,
    says: 'its wrappers and its tracing of LangChain record the calls too',
    switches: [
      { variable: 'LANGSMITH_TRACING', off: 'false' },
      { variable: 'LANGSMITH_TRACING_V2', off: 'false' },
    ],
    fix: 'EXPORT, and for its backend LLM_OTEL_BACKEND=langsmith',
  },
  {
    name: 'Braintrust',
    packages: /^braintrust$/,
    says: 'wrapOpenAI() and its likes, and braintrust/hook.mjs, record the calls too',
    switches: [{ variable: 'BRAINTRUST_DISABLE_INSTRUMENTATION', off: BRAINTRUST }],
    fix: 'EXPORT, and for its backend LLM_OTEL_BACKEND=braintrust',
  },
  {
    name: 'Datadog',
    packages: /^dd-trace$/,
    says: 'its plugins record the calls too',
    switches: [
      { variable: 'DD_TRACE_DISABLED_PLUGINS', off: DATADOG },
      // Plugins of services of AWS are parts of a plugin, and have a variable each.
      { variable: 'DD_TRACE_AWS_SDK_BEDROCKRUNTIME_ENABLED', off: 'false', sdk: BEDROCK },
    ],
    fix: 'EXPORT',
  },
  {
    name: 'Sentry',
    packages: /^@sentry\/(?:node|nextjs|bun|aws-serverless|google-cloud-serverless|nestjs|sveltekit|remix|astro|nuxt)$/,
    says: 'its integrations record the calls too, where its tracing is on',
    inCode: { place: /\bintegrations\s*:/, names: SENTRY },
    fix: 'in Sentry.init(): integrations: (all) => all.filter(({ name }) => ![NAMES].includes(name))',
  },
  {
    name: 'New Relic',
    packages: /^newrelic$/,
    says: 'its AI monitoring, where it is on, records the calls too',
    switches: [{ variable: 'NEW_RELIC_AI_MONITORING_ENABLED', off: 'false' }],
    fix: 'EXPORT',
  },
  {
    name: 'Elastic',
    packages: /^@elastic\/opentelemetry-node$/,
    says: 'it records the calls of openai too',
    switches: [{ variable: 'OTEL_NODE_DISABLED_INSTRUMENTATIONS', off: { openai: 'openai' } }],
    fix: 'EXPORT',
  },
  {
    name: 'Elastic',
    packages: /^@elastic\/opentelemetry-instrumentation-openai$/,
    says: 'a call of openai has a second span',
    fix: 'REMOVE, and remove its class from the setup',
  },
];
