import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { defineConfig } from 'tsdown';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** The prices, which are read when they are first needed, each provider's by themselves: see src/cost/price-table.ts. */
function writePrices({ outDir }: { readonly outDir: string }): void {
  const { source, providers } = JSON.parse(readFileSync('src/cost/prices.json', 'utf8')) as {
    source: string;
    providers: object;
  };
  const parts = Object.entries(providers).map(([name, rows]) => [name, JSON.stringify(rows)]);
  writeFileSync(`${outDir}/prices.json`, JSON.stringify({ source, providers: Object.fromEntries(parts) }));
}

/** Public entries: they get an ESM face and types beside the CommonJS implementation. */
const PUBLIC = ['index', 'manual', 'register', 'testing'] as const;

/**
 * The implementation is built once, as CommonJS; the ESM entries are faces that re-export it. One implementation
 * means one state for an application that mixes `import` and `require`.
 */
function writeEsmFaces({ outDir }: { readonly outDir: string }): void {
  const require = createRequire(import.meta.url);
  for (const name of PUBLIC) {
    // A chunk that the types share keeps its name: there is no ESM twin of it.
    copyFileSync(`${outDir}/${name}.d.cts`, `${outDir}/${name}.d.mts`);
    if (name === 'register') {
      writeFileSync(`${outDir}/register.mjs`, "import './register.cjs';\n");
      continue;
    }
    const names = Object.keys(require(`${outDir}/${name}.cjs`) as object).filter((key) => key !== 'default');
    writeFileSync(
      `${outDir}/${name}.mjs`,
      `import implementation from './${name}.cjs';\nexport const { ${names.join(', ')} } = implementation;\n`,
    );
  }
}

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    manual: 'src/manual.ts',
    testing: 'src/testing/index.ts',
    register: 'register/index.ts',
    'register-main': 'register/main.ts',
    // What follows is loaded by need: see register/load.ts.
    'register-providers': 'register/providers.ts',
    'register-sdk': 'register/sdk/index.ts',
    'register-logs': 'register/sdk/logs.ts',
    'register-send': 'register/send/index.ts',
    'register-send-worker': 'register/send/worker.ts',
    'register-otlp-proto': 'register/sdk/otlp-proto.ts',
    'register-otlp-json': 'register/sdk/otlp-json.ts',
    'register-console': 'register/sdk/console.ts',
    'register-zipkin': 'register/sdk/zipkin.ts',
    'register-prometheus': 'register/sdk/prometheus.ts',
    'register-b3': 'register/sdk/b3.ts',
  },
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  dts: { entry: ['src/index.ts', 'src/manual.ts', 'src/testing/index.ts', 'register/index.ts'] },
  clean: true,
  sourcemap: false,
  define: { __VERSION__: JSON.stringify(manifest.version) },
  external: ['@opentelemetry/api', '@opentelemetry/instrumentation'],
  // Stays a file of its own beside the code: it is large, and loaded with the first call that has usage.
  plugins: [{ name: 'data', resolveId: (id) => (id === './prices.json' ? { id, external: 'relative' } : undefined) }],
  // OpenTelemetry's packages name their ESM build in `module` only. It can be tree-shaken, and taking it everywhere keeps
  // one copy of each in the build.
  inputOptions: { resolve: { mainFields: ['module', 'main'] } },
  // Its CommonJS build declares the names that rolldown gives to wrapped modules, which ends in a ReferenceError.
  alias: {
    '@opentelemetry/semantic-conventions': resolve('node_modules/@opentelemetry/semantic-conventions/dist/index.mjs'),
  },
  // Sloppy wrappers would turn the undefined `this` of a detached method into globalThis.
  outputOptions: { strict: true },
  onSuccess(options) {
    writePrices(options);
    writeEsmFaces(options);
  },
});
