/** Versions of `@opentelemetry/api` and bundles of them, for the tests of what `register` reads in the code of the API. */
import { rolldown } from 'rolldown';

/**
 * Versions with which these were checked: how a copy registers (register/globals/api.ts), where its version is found
 * (register/globals/caller-version.ts), and which names it gives to what it keeps (src/otel/globals.ts). The installed version
 * is checked by `npm test`, every version by `npm run test:matrix -- --only '@opentelemetry/api'`.
 */
export const API_VERSIONS = ['1.3.0', '1.4.1', '1.6.0', '1.7.0', '1.8.0', '1.9.0', '1.9.1', '1.10.0'] as const;

/** One way to bundle. */
export interface BundleKind {
  readonly format: 'esm' | 'cjs';
  readonly minify: boolean;
}

/** Every way to bundle. */
export const BUNDLE_KINDS: readonly BundleKind[] = [
  { format: 'esm', minify: false },
  { format: 'esm', minify: true },
  { format: 'cjs', minify: false },
  { format: 'cjs', minify: true },
];

const ENTRY = 'virtual:entry';

/** Bundles `source` with the packages that are installed in `folder`. */
export async function bundleOf(folder: string, { format, minify }: BundleKind, source: string): Promise<string> {
  const bundle = await rolldown({
    cwd: folder,
    input: ENTRY,
    platform: 'node',
    resolve: { mainFields: ['module', 'main'] },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === ENTRY ? `${folder}/entry.js` : undefined),
        load: (id) => (id === `${folder}/entry.js` ? source : undefined),
      },
    ],
  });
  const { output } = await bundle.generate({ format, minify });
  return output[0].code;
}

/** Registers a tracer provider twice and starts a span, and says what came of it. */
export const REGISTER_TWICE = `
const provider = { getTracer: () => ({ startSpan: () => ({ end() { console.log('theirs'); } }) }) };
console.log(trace.setGlobalTracerProvider(provider), trace.setGlobalTracerProvider(provider));
trace.getTracer('t').startSpan('s').end();
console.log(typeof context.active, typeof diag.error);
`;

/** What {@link REGISTER_TWICE} says if the first registration has taken the place of ours, and the second was refused. */
export const REGISTERED_ONCE = 'true false\ntheirs\nfunction function\n';
