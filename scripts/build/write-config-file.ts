import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Writes the schema of configuration files beside the code, and yaml in ASCII: one character above U+00FF, and V8 keeps the
 * whole file in two bytes a character. Not in `renderChunk`, because the bundler writes literals anew after that.
 */
export function writeConfigFile(outDir: string): void {
  copyFileSync('src/config/file/schema/config.schema.json', `${outDir}/config.schema.json`);
  const names = readdirSync(outDir).filter((name) => /^yaml-[\w-]+\.cjs$/.test(name));
  if (names.length === 0) throw new Error('config-file: the build has no file for yaml');
  for (const name of names) {
    const code = readFileSync(`${outDir}/${name}`, 'utf8');
    writeFileSync(`${outDir}/${name}`, code.replace(/[\u0080-\uffff]/g, escaped));
  }
}
