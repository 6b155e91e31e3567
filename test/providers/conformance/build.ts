import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/**
 * Strips the types off this folder, for a Node that cannot, and returns the folder of the result. It is under
 * `node_modules`, so that what the files import resolves as it does here, and named after its content, so that test
 * files which run at the same time can share it.
 */
export function buildChild(root: string): string {
  const source = join(root, 'test', 'providers', 'conformance');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file, text: readFileSync(join(source, file), 'utf8') }));
  const digest = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  const cache = join(root, 'node_modules', '.cache', 'conformance');
  const target = join(cache, digest);
  if (existsSync(target)) return target;

  mkdirSync(cache, { recursive: true });
  const draft = mkdtempSync(join(cache, 'draft-'));
  writeFileSync(join(draft, 'package.json'), '{"type":"module"}');
  for (const { file, text } of files) {
    const path = join(draft, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, transpile(file, text));
  }
  try {
    renameSync(draft, target);
  } catch {
    rmSync(draft, { recursive: true, force: true }); // another process was faster
  }
  return target;
}

function transpile(fileName: string, text: string): string {
  return ts.transpileModule(text, {
    fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  }).outputText;
}
