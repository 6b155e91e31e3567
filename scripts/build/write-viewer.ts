import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'rolldown';

/** Files that the page needs as they are. */
const COPIED = ['index.html', 'icon.svg'] as const;

/** White space that a style sheet does without. The style sheet of the page has no texts with line breaks. */
const smaller = (css: string): string =>
  css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/\s*([{};,])\s*/g, '$1')
    .replace(/: /g, ':')
    .replaceAll(';}', '}');

/** Builds the page of `llm-otel view`: one script, one style sheet, one document, without maps, fonts and further requests. */
export async function writeViewer(outDir: string): Promise<void> {
  const folder = `${outDir}/viewer`;
  mkdirSync(folder, { recursive: true });
  await build({
    input: 'src/viewer/main.tsx',
    platform: 'browser',
    tsconfig: 'src/viewer/tsconfig.json',
    transform: { target: 'es2022' },
    output: { file: `${folder}/viewer.js`, format: 'esm', minify: true, comments: { legal: false } },
  });
  writeFileSync(`${folder}/viewer.css`, smaller(readFileSync('src/viewer/viewer.css', 'utf8')));
  for (const file of COPIED) copyFileSync(`src/viewer/${file}`, `${folder}/${file}`);
}
