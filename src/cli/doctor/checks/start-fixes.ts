import type { Project } from '../project/read-project.ts';
import type { StartLine } from '../project/start-lines.ts';

/** `scripts.start of package.json`, or the file. */
export const placeOf = ({ file, name }: StartLine): string =>
  name === undefined ? file : `scripts.${name} of ${file}`;

/** A text as one word of a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** How to change a line to `text`: as a command where a command can change the line. */
export function withFlag({ kind, name, file }: StartLine, text: string): string {
  if (kind === 'script' && name !== undefined) return `npm pkg set ${quoted(`scripts.${name}=${text}`)}`;
  if (file === 'NODE_OPTIONS') return `export NODE_OPTIONS=${quoted(text)}`;
  return text.includes('\n') ? `in ${file}: add /register to @x/llm-otel` : `in ${file}: ${text}`;
}

const NODE = /(?<=^|[\s;&|])(node|nodemon|tsx|ts-node)(?=\s)/;
const TRANSPILER = /(?:-r|--require)[=\s]["']?(?:ts-node|@swc-node|@babel)\/register/;

/** The script that starts the application, with `flag`. */
export function fixedScript({ manifest, files }: Project, flag: string): string {
  const { scripts } = manifest;
  if ('next' in manifest.dependencies) return 'npx @x/llm-otel init --write --for next';
  const names = ['start:prod', 'start', 'serve', 'dev', ...Object.keys(scripts)];
  const name =
    names.find((one) => NODE.test(scripts[one] ?? '')) ??
    names.find((one) => one in scripts && !/^(?:test|build|lint|pre|post)/.test(one));
  const text = name === undefined ? undefined : scripts[name];
  if (name === undefined || text === undefined) {
    const main =
      manifest.main ??
      ['index.js', 'app.js', 'server.js', 'index.mjs', 'app.mjs', 'src/index.js'].find((path) =>
        files.paths.includes(path),
      ) ??
      'app.js';
    return `npm pkg set ${quoted(`scripts.start=node ${flag} ${main}`)}`;
  }
  const form = TRANSPILER.test(text) ? flag.replace('--import', '--require') : flag;
  const fixed = NODE.test(text)
    ? text.replace(NODE, `$1 ${form}`)
    : `NODE_OPTIONS="${flag.replace('--import', '--require')}" ${text}`;
  return `npm pkg set ${quoted(`scripts.${name}=${fixed}`)}`;
}
