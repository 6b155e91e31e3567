import { posix } from 'node:path';
import { hasRequire, wordsOf } from '../../launch/preload-flag.ts';
import { type InitProject, lineEnd, type Place } from '../place.ts';

const DOCKERFILE = /^(?:[\w.-]+\.)?Dockerfile(?:\.[\w.-]+)?$/;

/** The last stage of Dockerfiles: NODE_OPTIONS in front of the line that starts the program. */
export const DOCKER: Place = {
  applies: ({ paths }) => paths.some((path) => DOCKERFILE.test(path)),
  change(project) {
    for (const path of project.paths.filter((one) => DOCKERFILE.test(one))) changeFile(project, path);
  },
};

function changeFile(project: InitProject, path: string): void {
  const text = project.read(path) ?? '';
  const end = lineEnd(text);
  const lines = text.split(end);
  const stage = lines.findLastIndex((line) => /^\s*FROM\s/i.test(line));
  const inStage = lines.slice(stage + 1);
  if (inStage.some((line) => /@x\/llm-otel/.test(line))) return;
  const option = '--import=file://WORKDIR/node_modules/@x/llm-otel/dist/register.mjs';
  if (inStage.some((line) => /^\s*ENV\s+(?:.*\s)?NODE_OPTIONS[=\s]/i.test(line))) {
    project.note(`${path}: the last stage sets NODE_OPTIONS: put ${option} in front of its value`);
    return;
  }
  const folder = workdirOf(inStage);
  if (folder === undefined) {
    project.note(`${path}: the last stage names no folder: add WORKDIR and ENV NODE_OPTIONS="${option}"`);
    return;
  }
  const start = inStage.findIndex((line) => /^\s*(?:CMD|ENTRYPOINT)\b/i.test(line));
  const at = stage + 1 + (start >= 0 ? start : lastLine(inStage));
  const line = `ENV NODE_OPTIONS="${nodeOption(project, inStage, folder)}"`;
  project.change(path, [...lines.slice(0, at), line, ...lines.slice(at)].join(end));
}

/** Behind the last line that is not empty. */
const lastLine = (lines: readonly string[]): number => lines.findLastIndex((line) => line.trim() !== '') + 1;

/** The folder at the end of a stage; undefined without one, and for a folder that a variable names. */
function workdirOf(lines: readonly string[]): string | undefined {
  let folder: string | undefined;
  for (const line of lines) {
    const [, written] = /^\s*WORKDIR\s+["']?([^"']+?)["']?\s*$/i.exec(line) ?? [];
    if (written === undefined) continue;
    folder = posix.isAbsolute(written) ? written : folder === undefined ? undefined : posix.join(folder, written);
    if (written.includes('$')) folder = undefined;
  }
  return folder === undefined ? undefined : posix.normalize(folder).replace(/\/$/, '');
}

/** `--require` beside another `-r`: with any `--import` Node does not start what `-r ts-node/register` loads. */
function nodeOption({ manifest }: InitProject, lines: readonly string[], folder: string): string {
  const started = lines.filter((line) => /^\s*(?:CMD|ENTRYPOINT)\b/i.test(line)).join(' ');
  const script = manifest.scripts[/\bnpm["',\s]+(?:run["',\s]+)?([\w:-]+)/.exec(started)?.[1] ?? ''] ?? '';
  const words = wordsOf(`${started.replaceAll(/[[\],]/g, ' ')} ${script}`);
  const file = `${folder}/node_modules/@x/llm-otel/dist/register`;
  return hasRequire(words) ? `--require=${file}.cjs` : `--import=file://${file}.mjs`;
}
