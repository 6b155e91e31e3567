/**
 * Variables that the application sets after register was loaded, as `import 'dotenv/config'` does. Variables are read at load,
 * and once more at the first call; a variable that was set at load keeps its value.
 */
import { backendVariables } from '../src/config/backends/with-backend.ts';
import type { Env } from '../src/config/env.ts';
import { checkVariableNames } from '../src/config/options.ts';
import { warnOnce } from '../src/runtime/log.ts';
import { isOurVariable, shareVariables } from './worker-threads.ts';

/** Variables that decide at load, with the value that is used without the variable. */
const READ_AT_LOAD: Readonly<Record<string, string>> = {
  OTEL_SDK_DISABLED: 'false',
  LLM_OTEL_ENABLED: 'true',
  LLM_OTEL_SDK: 'auto',
  LLM_OTEL_AUTO: 'false',
  LLM_OTEL_INSTRUMENTATIONS: 'every SDK',
  LLM_OTEL_DISABLED_INSTRUMENTATIONS: 'none',
  LLM_OTEL_OTHER_INSTRUMENTATIONS: 'replace',
  OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'every SDK',
  OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'none',
  OTEL_TRACES_SAMPLER: 'parentbased_always_on',
  OTEL_TRACES_SAMPLER_ARG: '1',
  LLM_OTEL_SAMPLER: 'OTEL_TRACES_SAMPLER',
  LLM_OTEL_SAMPLER_ARG: 'no argument',
  LLM_OTEL_CONSOLE: '0',
  OTEL_TRACES_EXPORTER: 'otlp',
  OTEL_METRICS_EXPORTER: 'otlp',
  OTEL_LOGS_EXPORTER: 'otlp',
  OTEL_PROPAGATORS: 'tracecontext,baggage',
  OTEL_CONFIG_FILE: 'no file',
  LLM_OTEL_CONFIG: 'no file',
};

/** The variables of a process, at load and at the first call. */
export class Variables {
  /** Values at load. */
  readonly atLoad: Env;
  readonly #live: Env;
  #atFirstCall: Env | undefined;

  constructor(live: Env) {
    this.#live = live;
    this.atLoad = { ...live };
  }

  /** Values at the first call: the object `atLoad` itself if the application has set no variable. */
  atFirstCall(): Env {
    if (this.#atFirstCall === undefined) {
      this.#atFirstCall = this.#readAgain();
      if (this.#atFirstCall !== this.atLoad) shareVariables(this.#atFirstCall);
    }
    return this.#atFirstCall;
  }

  #readAgain(): Env {
    const keys = backendVariables(this.#live);
    const late = Object.keys(this.#live).filter(
      (name) => (isOurVariable(name) || keys.has(name)) && isSet(this.#live, name) && !isSet(this.atLoad, name),
    );
    if (late.length === 0) return this.atLoad;
    checkVariableNames(Object.fromEntries(late.map((name) => [name, this.#live[name]])));
    const usable = late.filter((name) => !Object.hasOwn(READ_AT_LOAD, name));
    for (const name of late) if (Object.hasOwn(READ_AT_LOAD, name)) this.#warn(name);
    if (usable.length === 0) return this.atLoad;
    return { ...this.atLoad, ...Object.fromEntries(usable.map((name) => [name, this.#live[name]])) };
  }

  #warn(name: string): void {
    if (this.#live[name]?.trim() === READ_AT_LOAD[name]) return;
    warnOnce(
      `${name} was set after @x/llm-otel/register was loaded and has no effect, ${READ_AT_LOAD[name]} is used. Set ${name} before: node --env-file=.env --import @x/llm-otel/register app.js.`,
    );
  }
}

const isSet = (env: Env, name: string): boolean => (env[name] ?? '').trim() !== '';
