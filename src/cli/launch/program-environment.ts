import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { type Env, envText } from '../../config/env.ts';
import { consoleOutput } from '../../config/sdk/tree-settings.ts';
import { hasTarget } from '../../config/start/telemetry-targets.ts';
import { UsageError } from '../command.ts';

/** What `run` was asked for. */
export interface ProgramWishes {
  readonly content: boolean;
  readonly console: boolean;
  readonly otlp: boolean;
  readonly envFiles: readonly string[];
}

const CONTENT = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';
const TRACES = 'OTEL_TRACES_EXPORTER';

/** The environment of a program. A set variable goes before a variable of a file, and a later file before an earlier one. */
export function programEnvironment(variables: Env, { content, console, otlp, envFiles }: ProgramWishes): Env {
  const env: Record<string, string | undefined> = {};
  for (const file of envFiles) Object.assign(env, variablesOf(file));
  Object.assign(env, variables);
  if (content && envText(env, CONTENT) === undefined) env[CONTENT] = 'SPAN_ONLY';
  if (!hasTarget(env) && !console && !otlp) return { ...env, LLM_OTEL_CONSOLE: '1' };
  return console ? withConsole(env, otlp) : env;
}

/** The tree in addition to whatever the variables say. */
function withConsole(env: Env, otlp: boolean): Env {
  const exporters = envText(env, TRACES) ?? (otlp ? 'otlp' : undefined);
  if (exporters !== undefined)
    return exporters.split(',').some((name) => name.trim() === 'llm-console')
      ? env
      : { ...env, [TRACES]: `${exporters},llm-console` };
  return consoleOutput(env) === undefined ? { ...env, LLM_OTEL_CONSOLE: '1' } : env;
}

function variablesOf(file: string): Env {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--env-file: "${file}" cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
