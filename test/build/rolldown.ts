import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';

/** Sources by their path, from the root of a project. */
export type Sources = Readonly<Record<string, string>>;

/** Builds `sources` in a temporary folder as the package is built: every entry a CommonJS file, by name. */
export async function build(
  sources: Sources,
  input: Readonly<Record<string, string>>,
  plugins: readonly Plugin[],
): Promise<Record<string, OutputChunk>> {
  const folder = mkdtempSync(join(tmpdir(), 'llm-otel-build-'));
  try {
    for (const [path, text] of Object.entries(sources)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const bundle = await rolldown({ cwd: folder, input: { ...input }, plugins: [...plugins], platform: 'node' });
    const { output } = await bundle.generate({
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name].cjs',
    });
    return Object.fromEntries(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file]] : [])));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
