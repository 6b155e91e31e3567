import { hasRequire, wordsOf } from '../../launch/preload-flag.ts';
import type { InitProject, Place } from '../place.ts';

const LOADED = /@x\/llm-otel\/(?:register|start)|\bllm-otel(?:@\S+)?\s+(?:run|view)\b/;
const NODE = /(?<=^|[\s;&|])node(?=\s)/;

/** `text` with the flag behind `node`; undefined if no `node` is there. */
function withRegister(text: string): string | undefined {
  if (!NODE.test(text)) return undefined;
  const flag = hasRequire(wordsOf(text)) ? '--require' : '--import';
  return text.replace(NODE, `node ${flag} @x/llm-otel/register`);
}

/** A place that is a list of scripts of package.json. */
const scripts = (names: readonly string[], applies: Place['applies']): Place => ({
  applies,
  change(project) {
    const found = names.filter((name) => name in project.manifest.scripts);
    for (const name of found) changeScript(project, name);
    const texts = found.map((name) => project.manifest.scripts[name] ?? '');
    if (texts.some((text) => LOADED.test(text) || NODE.test(text))) return;
    const scripts = names.map((name) => `scripts.${name}`).join(', ');
    project.note(
      `package.json: no "node" in ${scripts}: start the program with NODE_OPTIONS="--require @x/llm-otel/register", or with npx @x/llm-otel run`,
    );
  },
});

function changeScript(project: InitProject, name: string): void {
  const text = project.manifest.scripts[name] ?? '';
  if (LOADED.test(text)) return;
  const fixed = withRegister(text);
  const file = project.read('package.json') ?? '';
  if (fixed === undefined) return;
  // The text of the file is changed in one place, so everything beside keeps its form.
  const start = file.indexOf('"scripts"');
  const written = new RegExp(`("${name}"\\s*:\\s*)${escaped(JSON.stringify(text))}`);
  const rest = file.slice(start);
  if (start < 0 || !written.test(rest)) {
    project.note(`package.json: set scripts.${name} to ${JSON.stringify(fixed)}`);
    return;
  }
  project.change(
    'package.json',
    file.slice(0, start) + rest.replace(written, (_all, before: string) => before + JSON.stringify(fixed)),
  );
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

const hasOwnPlace = ({ manifest, paths }: InitProject): boolean =>
  ['next', '@nestjs/core'].some((name) => name in manifest.dependencies) ||
  paths.some((path) => /^(?:Dockerfile|ecosystem\.config\.)/.test(path));

/** `start` and `dev` of package.json, where the scripts run `node`, or where nothing else starts the program. */
export const NPM = scripts(
  ['start', 'dev'],
  (project) =>
    ['start', 'dev'].some((name) => NODE.test(project.manifest.scripts[name] ?? '')) || !hasOwnPlace(project),
);

/** `start:prod` of NestJS, which runs the built program. */
export const NEST = scripts(['start:prod'], ({ manifest }) => '@nestjs/core' in manifest.dependencies);
