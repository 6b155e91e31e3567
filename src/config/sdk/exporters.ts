import { warnOnce } from '../../runtime/log.ts';
import { backendSettings, withBackend } from '../backends/with-backend.ts';
import { type Env, envList, envText } from '../env.ts';
import { registeredExporter } from '../start/registered-exporters.ts';
import { consoleOutput } from './tree-settings.ts';

/** An exporter of the application: a module, or a name of `registerExporter()` after `registered:`. */
export type CustomExporter = `module:${string}` | `registered:${string}`;

type SpanExporter = 'otlp' | 'otlp/file' | 'otlp/stdout' | 'console' | 'zipkin' | 'llm-console';

/** Exporters of each signal; an empty list turns the signal off. */
export interface Exporters {
  readonly traces: readonly (CustomExporter | SpanExporter)[];
  readonly metrics: readonly (CustomExporter | 'otlp' | 'prometheus' | 'console')[];
  readonly logs: readonly (CustomExporter | 'otlp' | 'otlp/file' | 'otlp/stdout' | 'console')[];
}

/** Variables that belong to one signal only. */
const SIGNAL_VARIABLES = {
  traces: /^OTEL_EXPORTER_(?:OTLP_TRACES|ZIPKIN)_/,
  metrics: /^OTEL_EXPORTER_(?:OTLP_METRICS|PROMETHEUS)_/,
  logs: /^OTEL_EXPORTER_OTLP_LOGS_/,
} as const;

/**
 * The variable that names a destination of `signal`: an endpoint or another setting of an exporter, or the exporter.
 * `undefined` if the user has named none, or has turned the signal off.
 */
export function destinationVariable(env: Env, signal: keyof Exporters): string | undefined {
  const chosen = `OTEL_${signal.toUpperCase()}_EXPORTER`;
  const exporter = envText(env, chosen);
  if (exporter?.toLowerCase() === 'none') return undefined;
  const isSpecific = (name: string): boolean => Object.values(SIGNAL_VARIABLES).some((pattern) => pattern.test(name));
  const settings = Object.keys(env)
    .filter((name) => SIGNAL_VARIABLES[signal].test(name) || (/^OTEL_EXPORTER_OTLP_/.test(name) && !isSpecific(name)))
    .filter((name) => envText(env, name) !== undefined)
    .sort((a, b) => Number(b.endsWith('ENDPOINT')) - Number(a.endsWith('ENDPOINT')));
  if (settings[0] !== undefined) return settings[0];
  if (exporter !== undefined) return chosen;
  return backendSettings(env)?.signals.includes(signal) ? 'LLM_OTEL_BACKEND' : undefined;
}

/** Reads the exporter lists. Warns about names that cannot be used. */
export function exporters(variables: Env): Exporters {
  const env = withBackend(variables);
  const otlp = ['otlp'] as const;
  // A developer who reads the terminal rarely has a collector.
  const isConsole = consoleOutput(env) !== undefined;
  const traces: Exporters['traces'] = envList<SpanExporter, CustomExporter>(
    env,
    'OTEL_TRACES_EXPORTER',
    ['otlp', 'otlp/file', 'otlp/stdout', 'console', 'zipkin', 'llm-console'],
    isConsole ? ['llm-console'] : otlp,
    { jaeger: 'otlp', logging: 'console' },
    customExporter,
  );
  if (isConsole && !traces.includes('llm-console'))
    warnOnce(
      `LLM_OTEL_CONSOLE prints nothing because of OTEL_TRACES_EXPORTER=${traces.join(',') || 'none'}. ` +
        `Set OTEL_TRACES_EXPORTER=${[...traces, 'llm-console'].join(',')}.`,
    );
  const rest = isConsole ? [] : otlp;
  return {
    traces,
    metrics: envList(
      env,
      'OTEL_METRICS_EXPORTER',
      ['otlp', 'prometheus', 'console'],
      rest,
      { logging: 'console' },
      customExporter,
    ),
    logs: envList(
      env,
      'OTEL_LOGS_EXPORTER',
      ['otlp', 'otlp/file', 'otlp/stdout', 'console'],
      rest,
      { logging: 'console' },
      customExporter,
    ),
  };
}

function customExporter(item: string): CustomExporter | undefined {
  if (/^module:./i.test(item)) return `module:${item.slice('module:'.length)}`;
  return registeredExporter(item) === undefined ? undefined : `registered:${item}`;
}
