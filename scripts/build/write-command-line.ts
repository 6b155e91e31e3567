import { writeFileSync } from 'node:fs';

/** What `npx @x/llm-otel` runs. The check is in words that every Node reads. */
const COMMAND_LINE = `#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write('llm-otel: Node ' + process.versions.node + ' is too old; expected 20.19 or newer\\n');
  process.exitCode = 2;
} else {
  import('./main.cjs').then(({ default: { main } }) => main(process.argv.slice(2)));
}
`;

/** Writes the file behind `bin`, executable for a package that is linked. */
export function writeCommandLine(outDir: string): void {
  writeFileSync(`${outDir}/cli/llm-otel.mjs`, COMMAND_LINE, { mode: 0o755 });
}
