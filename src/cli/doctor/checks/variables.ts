import { basename } from 'node:path';
import { type Env, envText } from '../../../config/env.ts';
import { resolveConfig } from '../../../config/options.ts';
import type { SamplerSettings } from '../../../config/sampling/sampler-settings.ts';
import { shownUrl } from '../../../config/sdk/export-target.ts';
import { type Check, type CheckResult, fail, ok, warn } from '../finding.ts';

const UNKNOWN = /^(\S+) is no variable of @x\/llm-otel and has no effect(?:, did you mean (\S+)\?)?/;
const UNUSABLE = /^([A-Z][A-Z0-9_]+):/;
const ENDPOINTS = /^OTEL_EXPORTER_OTLP_(?:(?:TRACES|METRICS|LOGS)_)?ENDPOINT$/;

/** Variables with an unknown name. */
export const checkUnknownVariables: Check = ({ warnings }) =>
  warnings.flatMap((message): CheckResult[] => {
    const [, name, nearest] = UNKNOWN.exec(message) ?? [];
    if (name === undefined) return [];
    const advice =
      nearest === undefined
        ? `unset ${name}: docs/configuration.md lists all variables`
        : `rename ${name} to ${nearest}`;
    return [warn(`${name} is no variable of @x/llm-otel, and has no effect`, advice, { subject: name })];
  });

/** Variables with an unusable value. No value is shown: a value may stand in the wrong variable. */
export const checkValues: Check = ({ warnings }) =>
  warnings.flatMap((message): CheckResult[] => {
    const [, name] = UNUSABLE.exec(message) ?? [];
    if (name === undefined || ENDPOINTS.test(name)) return [];
    const [, expected] = /(expected [^;]+)(?:; using|, did you mean|\.?$)/.exec(message) ?? [];
    const said = message
      .slice(name.length + 2)
      .replace(/"(?:[^"\\]|\\.)*"/, 'the value')
      .replace(/\.$/, '');
    return [
      warn(
        `${name}: ${said}`,
        expected === undefined ? `unset ${name}` : `unset ${name}, or set what is ${expected.replace(/[.;]$/, '')}`,
        { subject: name },
      ),
    ];
  });

/** Files with variables of telemetry and without a reader. */
export const checkEnvFiles: Check = ({ project }) =>
  project.envFiles.flatMap(({ path, variables, isLoaded }): CheckResult[] => {
    const names = Object.keys(variables).filter((name) => /^(?:LLM_)?OTEL_/.test(name));
    if (isLoaded || names.length === 0) return [];
    const script = Object.entries(project.manifest.scripts).find(([, text]) => /(?:^|\s)node\s/.test(text));
    const fix =
      script === undefined
        ? `start with node --env-file=${path} --import @x/llm-otel/register, or npx @x/llm-otel run --env-file ${path} app.js`
        : `npm pkg set 'scripts.${script[0]}=${script[1].replace(/((?:^|\s)node)\s/, `$1 --env-file=${path} `)}'`;
    return [
      warn(`${path} sets ${names.join(', ')}, and no start line has --env-file=${path}`, fix, {
        subject: path,
        file: path,
      }),
    ];
  });

/** Variables for switching telemetry off. */
export const checkDisabled: Check = ({ project: { env }, sdk }) => {
  const off = (subject: string, what: string): CheckResult =>
    warn(`${subject} switches ${what} off`, `unset ${subject}`, { subject });
  const is = (name: string, words: RegExp): boolean => words.test(envText(env, name) ?? '');
  const results = [
    ...(is('OTEL_SDK_DISABLED', /^true$/i) ? [off('OTEL_SDK_DISABLED', 'everything')] : []),
    ...(is('LLM_OTEL_ENABLED', /^(?:false|0|no|off)$/i) ? [off('LLM_OTEL_ENABLED', 'everything')] : []),
    ...(is('OTEL_TRACES_EXPORTER', /^none$/i) ? [off('OTEL_TRACES_EXPORTER', 'traces')] : []),
  ];
  if (sdk.traces === undefined || !neverSamples(sdk.traces.sampler)) return results;
  const subject = envText(env, 'LLM_OTEL_SAMPLER') === undefined ? 'OTEL_TRACES_SAMPLER' : 'LLM_OTEL_SAMPLER';
  return [...results, off(subject, 'every trace')];
};

/** The share of recorded traces; undefined for a sampler with further rules than a ratio. */
function ratioOf(sampler: SamplerSettings): number | undefined {
  if (sampler.kind === 'parent_based') return ratioOf(sampler.root);
  if (sampler.kind === 'trace_id_ratio_based') return sampler.ratio;
  if (sampler.kind === 'always_on') return 1;
  return sampler.kind === 'always_off' ? 0 : undefined;
}

const neverSamples = (sampler: SamplerSettings): boolean => ratioOf(sampler) === 0;

const LEAST_RATIO = 0.01;

/** How many traces are recorded. */
export const checkSampler: Check = ({ sdk: { traces }, project: { env } }) => {
  if (traces === undefined || neverSamples(traces.sampler)) return [];
  const ratio = ratioOf(traces.sampler);
  if (ratio === undefined) return [ok(`the sampler ${traces.sampler.kind} decides`)];
  if (ratio >= LEAST_RATIO)
    return [ok(ratio === 1 ? 'every trace is recorded' : `${ratio * 100} % of the traces are recorded`)];
  const name =
    envText(env, 'OTEL_TRACES_SAMPLER_ARG') === undefined ? 'OTEL_TRACES_SAMPLER' : 'OTEL_TRACES_SAMPLER_ARG';
  return [
    warn(
      `one trace of ${Math.round(1 / ratio).toLocaleString('en')} is recorded`,
      `export ${name}=0.1, or unset ${name}`,
      { subject: name },
    ),
  ];
};

/** The configuration file, as `config --check` sees the file. */
export const checkConfigFile: Check = ({ configFile }) => {
  if (configFile === undefined) return [];
  const { path, problems } = configFile;
  if (problems.length === 0) return [ok(`${path} can be used`, { file: path })];
  return problems.map((problem) =>
    fail(problem, `correct the place, then run npx @x/llm-otel config --check ${path}`, { file: path }),
  );
};

/** The name of the application in backends. */
export const checkServiceName: Check = ({ project, sdk: { resource } }) => {
  const name = resource.serviceName ?? project.manifest.name;
  return [
    name === undefined
      ? warn(
          'the service has no name: backends show unknown_service:node',
          `export OTEL_SERVICE_NAME=${basename(project.dir).replaceAll(/[^\w.-]/g, '-') || 'app'}`,
        )
      : ok(`service ${name}`),
  ];
};

/** Addresses with a common mistake. */
export const checkEndpoints: Check = ({ project: { env } }) =>
  Object.keys(env)
    .filter((name) => ENDPOINTS.test(name) && envText(env, name) !== undefined)
    .flatMap((name) => endpointFaults(name, env));

function endpointFaults(name: string, env: Env): CheckResult[] {
  const value = envText(env, name) ?? '';
  const [, signal] = /OTLP_(TRACES|METRICS|LOGS)_/.exec(name) ?? [];
  const protocolName = 'OTEL_EXPORTER_OTLP_PROTOCOL';
  const protocol =
    (signal && envText(env, `OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`)) ?? envText(env, protocolName) ?? 'http/protobuf';
  const isGrpc = protocol === 'grpc';
  const fault = (message: string, fix: string): CheckResult[] => [fail(`${name}: ${message}`, fix, { subject: name })];
  if (!/^https?:\/\//i.test(value)) {
    if (isGrpc && /^[\w.-]+:\d+$/.test(value)) return [];
    return fault(
      'the address has no http:// or https://',
      `put http:// or https:// in front of ${name}=${shownUrl(value)}`,
    );
  }
  if (!URL.canParse(value))
    return fault('the address is no URL', `export ${name}=http://localhost:${isGrpc ? 4317 : 4318}`);
  const url = new URL(value);
  const path = /\/v1\/(?:traces|metrics|logs)\/?$/.exec(url.pathname);
  if (signal === undefined && path !== null && !isGrpc)
    return fault(
      `the general variable ends in ${path[0]}, and each signal puts its own path behind`,
      `export ${name}=${shownUrl(value).slice(0, -path[0].length)}`,
    );
  if (url.port === '4317' && !isGrpc)
    return fault(
      `port 4317 speaks gRPC, and the protocol is ${protocol}`,
      `export ${protocolName}=grpc, or use port 4318 in ${name}`,
    );
  if (url.port === '4318' && isGrpc)
    return fault(
      'port 4318 speaks HTTP, and the protocol is grpc',
      `export ${protocolName}=http/protobuf, or use port 4317 in ${name}`,
    );
  return [];
}

/** Whether prompts and answers are captured. */
export const checkContent: Check = ({ project: { env } }) => {
  const { captureContent, redactPatterns } = resolveConfig(undefined, env);
  if (captureContent === 'NO_CONTENT') return [ok('messages are not captured')];
  if (redactPatterns !== false || envText(env, 'NODE_ENV') !== 'production')
    return [ok(`messages are captured (${captureContent})`)];
  return [
    warn('messages are captured in production, and nothing masks secrets and personal data', 'unset LLM_OTEL_REDACT', {
      subject: 'LLM_OTEL_REDACT',
    }),
  ];
};
