import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** Folders of the providers. */
const PROVIDERS = readdirSync('src/providers').filter((name) => existsSync(`src/providers/${name}/index.ts`));
const REGISTRIES = /[\\/]src[\\/]providers[\\/](?:clients|frameworks)\.ts$/;

/**
 * Each provider is a file of its own, loaded when its SDK is: what a process holds and does not need is walked through by
 * every full garbage collection. In the sources it is an import, so that nothing but the build has to know.
 */
const providersByNeed = {
  name: 'providers-by-need',
  load(id: string): string | undefined {
    if (!REGISTRIES.test(id)) return undefined;
    let text = readFileSync(id, 'utf8');
    for (const [line, name, folder] of text.matchAll(/^import \{ (\w+) \} from '\.\/([\w-]+)\/index\.ts';\n/gm)) {
      const loaded = `() => require('./provider-${folder}.cjs').${name} `;
      text = text.replace(line, '').replace(new RegExp(`\\(\\) => ${name}\\b ?`), loaded);
    }
    return text;
  },
  resolveId: (id: string) =>
    /^\.\/provider-[\w-]+\.cjs$/.test(id) ? { id, external: 'relative' as const } : undefined,
};

/**
 * What one file takes from another becomes a constant of its own, once. As it is generated, every use asks a getter of the
 * other file's exports, in case the value changes; none of ours does, and no file requires one that requires it.
 */
const EXPORT =
  /^Object\.defineProperty\(exports, '([\w$]+)', \{\s+enumerable: true,\s+get: function \(\) \{\s+return ([\w$]+);\s+\}\s+\}\);$/gm;
const USE = /\b(require_\w+)\.([\w$]+)/g;
const REQUIRE = /^const (require_\w+) = (require\('[^']+'\));$/gm;
const plainExports = {
  name: 'plain-exports',
  renderChunk(code: string, { moduleIds }: { readonly moduleIds: readonly string[] }): string | undefined {
    if (moduleIds.some((id) => id.includes('node_modules'))) return undefined;
    const uses = [...code.matchAll(USE)];
    return code
      .replace(EXPORT, 'exports.$1 = $2;')
      .replace(USE, '$1_$2')
      .replace(REQUIRE, (line, from: string, required: string) => {
        const names = new Set(uses.filter((use) => use[1] === from).map(([, , name]) => `${name}: ${from}_${name}`));
        return names.size === 0 ? line : `const { ${[...names].join(', ')} } = ${required};`;
      });
  },
};

/**
 * What `register` needs in a process in which no SDK is loaded, by paths in `src` without the extension. Of what has groups,
 * nothing needs a module of Node, because `manual` does without.
 */
const STARTS = [
  ...[
    'config/(?:options|option-values|attribute-values|parsers|unusable-value|log-level)',
    'runtime/(?:log|platform|version|guard)',
    'providers/sdks',
  ],
  ...['otel/(?:non-recording-span|globals)', 'telemetry/call/open-operations'],
  'patching/loading/warn-unpatched',
];
/** What all providers share. */
const RECORDS = [
  '(?:config/shared-config|(?:cost|facts|otel|redaction|scope|telemetry|runtime)/.*)',
  'patching/(?!loading/(?:instrumentation|module-hooks))[\\w/-]+',
  'providers/(?:reading/)?(?!frameworks|index)[\\w-]+',
];
/** Not of the declarations, which are built beside. */
const sources = (paths: readonly string[]): RegExp => new RegExp(`/src/(?:${paths.join('|')})(?<!\\.d)\\.ts$`);

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
    // What follows is loaded by need: see src/pipeline/load.ts.
    'register-providers': 'register/patch-on-load.ts',
    'pipeline-sdk': 'src/pipeline/sdk/start-sdk.ts',
    'pipeline-logs': 'src/pipeline/sdk/start-logs.ts',
    'pipeline-send': 'src/pipeline/transport/send.ts',
    'pipeline-send-worker': 'src/pipeline/transport/worker.ts',
    'pipeline-otlp-proto': 'src/pipeline/exporters/otlp-proto.ts',
    'pipeline-otlp-json': 'src/pipeline/exporters/otlp-json.ts',
    'pipeline-console': 'src/pipeline/exporters/console.ts',
    'pipeline-zipkin': 'src/pipeline/exporters/zipkin.ts',
    'pipeline-prometheus': 'src/pipeline/exporters/prometheus.ts',
    'pipeline-b3': 'src/pipeline/sdk/b3.ts',
    ...Object.fromEntries(PROVIDERS.map((name) => [`provider-${name}`, `src/providers/${name}/index.ts`])),
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
  plugins: [
    { name: 'data', resolveId: (id) => (id === './prices.json' ? { id, external: 'relative' } : undefined) },
    providersByNeed,
    plainExports,
  ],
  // OpenTelemetry's packages name their ESM build in `module` only. It can be tree-shaken, and taking it everywhere keeps
  // one copy of each in the build.
  inputOptions: { resolve: { mainFields: ['module', 'main'] } },
  // Its CommonJS build declares the names that rolldown gives to wrapped modules, which ends in a ReferenceError.
  alias: {
    '@opentelemetry/semantic-conventions': resolve('node_modules/@opentelemetry/semantic-conventions/dist/index.mjs'),
  },
  // Sloppy wrappers would turn the undefined `this` of a detached method into globalThis.
  outputOptions: {
    strict: true,
    // What is called for every call and chunk in as few files as possible: a call from one file into another is a lookup.
    codeSplitting: {
      groups: [
        { name: 'start', priority: 2, test: sources(STARTS) },
        { name: 'recording', priority: 1, test: sources(RECORDS) },
      ],
    },
  },
  onSuccess(options) {
    writePrices(options);
    writeEsmFaces(options);
  },
});
