import { type Check, warn } from '../finding.ts';

/** A further package with records of model calls. */
interface OtherTool {
  readonly name: string;
  readonly packages: RegExp;
  readonly says: string;
  readonly fix: string;
}

const REPLACED = 'a call that this package records skips its wrappers';
const BESIDE = 'a call may have two spans in its backend';

/** Tools beside this package, and the switch of each. */
const TOOLS: readonly OtherTool[] = [
  {
    name: 'contrib',
    packages: /^@opentelemetry\/instrumentation-(?:openai|anthropic|google-genai)$/,
    says: REPLACED,
    fix: 'remove PACKAGE, or set LLM_OTEL_OTHER_INSTRUMENTATIONS=keep for both',
  },
  {
    name: 'OpenLLMetry',
    packages: /^@traceloop\/(?:node-server-sdk|instrumentation-.+)$/,
    says: REPLACED,
    fix: 'remove PACKAGE, or set LLM_OTEL_OTHER_INSTRUMENTATIONS=keep for both',
  },
  {
    name: 'OpenInference',
    packages: /^@arizeai\/openinference-instrumentation-.+$/,
    says: REPLACED,
    fix: 'remove PACKAGE, or set LLM_OTEL_OTHER_INSTRUMENTATIONS=keep for both',
  },
  {
    name: 'OpenLIT',
    packages: /^openlit$/,
    says: BESIDE,
    fix: "remove PACKAGE, or start it with disabledInstrumentors: ['openai', 'anthropic']",
  },
  {
    name: 'Langfuse',
    packages: /^(?:langfuse|langfuse-langchain|@langfuse\/(?:openai|langchain))$/,
    says: 'its wrapper records the calls of the wrapped client too',
    fix: 'remove observeOpenAI() and the callback handler of PACKAGE, and set LLM_OTEL_BACKEND=langfuse',
  },
  {
    name: 'LangSmith',
    packages: /^langsmith$/,
    says: 'wrapOpenAI() and LANGSMITH_TRACING record the calls too',
    fix: 'set LANGSMITH_TRACING=false, and LLM_OTEL_BACKEND=langsmith for its backend',
  },
  {
    name: 'Braintrust',
    packages: /^braintrust$/,
    says: 'wrapOpenAI() records the calls too',
    fix: 'remove wrapOpenAI() of PACKAGE, and set LLM_OTEL_BACKEND=braintrust',
  },
  {
    name: 'Datadog',
    packages: /^dd-trace$/,
    says: 'its plugins record the calls too',
    fix: 'set DD_TRACE_DISABLED_PLUGINS=openai,anthropic,google-genai,ai,langchain',
  },
  {
    name: 'Sentry',
    packages: /^@sentry\/(?:node|nextjs|bun|aws-serverless|google-cloud-serverless|nestjs|sveltekit|remix|astro|nuxt)$/,
    says: 'it has the tracer provider, and records the calls of openai, anthropic and google-genai too',
    fix: 'leave out its integrations: Sentry.init({ integrations: (all) => all.filter(({ name }) => !/OpenAI|Anthropic|Google_GenAI|VercelAI|LangChain/i.test(name)) })',
  },
  {
    name: 'New Relic',
    packages: /^newrelic$/,
    says: 'its AI monitoring records the calls too',
    fix: 'set NEW_RELIC_AI_MONITORING_ENABLED=false',
  },
  {
    name: 'Elastic',
    packages: /^(?:elastic-apm-node|@elastic\/opentelemetry-(?:node|instrumentation-openai))$/,
    says: 'it records the calls of openai too',
    fix: 'set OTEL_NODE_DISABLED_INSTRUMENTATIONS=openai',
  },
];

/** Packages of the project with records of model calls. */
export const checkOtherTools: Check = ({ project: { manifest, tools } }) =>
  Object.keys(manifest.dependencies).flatMap((dependency) => {
    const tool = TOOLS.find(({ packages }) => packages.test(dependency));
    if (tool === undefined) return [];
    const fix = tool.fix
      .replace(/^remove PACKAGE,/, `${tools.remove} ${dependency},`)
      .replaceAll('PACKAGE', dependency);
    return [warn(`${tool.name}: ${tool.says}`, fix, { subject: dependency, file: 'package.json' })];
  });

const OWN_SDK = /\bnew\s+NodeSDK\s*\(|\bregisterOTel\s*\(/;
const HAS_CLASSES = /\bgetLlmInstrumentations\b|from\s+['"]@x\/llm-otel['"]|require\(\s*['"]@x\/llm-otel['"]/;

/** An OpenTelemetry SDK of the application without the classes of this package. */
export const checkOwnSdk: Check = ({ project: { files } }) => {
  const sources = files.sources();
  if (sources.some(({ text }) => HAS_CLASSES.test(text))) return [];
  return sources
    .filter(({ text }) => OWN_SDK.test(text))
    .map(({ path, text }) =>
      warn(
        `${path} starts an OpenTelemetry SDK: register stands aside, and its exporters and OTEL_* settings have no effect`,
        `in ${path}: import { getLlmInstrumentations } from '@x/llm-otel', and ${
          text.includes('registerOTel') ? 'registerOTel' : 'new NodeSDK'
        }({ instrumentations: [getLlmInstrumentations()] })`,
        { file: path },
      ),
    );
};
