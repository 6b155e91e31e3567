/** The small applications that the matrix runs: one unary call and one stream inside a span of the application. */
import type { Format, VersionedSdk, Wiring } from './table.ts';

/** An application, and what its two spans are to say. */
export interface App {
  /** Body of an async function that has `sdk` (the namespace), `url` (of the provider server) and `print`. */
  readonly body: string;
  readonly spanName: string;
  /** The instrumentation class of this SDK. */
  readonly instrumentation: string;
  readonly usage: Readonly<Record<string, number>>;
}

/** The usage of `test/support/scenario.ts`, for an SDK whose API has these counts and no others. */
export const USAGE = {
  'gen_ai.usage.input_tokens': 24,
  'gen_ai.usage.output_tokens': 17,
  'gen_ai.usage.cache_read.input_tokens': 8,
  'gen_ai.usage.reasoning.output_tokens': 5,
} as const;

/** Google splits what it counts by modality. */
export const GOOGLE_USAGE = { ...USAGE, 'gen_ai.usage.text.input_tokens': 24 } as const;

const IMPORTS: Readonly<Record<Format, (name: string, module: string) => string>> = {
  esm: (name, module) => `import * as ${name} from '${module}';`,
  cjs: (name, module) => `const ${name} = require('${module}');`,
};

/** Name of a source file: its extension says which module system it is. */
export function fileOf(name: string, format: Format): string {
  return `${name}.${format === 'esm' ? 'mjs' : 'cjs'}`;
}

/** Source of the application. */
export function appSource({ module, app }: VersionedSdk, format: Format): string {
  return `${IMPORTS[format]('api', '@opentelemetry/api')}
${IMPORTS[format]('sdk', module)}

const url = process.env.PROVIDER_URL;
const print = (text) => process.stdout.write(text + '\\n');

async function main() {${app.body}
}

const span = api.trace.getTracer('application').startSpan('application');
api.context.with(api.trace.setSpan(api.context.active(), span), main).then(async () => {
  span.end();
  await globalThis.shutdown?.();
});
`;
}

/** Sources of what sets telemetry up for the wirings that do not use our register. */
export function telemetrySource({ app }: VersionedSdk, wiring: Wiring, format: Format): string {
  const load = IMPORTS[format];
  const imports = [load('otel', '@opentelemetry/sdk-node'), load('llm', '@x/llm-otel')];
  const start = 'otelSdk.start();\nglobalThis.shutdown = () => otelSdk.shutdown();\n';
  if (wiring === 'class')
    return `${imports.join('\n')}
const otelSdk = new otel.NodeSDK({ instrumentations: [new llm.${app.instrumentation}()] });
${start}`;
  return `${[...imports, load('instrumentation', '@opentelemetry/instrumentation')].join('\n')}
const otelSdk = new otel.NodeSDK();
${start}instrumentation.registerInstrumentations({ instrumentations: [llm.getLlmInstrumentations()] });
`;
}
