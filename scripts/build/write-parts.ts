import { writeFileSync } from 'node:fs';

/** Files of the build whose path is needed, not their exports. */
const PATHS = new Set(['pipeline-send-worker']);

/**
 * Writes `parts.cjs`: every part of the build that is loaded by need, behind a literal `require`. Tools that copy what an
 * application needs (@vercel/nft in Next.js, Vercel, Netlify and Nitro; bundlers) read literal paths alone.
 */
export function writeParts(outDir: string, entries: readonly string[]): void {
  const parts = entries.filter((name) => /^(?:config-file$|pipeline-|register-)/.test(name)).sort();
  const lines = parts.map(
    (name) => `  '${name}': () => ${PATHS.has(name) ? 'require.resolve' : 'require'}('./${name}.cjs'),`,
  );
  writeFileSync(`${outDir}/parts.cjs`, `'use strict';\nmodule.exports = {\n${lines.join('\n')}\n};\n`);
}
