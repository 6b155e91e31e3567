// TypeScript files that are written from the registry. Each is a path and the text of the file.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const BY = 'Written by `npm run generate` from `src/providers/sdks.ts`.';

/** All files. */
export function sources(root, rows) {
  const clients = rows.filter(({ isClient }) => isClient);
  const frameworks = rows.filter(({ isClient }) => !isClient);
  return {
    'src/providers/clients.ts': entries('clients', clients, [
      'SDKs with clients that call a model provider. The build loads the code of each SDK when the SDK is there.',
      'Apart from the frameworks: a bundle that records single clients holds no code of frameworks.',
    ]),
    'src/providers/frameworks.ts': entries('frameworks', frameworks, [
      'Frameworks around the SDKs. The build loads the code of each framework when the framework is there.',
      'The names are those of `sdks.ts`.',
    ]),
    'src/facts/sdk-names.ts': sdkNames(rows),
    'src/instrumentations.ts': classes(rows),
    'test/providers/conformance/kits/index.ts': kits(clients),
    'test/support/providers/index.ts': wires(root),
    'test/versions/sdks/index.ts': versions(root, clients),
  };
}

function entries(name, rows, [header, about]) {
  const imports = rows.map(({ key, name: folder }) => `import { ${key} } from './${folder}/index.ts';\n`).join('');
  const lines = rows.map(({ key }) => `  ${key}: { ...sdks.${key}, load: () => ${key} },\n`).join('');
  return `/** ${header} ${BY} */

import type { ProviderEntry } from '../patching/provider.ts';
${imports}import { sdks } from './sdks.ts';

/** ${about} */
export const ${name} = {
${lines}} satisfies Readonly<Record<string, ProviderEntry>>;
`;
}

function sdkNames(rows) {
  const lines = rows.map(({ name, module }) => `  '${name}': '${module}',\n`).join('');
  return `/** Names of the SDKs with their npm names: the names of \`LLM_OTEL_INSTRUMENTATIONS\`. ${BY} */
export const SDK_NAMES: Readonly<Record<string, string>> = {
${lines}};
`;
}

function classes(rows) {
  const each = rows.map(
    ({ key, className, description }) => `/**
${description
  .split('\n')
  .map((line) => ` * ${line}\n`)
  .join('')} *
 * @example
 * registerInstrumentations({ instrumentations: [new ${className}({ captureContent: 'SPAN_ONLY' })] });
 */
export class ${className} extends LlmInstrumentation {
  /** @internal */
  protected override provider(): object {
    return providers.${key};
  }
}
`,
  );
  return `/** One instrumentation class for each SDK. ${BY} */
import { LlmInstrumentation, type LlmInstrumentationConfig } from './patching/loading/instrumentation.ts';
import { providers } from './providers/index.ts';

${each.join('\n')}
/**
 * All instrumentations of this package, for \`new NodeSDK({ instrumentations: [getLlmInstrumentations()] })\` or
 * \`registerInstrumentations\`.
 * @param options for every instrumentation
 * @example
 * registerInstrumentations({ instrumentations: [getLlmInstrumentations({ captureContent: 'SPAN_ONLY' })] });
 */
export function getLlmInstrumentations(options: LlmInstrumentationConfig = {}): LlmInstrumentation[] {
  return [
${rows.map(({ className }) => `    new ${className}(options),\n`).join('')}  ];
}
`;
}

function kits(rows) {
  const imports = rows.map(({ key, name }) => `import { ${key} } from './${name}.ts';\n`).join('');
  const lines = rows.map(({ key, name }) => (key === name ? `  ${key},\n` : `  '${name}': ${key},\n`)).join('');
  return `/** The kit of every SDK. ${BY} */
import type { Kit } from '../types.ts';
${imports}
/** By the name of the provider's folder. */
export const KITS = {
${lines}} as const satisfies Record<string, Kit>;

/** A provider that the table can be run for. */
export type Provider = keyof typeof KITS;
`;
}

/** The files of the folder that export a provider of the test server; several SDKs may use the routes of one file. */
function wires(root) {
  const folder = join(root, 'test/support/providers');
  const found = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'index.ts')
    .sort()
    .flatMap((file) => {
      const [, name] = /^export const (\w+): Provider\b/m.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
      return name === undefined ? [] : [{ name, file }];
    });
  return `/** Every API of the test server. Written by \`npm run generate\` from the files of this folder. */
${found.map(({ name, file }) => `import { ${name} } from './${file}';\n`).join('')}import type { Provider } from './provider.ts';

/** The first API with a route for a request answers it. */
export const PROVIDERS: readonly Provider[] = [${found.map(({ name }) => name).join(', ')}];
`;
}

function versions(root, rows) {
  const there = new Set(readdirSync(join(root, 'test/versions/sdks')));
  const found = rows.filter(({ name }) => there.has(`${name}.ts`));
  return `/** Applications and versions of every SDK in the matrix. ${BY} */
${found.map(({ key, name }) => `import { ${key} } from './${name}.ts';\n`).join('')}import type { VersionedSdk } from '../table.ts';

/** In the order of the registry. */
export const VERSIONED_SDKS: readonly VersionedSdk[] = [${found.map(({ key }) => key).join(', ')}];
`;
}
