import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** With the names written down: the code of `register` runs when the file is loaded. */
const REGISTER_FACE = `import implementation from './register.cjs';
export const { validateConfig } = implementation;
`;

/**
 * The implementation is built once, as CommonJS; the ESM entries are faces that re-export it. One implementation
 * means one state for an application that mixes `import` and `require`.
 * @param entries names of the public entries
 */
export function writeEsmFaces(outDir: string, entries: readonly string[]): void {
  const require = createRequire(import.meta.url);
  for (const name of entries) {
    // The types too are declared once: a class is the same type for `import` and for `require`.
    writeFileSync(`${outDir}/${name}.d.mts`, `export * from './${name}.cjs';\n`);
    if (name === 'register') {
      writeFileSync(`${outDir}/register.mjs`, REGISTER_FACE);
      continue;
    }
    const names = Object.keys(require(`${outDir}/${name}.cjs`) as object).filter((key) => key !== 'default');
    if (names.length === 0) throw new Error(`esm-faces: ${name}.cjs exports nothing`);
    writeFileSync(
      `${outDir}/${name}.mjs`,
      `import implementation from './${name}.cjs';\nexport const { ${names.join(', ')} } = implementation;\n`,
    );
  }
}
